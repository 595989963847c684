"""Stop and take-over hold for calls that reach the machine without naming it."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from httpx2 import Request

from coasty_mcp.sandbox import World, sandbox_client
from support.mcp_client import error, recorded, structured
from support.watched import Model, Visitor, page_of, watched
from support.workflow_sandbox import step, task

APPROVAL = {"steps": [step("human_approval", "ask")]}


@asynccontextmanager
async def busy() -> AsyncGenerator[tuple[Model, Visitor, dict[str, Any], list[Request]]]:
    """A machine with a schedule, and with runs that wait for a person; and what is sent."""
    http = sandbox_client(World(pace=0))
    sent = recorded(http)
    async with watched(http=http) as model, page_of(model) as page:
        order = {"name": "briefing", "task_prompt": "Read.", "frequency": "daily", "time": "09:00"}
        schedule = structured(await model.call("coasty_create_schedule", **order))
        run = structured(await model.call("coasty_start_run", task="Pay. [pause]"))
        asking = structured(await model.call("coasty_run_workflow", definition=APPROVAL))
        saved = await model.client.call_tool(
            "coasty_create_workflow",
            {
                "name": "flow",
                "slug": "flow",
                "definition": {"steps": [task("read", machine_id=model.machine_id)]},
            },
        )
        made = {"schedule_id": schedule["id"], "run_id": run["id"], "workflow_run": asking["id"]}
        yield model, page, {**made, "workflow_id": structured(saved)["id"]}, sent


CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("coasty_run_schedule_now", "schedule_id", {}),
    ("coasty_resume_schedule", "schedule_id", {}),
    ("coasty_update_schedule", "schedule_id", {"task_prompt": "Write."}),
    ("coasty_add_trigger", "schedule_id", {"kind": "webhook"}),
    ("coasty_resume_run", "run_id", {}),
    ("coasty_run_workflow", "workflow_id", {}),
    ("coasty_answer_workflow_run", "workflow_run", {"approved": True}),
]


async def test_what_would_set_an_agent_on_a_held_machine_is_refused() -> None:
    async with busy() as (model, page, made, sent):
        for kind, code in (("stop", "STOPPED_BY_PERSON"), ("take_over", "HUMAN_IN_CONTROL")):
            await page.ask("release")
            await page.ask(kind, page="a")
            sent.clear()
            for tool, name, more in CALLS:
                arguments = {name.replace("workflow_run", "run_id"): made[name], **more}
                refused = await model.client.call_tool(tool, arguments)
                assert error(refused)["code"] == code, tool
            assert {request.method for request in sent} == {"GET"}


async def test_a_definition_that_names_a_held_machine_is_refused() -> None:
    async with busy() as (model, page, _, _):
        await page.ask("stop")
        for definition, inputs in (
            ({"steps": [task("read", machine_id=model.machine_id)]}, {}),
            ({"steps": [task("read", machine_id="{{inputs.on}}")]}, {"on": model.machine_id}),
        ):
            refused = await model.client.call_tool(
                "coasty_run_workflow", {"definition": definition, "inputs": inputs}
            )
            assert error(refused)["code"] == "STOPPED_BY_PERSON"


@pytest.mark.parametrize(
    ("tool", "name", "more"),
    [
        ("coasty_pause_schedule", "schedule_id", {}),
        ("coasty_update_schedule", "schedule_id", {"enabled": False}),
        ("coasty_cancel_run", "run_id", {}),
    ],
)
async def test_what_ends_an_agent_is_never_held(tool: str, name: str, more: Any) -> None:
    async with busy() as (model, page, made, _):
        await page.ask("stop")
        assert not (await model.client.call_tool(tool, {name: made[name], **more})).is_error


async def test_a_run_that_waits_for_a_person_goes_on_with_their_note() -> None:
    async with busy() as (model, page, made, sent):
        await model.client.call_tool("coasty_watch_run", {"run_id": made["run_id"]})
        [waiting] = (await page.ask("runs"))["runs"]
        assert waiting["id"] == made["run_id"]
        sent.clear()
        await page.ask("hand_back", page="a", note="paid", run=waiting["id"])
        [resumed] = [each for each in sent if each.url.path.endswith("/resume")]
        assert json.loads(resumed.content) == {"note": "paid"}
        assert (await page.ask("runs"))["runs"] == []


async def test_nothing_more_is_asked_while_no_machine_is_held() -> None:
    async with busy() as (model, page, made, sent):
        await page.ask("stop")
        await page.ask("release")
        sent.clear()
        await model.client.call_tool("coasty_resume_run", {"run_id": made["run_id"]})
        assert [request.method for request in sent] == ["POST"]
        await page.ask("stop")
        other = await model.client.call_tool("coasty_provision_machine", {"display_name": "other"})
        assert not other.is_error
