"""Programs of many tasks: checked, saved, run, followed and answered by the model."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from httpx2 import AsyncClient, Request
from mcp import Client

from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.settings import Settings
from support.mcp_client import (
    Era,
    bodies,
    error,
    new_machine,
    recorded,
    seated,
    structured,
    text,
    written_call,
)
from support.run_sandbox import FOR_EVER
from support.workflow_sandbox import step, task

VALIDATE, CREATE, UPDATE = (
    "coasty_validate_workflow",
    "coasty_create_workflow",
    "coasty_update_workflow",
)
LIST, GET, ARCHIVE = (
    "coasty_list_workflows",
    "coasty_get_workflow",
    "coasty_archive_workflow",
)
RUN, RUNS, GET_RUN = (
    "coasty_run_workflow",
    "coasty_list_workflow_runs",
    "coasty_get_workflow_run",
)
WATCH, CANCEL, ANSWER = (
    "coasty_watch_workflow_run",
    "coasty_cancel_workflow_run",
    "coasty_answer_workflow_run",
)
Json = dict[str, Any]

SIMPLE: Json = {"steps": [task("look")], "output": {"passed": "{{look.passed}}"}}
SEVERAL: Json = {
    "steps": [
        step("human_approval", "agree", message="Shall {{inputs.who}} be paid?"),
        task("count", "Open the files.", save_as="invoices"),
        step(
            "if",
            "enough",
            condition={"op": "truthy", "value": "{{invoices.passed}}"},
            then=[
                step(
                    "loop",
                    "rounds",
                    count=2,
                    body=[task("pay", "Press f{{vars.iteration}}.")],
                ),
                step(
                    "parallel",
                    "both",
                    branches=[
                        [task("mail", "Open the browser.")],
                        [task("file", "Open the terminal.")],
                    ],
                ),
                step(
                    "retry", "again", max_attempts=3, body=[task("check", "Open the text editor.")]
                ),
            ],
            **{"else": [step("fail", "none", message="No invoices.")]},
        ),
    ],
    "output": {"who": "{{inputs.who}}", "checked": "{{check.passed}}"},
}


@pytest.fixture
def world() -> World:
    """Return a world in which an agent takes no time."""
    return World(pace=0)


@asynccontextmanager
async def composing(
    era: Era = "auto", world: World | None = None, http: AsyncClient | None = None
) -> AsyncGenerator[Client]:
    settings = Settings(sandbox=True, toolsets=("workflows",))
    async with seated(era, world, http, settings=settings) as model:
        yield model


def order(world: World, **more: Any) -> Json:
    return {"machine_id": new_machine(world.accounts["test"]).id, **more}


async def saved(model: Client, definition: Json = SIMPLE, **more: Any) -> str:
    wanted = {"name": "Look", "slug": "look", "definition": definition, **more}
    return structured(await model.call_tool(CREATE, wanted))["id"]


async def test_a_workflow_of_many_kinds_of_steps_runs_to_its_end(era: Era, world: World) -> None:
    wanted = order(world, definition=SEVERAL, inputs={"who": "Ada"}, budget_cents=5000)
    async with composing(era, world) as model:
        valid = await model.call_tool(VALIDATE, {"definition": SEVERAL})
        begun = await model.call_tool(RUN, wanted)
        waits = await model.call_tool(*written_call(structured(begun)["next"]))
        run = {"run_id": structured(begun)["id"]}
        answered = await model.call_tool(ANSWER, {**run, "approved": True})
        name, arguments = written_call(structured(answered)["next"])
        rest = await model.call_tool(name, {**arguments, "after": structured(waits)["cursor"]})
        got = await model.call_tool(GET_RUN, run)
    assert structured(valid)["worst_case_credits"] == (1 + 2 + 2 + 3) * 50 * 5
    assert structured(waits)["awaiting_human_reason"] == "Shall Ada be paid?"
    assert structured(waits)["next"] == (
        f'coasty_answer_workflow_run(run_id="{run["run_id"]}", '
        'approved="<what the user says>: true or false")'
    )
    assert structured(waits)["warnings"] == [
        "It waits for a person: ask the user before you answer."
    ]
    assert structured(rest)["status"] == "succeeded"
    assert structured(rest)["result"] == {"who": "Ada", "checked": True}
    assert structured(rest)["events"][0]["seq"] > structured(waits)["cursor"]
    assert "next" not in structured(rest)
    assert structured(got)["iterations_used"] == 2
    assert "of 5000 credits counted" in text(got)


async def test_a_rejected_approval_fails_the_run(era: Era, world: World) -> None:
    async with composing(era, world) as model:
        wanted = order(world, definition=SEVERAL, inputs={"who": "Ada"})
        run = {"run_id": structured(await model.call_tool(RUN, wanted))["id"]}
        await model.call_tool(WATCH, run)
        await model.call_tool(ANSWER, {**run, "approved": False, "note": "Too much."})
        seen = await model.call_tool(WATCH, run)
    assert structured(seen)["status"] == "failed"
    assert "next" not in structured(seen)


@pytest.mark.parametrize("given", [{}, {"workflow_id": "w", "definition": SIMPLE}])
async def test_either_a_saved_workflow_is_run_or_a_definition(given: Json) -> None:
    async with composing() as model:
        refused = await model.call_tool(RUN, given)
    assert text(refused).startswith("Give exactly one of workflow_id, definition: you gave ")


async def test_a_saved_workflow_is_listed_changed_run_and_put_away(era: Era, world: World) -> None:
    async with composing(era, world) as model:
        none = await model.call_tool(LIST, {})
        it = {"workflow_id": await saved(model, description="Looks.")}
        updated = await model.call_tool(UPDATE, {**it, "name": "Look well"})
        listed = await model.call_tool(LIST, {})
        got = await model.call_tool(GET, it)
        begun = await model.call_tool(RUN, {**order(world), **it})
        seen = await model.call_tool(WATCH, {"run_id": structured(begun)["id"]})
        runs = await model.call_tool(RUNS, it)
        await model.call_tool(ARCHIVE, it)
        refused = await model.call_tool(RUN, {**order(world), **it})
    summary = f"{it['workflow_id']} (Look well, look): version 2, active, 1 step."
    assert text(none) == "There are no workflows."
    assert text(updated).startswith(f"Updated {summary}")
    assert text(listed) == summary
    assert structured(got)["definition"] == SIMPLE
    assert '"type": "task"' in text(got)
    assert structured(seen)["result"] == {"passed": True}
    assert f"run {structured(begun)['id']} of {it['workflow_id']} version 2" in text(runs)
    assert error(refused)["code"] == "INVALID_STATE"


async def test_saving_offers_to_run_it_and_tells_the_bound(world: World) -> None:
    async with composing(world=world) as model:
        made = await model.call_tool(
            CREATE, {"name": "Look", "slug": "look", "definition": SIMPLE, "idempotency_key": "k1"}
        )
        again = await model.call_tool(
            CREATE, {"name": "Look", "slug": "look", "definition": SIMPLE, "idempotency_key": "k1"}
        )
    said = structured(made)
    assert said["next"] == (
        f'coasty_run_workflow(workflow_id="{said["id"]}", '
        'machine_id="<from coasty_list_machines>", budget_cents=250)'
    )
    assert "It costs at most 250 credits ($2.50) a run." in text(made)
    assert structured(again)["version"] == 1


async def test_inputs_that_a_saved_workflow_needs_are_asked_for(era: Era, world: World) -> None:
    schema = {"type": "object", "required": ["who"], "properties": {"who": {"type": "string"}}}
    definition = {"steps": [task("a", "Greet {{inputs.who}}.")]}
    async with composing(era, world) as model:
        it = {"workflow_id": await saved(model, definition, inputs_schema=schema)}
        refused = await model.call_tool(RUN, {**order(world), **it})
    assert "The input who is missing." in text(refused)


@pytest.mark.parametrize(
    ("definition", "guards", "code"),
    [
        (SIMPLE, {"budget_cents": 1}, "GUARD_EXCEEDED"),
        (
            {"steps": [step("loop", "l", count=5, body=[task("t")])]},
            {"max_iterations": 2},
            "GUARD_EXCEEDED",
        ),
    ],
)
async def test_guards_stop_a_run(
    era: Era, world: World, definition: Json, guards: Json, code: str
) -> None:
    async with composing(era, world) as model:
        begun = await model.call_tool(RUN, order(world, definition=definition, **guards))
        seen = await model.call_tool(WATCH, {"run_id": structured(begun)["id"]})
    assert structured(seen)["error"]["code"] == code
    assert f"failed, {code}: " in text(seen)


async def test_a_run_without_a_machine_says_what_it_works_on(era: Era, world: World) -> None:
    async with composing(era, world) as model:
        begun = await model.call_tool(RUN, {"definition": SIMPLE})
        given = await model.call_tool(RUN, order(world, definition=SIMPLE))
        bare = await model.call_tool(RUN, {"definition": {"steps": [step("succeed", "end")]}})
    assert "No machine_id was given: a task that names none itself gets a new" in text(begun)
    assert "No machine_id" not in text(given) + text(bare)


async def test_every_argument_reaches_the_api(world: World) -> None:
    http = sandbox_client(world)
    sent: list[Request] = recorded(http)
    wanted = order(
        world,
        definition=SIMPLE,
        inputs={"a": 1},
        budget_cents=100,
        max_iterations=7,
        deadline_seconds=60,
        webhook_url="http://127.0.0.1:9/hook",
        metadata={"team": "ops"},
    )
    async with composing(http=http) as model:
        begun = await model.call_tool(RUN, {**wanted, "idempotency_key": "k1"})
        again = await model.call_tool(RUN, {**wanted, "idempotency_key": "k1"})
    assert bodies(sent, "workflows/runs") == [wanted, wanted]
    assert structured(begun)["id"] == structured(again)["id"]
    assert f"webhook_secret: {structured(begun)['webhook_secret']}" in text(begun)
    assert "Warning: Store the webhook_secret now: it is never shown again." in text(begun)


async def test_a_cancelled_run_is_over(era: Era) -> None:
    world = World(pace=FOR_EVER)
    async with composing(era, world) as model:
        begun = await model.call_tool(RUN, order(world, definition=SIMPLE))
        run = {"run_id": structured(begun)["id"]}
        cancelled = await model.call_tool(CANCEL, run)
        seen = await model.call_tool(WATCH, run)
        answered = await model.call_tool(ANSWER, {**run, "approved": True})
    assert structured(cancelled)["status"] == structured(seen)["status"] == "cancelled"
    assert error(answered)["code"] == "NOT_AWAITING_HUMAN"


async def test_an_update_of_nothing_is_refused_here(world: World) -> None:
    async with composing(world=world) as model:
        refused = await model.call_tool(UPDATE, {"workflow_id": "w"})
    assert text(refused).startswith("Name at least one thing to change.")
