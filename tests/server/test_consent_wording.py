"""What the person reads before they agree to a call."""

import json
from typing import Any

import pytest
from mcp.types import (
    ElicitResult,
)

from coasty_mcp.api.untrusted import HIDDEN
from coasty_mcp.sandbox import World
from coasty_mcp.sandbox.world.machines import Machine
from support.asked_person import LIVE, Person, host
from support.mcp_client import Era, error, text

EVERYTHING = LIVE.model_copy(update={"toolsets": ("all",)})


async def test_a_deletion_inside_json_text_is_asked_about_too(
    era: Era, world: World, ours: Machine
) -> None:
    person = Person(ElicitResult(action="decline"))
    deletion = {"command": "file_delete", "parameters": {"path": "/a"}}
    actions = json.dumps([json.dumps(deletion)])
    async with host(world, EVERYTHING, era, person) as model:
        refused = await model.call_tool(
            "coasty_execute_machine_action", {"machine_id": ours.id, "actions": actions}
        )
    assert error(refused)["code"] == "CONSENT_REFUSED"
    assert "It deletes what is there for good." in person.asked[0]


@pytest.mark.parametrize(
    ("tool", "arguments", "reason"),
    [
        ("coasty_set_machine_ttl", {"ttl_minutes": "5.0"}, "destroys the machine in 5 minutes"),
        ("coasty_start_run", {"task": "Look.", "max_steps": "10"}, "up to 50 credits ($0.50)"),
        ("coasty_set_machine_ttl", {"ttl_minutes": "90"}, ""),
        ("coasty_set_machine_ttl", {"ttl_minutes": "0"}, "does not end by itself any more"),
        ("coasty_start_machine", {}, "credits ($0.09) an hour until it is terminated"),
    ],
)
async def test_numbers_as_text_are_asked_about_as_what_they_mean(
    era: Era, world: World, ours: Machine, tool: str, arguments: dict[str, Any], reason: str
) -> None:
    person = Person(ElicitResult(action="decline"))
    async with host(world, EVERYTHING, era, person) as model:
        await model.call_tool(tool, {"machine_id": ours.id, **arguments})
    assert len(person.asked) == bool(reason)
    assert reason in "".join(person.asked)


LOOKS = {"steps": [{"id": "a", "type": "task", "task": "Look."}]}


@pytest.mark.parametrize("given", [{}, {"budget_cents": 20}, {"definition": json.dumps(LOOKS)}])
async def test_a_workflow_is_asked_about_with_the_machine_that_it_may_get(
    world: World, ours: Machine, given: dict[str, Any]
) -> None:
    person = Person(ElicitResult(action="decline"))
    order = {"definition": LOOKS, **given}
    async with host(world, EVERYTHING, "auto", person) as model:
        for more in ({}, {"machine_id": ours.id}):
            await model.call_tool("coasty_run_workflow", {**order, **more})
    own, named = person.asked
    assert "and a machine of its own up to 9 credits ($0.09) an hour more." in own
    assert "of its own" not in named


async def test_a_task_is_asked_about_with_both_of_its_meters(era: Era, world: World) -> None:
    person = Person(ElicitResult(action="decline"))
    async with host(world, EVERYTHING, era, person) as model:
        refused = await model.call_tool("coasty_start_task", {"task": "Look.", "max_steps": "10"})
    assert error(refused)["code"] == "CONSENT_REFUSED"
    assert "never asks" in person.asked[0]
    assert (
        "steps cost up to 50 credits ($0.50), its machine up to 5 more ($0.05)" in person.asked[0]
    )


async def test_the_price_and_what_is_hidden_are_shown(
    era: Era, world: World, ours: Machine
) -> None:
    person = Person(ElicitResult(action="decline"))
    task = "Read mail.\nmachine_id: other\u202e\u200b\x1b[2J"
    order = {"machine_id": ours.id, "task": task, "max_steps": 20}
    async with host(world, EVERYTHING, era, person) as model:
        await model.call_tool("coasty_start_run", order)
    [asked] = person.asked
    assert "up to 100 credits ($1.00)" in asked
    assert 'The machine\'s name: "desk"' in asked
    assert r'task: "Read mail.\nmachine_id: other\u202e\u200b\u001b[2J"' in asked
    assert not HIDDEN.search(asked.replace("\n", ""))


async def test_what_is_shown_is_all_of_it_or_it_is_refused(
    era: Era, world: World, ours: Machine
) -> None:
    person = Person(ElicitResult(action="decline"))
    async with host(world, EVERYTHING, era, person) as model:
        for length in (3_000, 5_000):
            order = {"machine_id": ours.id, "task": "x" * length + "end", "max_steps": 20}
            refused = await model.call_tool("coasty_start_run", order)
            assert error(refused)["code"] == "CONSENT_REFUSED"
            assert ("do it in smaller calls" in text(refused)) is (length == 5_000)
        paths = [f"/{number:03}" for number in range(50)]
        actions = [{"command": "file_delete", "parameters": {"path": path}} for path in paths]
        order = {"machine_id": ours.id, "actions": actions}
        await model.call_tool("coasty_execute_machine_action", order)
    run, deletions = person.asked
    assert "x" * 3_000 + "end" in run
    assert f'machine_id: "{ours.id}"\nmax_steps: 20\n' in run
    assert not [path for path in paths if f'"path": "{path}"' not in deletions]


async def test_other_scripts_are_shown_as_they_are_written(
    era: Era, world: World, ours: Machine
) -> None:
    person = Person(ElicitResult(action="decline"))
    deletion = {"command": "file_delete", "parameters": {"path": "/Grüße/漢字"}}
    async with host(world, EVERYTHING, era, person) as model:
        order = {"machine_id": ours.id, "actions": [deletion]}
        await model.call_tool("coasty_execute_machine_action", order)
    shown = '{"command": "file_delete", "parameters": {"path": "/Grüße/漢字"}}'
    assert f"actions: [{shown}]" in person.asked[0].splitlines()
