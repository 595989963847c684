"""Action policies from the model's chair: of a call, and of the whole server."""

import json
from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient, Request

from coasty_mcp.sandbox import World
from coasty_mcp.sandbox.world.machines import Machine
from coasty_mcp.settings import Settings
from support.mcp_client import Era, bodies, error, seated, structured, text
from support.thin_upstream import ThinUpstream

Json = dict[str, Any]

ACT, RUN = "coasty_execute_machine_action", "coasty_start_run"
OPEN = {"instruction": "Open the browser"}
TYPING = {"command": "type_text", "parameters": {"text": "hi"}}
LONG = "a" * 65
FLAT = {"blocked_actions": ["drag"], "blocked_keys": ["win+r"], "bounds": [0, 0, 800, 600]}
BOUNDS = {"min_x": 0, "min_y": 0, "max_x": 800, "max_y": 600}
SENT = {"blocked_actions": ["drag"], "blocked_keys": ["win+r"], "coordinate_bounds": BOUNDS}
ELSE = ["terminal_execute", "file_write", "browser_navigate"]
OWN: Json = {
    "blocked_actions": ["type", *ELSE],
    "blocked_keys": ["Alt+F4"],
    "max_actions": 7,
    "coordinate_bounds": {"min_x": 10, "min_y": 10, "max_x": 1000, "max_y": 700},
}


@pytest.fixture
def guarded(tmp_path: Path) -> Settings:
    """The settings of a server with an action policy of its own."""
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(OWN))
    return Settings(sandbox=True, toolsets=("all",), action_policy=file)


def calls(machine: str) -> dict[str, tuple[str, Json]]:
    """Return, by path, a call of each tool whose requests carry a policy."""
    here = {"machine_id": machine}
    flow = {"steps": [{"id": "t", "type": "task", "task": "Open the browser."}]}
    shot = {"command": "click", "parameters": {"x": 20, "y": 20}}
    agent = {"task_prompt": "Open the browser.", "name": "n", "frequency": "hourly"}
    return {
        "predict": ("coasty_predict", {**here, **OPEN}),
        "sessions": ("coasty_create_session", here),
        "parse": ("coasty_parse", {"code": "pyautogui.click(1, 2)"}),
        "runs": (RUN, {**here, "task": "Open the browser."}),
        "tasks": ("coasty_start_task", {"task": "Open the browser."}),
        "workflows/runs": ("coasty_run_workflow", {**here, "definition": flow}),
        "schedules": ("coasty_create_schedule", {**here, **agent}),
        f"machines/{machine}/actions": (ACT, {**here, **shot}),
        f"machines/{machine}/actions/batch": (ACT, {**here, "actions": [shot, shot]}),
    }


@pytest.mark.parametrize(
    "path", ["runs", "workflows/runs", "schedules", "machines/{}/actions/batch"]
)
async def test_flat_arguments_become_a_policy(
    era: Era, http: AsyncClient, sent: list[Request], machine: Machine, path: str
) -> None:
    path = path.format(machine.id)
    tool, arguments = calls(machine.id)[path]
    settings = Settings(sandbox=True, toolsets=("all",))
    async with seated(era, http=http, settings=settings) as model:
        done = await model.call_tool(tool, {**arguments, **FLAT})
        plain = await model.call_tool(tool, arguments)
    kept, none = bodies(sent, path)
    assert kept["action_policy"] == SENT
    assert "action_policy" not in none
    if "machines" not in path:
        assert structured(done)["action_policy"] == SENT
        assert f"Its action policy: {json.dumps(SENT)}" in text(done).splitlines()
    assert "action_policy" not in structured(plain)


async def test_predictions_and_sessions_take_what_does_not_depend_on_the_picture(
    era: Era, http: AsyncClient, sent: list[Request], machine: Machine
) -> None:
    settings = Settings(sandbox=True, toolsets=("all",))
    async with seated(era, http=http, settings=settings) as model:
        for path in ("predict", "sessions"):
            tool, arguments = calls(machine.id)[path]
            blocked = {"blocked_actions": ["drag", "type"], "blocked_keys": ["win+r"]}
            done = await model.call_tool(tool, {**arguments, **blocked})
            assert not done.is_error, text(done)
            [body] = bodies(sent, path)
            assert body["action_policy"] == {**blocked, "blocked_actions": ["drag", "type_text"]}


async def test_the_servers_policy_is_in_all_that_it_sends(
    http: AsyncClient, sent: list[Request], machine: Machine, guarded: Settings
) -> None:
    async with seated(http=http, settings=guarded) as model:
        for path, (tool, arguments) in calls(machine.id).items():
            done = await model.call_tool(tool, arguments)
            assert not done.is_error, text(done)
            policy = bodies(sent, path)[0]["action_policy"]
            assert policy["blocked_keys"] == ["Alt+F4"]
            assert policy["max_actions"] == 7
            typing = "type" if "actions" in path else "type_text"
            assert policy["blocked_actions"] == [typing, *ELSE]
            on_pictures = path in ("predict", "sessions", "parse")
            assert ("coordinate_bounds" in policy) is not on_pictures


async def test_bounds_alone_are_no_policy_of_what_only_looks_at_pictures(
    tmp_path: Path, http: AsyncClient, sent: list[Request], machine: Machine
) -> None:
    file = tmp_path / "policy.json"
    file.write_text(json.dumps({"coordinate_bounds": BOUNDS}))
    settings = Settings(sandbox=True, toolsets=("all",), action_policy=file)
    async with seated(http=http, settings=settings) as model:
        for path, (tool, arguments) in calls(machine.id).items():
            await model.call_tool(tool, arguments)
            on_pictures = path in ("predict", "sessions", "parse")
            assert ("action_policy" in bodies(sent, path)[0]) is not on_pictures


async def test_no_argument_loosens_the_servers_policy(
    era: Era, http: AsyncClient, sent: list[Request], machine: Machine, guarded: Settings
) -> None:
    tool, arguments = calls(machine.id)["runs"]
    async with seated(era, http=http, settings=guarded) as model:
        await model.call_tool(tool, {**arguments, **FLAT})
        far = await model.call_tool(tool, {**arguments, "bounds": [1500, 0, 1600, 600]})
    [body] = bodies(sent, "runs")
    both = body["action_policy"]
    assert {*both["blocked_actions"]} == {"type_text", "drag", *ELSE}
    assert both["blocked_keys"] == ["Alt+F4", "win+r"]
    assert both["coordinate_bounds"] == {"min_x": 10, "min_y": 10, "max_x": 800, "max_y": 600}
    assert error(far)["code"] == "VALIDATION_ERROR"


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        (ACT, TYPING),
        (ACT, {"command": "left_click", "parameters": {"x": 5, "y": 50}}),
        (ACT, {"command": "press", "parameters": {"key": "alt+f4"}}),
        (ACT, {"command": "hotkey", "parameters": {"keys": "ALT_L+F4"}}),
        (ACT, {"command": "navigate", "parameters": {"url": "https://example.com"}}),
        (ACT, {"actions": [{"command": "list_windows"}, TYPING]}),
        (ACT, {"actions": [{"command": "list_windows"}] * 8}),
        (ACT, {"actions": [{"command": "list_windows"}, {"command": "wait"}, TYPING]}),
        ("coasty_run_terminal_command", {"command": "ls"}),
        ("coasty_use_browser", {"op": "type", "parameters": {"text": "hi"}}),
        ("coasty_use_browser", {"op": "navigate", "parameters": {"url": "https://a.example"}}),
        ("coasty_write_files", {"op": "write", "path": "a.txt", "content": "a"}),
    ],
)
async def test_what_the_servers_policy_forbids_on_a_machine_is_never_sent(
    http: AsyncClient,
    sent: list[Request],
    machine: Machine,
    guarded: Settings,
    tool: str,
    arguments: Json,
) -> None:
    async with seated(http=http, settings=guarded) as model:
        done = await model.call_tool(tool, {"machine_id": machine.id, **arguments})
    assert error(done)["code"] == "ACTION_BLOCKED"
    assert "Nothing was done." in text(done)
    assert sent == []


async def test_what_a_calls_own_policy_forbids_stops_all_of_its_actions(
    era: Era, http: AsyncClient, sent: list[Request], machine: Machine
) -> None:
    """They go out in two requests, and the first alone would be allowed."""
    actions = [{"command": "list_windows"}, {"command": "wait"}, TYPING]
    own = {"machine_id": machine.id, "actions": actions, "blocked_actions": ["type"]}
    async with seated(era, http=http) as model:
        done = await model.call_tool(ACT, own)
    assert error(done)["code"] == "ACTION_BLOCKED"
    assert sent == []


async def test_what_the_servers_policy_allows_is_done(
    era: Era, http: AsyncClient, machine: Machine, guarded: Settings
) -> None:
    here = {"machine_id": machine.id}
    async with seated(era, http=http, settings=guarded) as model:
        for tool, arguments in (
            (ACT, {"command": "click", "parameters": {"x": 20, "y": 20}}),
            (ACT, {"command": "key_combo", "parameters": {"keys": ["ctrl", "a"]}}),
            ("coasty_use_browser", {"op": "open"}),
            ("coasty_read_files", {"op": "list", "path": "."}),
        ):
            done = await model.call_tool(tool, {**here, **arguments})
            assert not done.is_error, text(done)


async def test_points_are_checked_in_the_machines_own_pixels(
    http: AsyncClient, machine: Machine, guarded: Settings
) -> None:
    click = {"machine_id": machine.id, "command": "click", "parameters": {"x": 900, "y": 100}}
    async with seated(http=http, settings=guarded) as model:
        on_machine = await model.call_tool(ACT, click)
        seen = "shot_1280x720_of_1920x1080_abcd"  # x=900 of it is x=1350 of the machine
        on_picture = await model.call_tool(ACT, {**click, "screenshot_id": seen})
    assert not on_machine.is_error
    assert error(on_picture)["code"] == "ACTION_BLOCKED"
    assert "x must be from 10 up to 1000" in text(on_picture)


async def test_a_prediction_against_the_policy_is_refused_and_costs_nothing(
    era: Era, world: World, http: AsyncClient, machine: Machine
) -> None:
    asked = {"machine_id": machine.id, **OPEN, "blocked_actions": ["click"]}
    async with seated(era, http=http) as model:
        refused = await model.call_tool("coasty_predict", asked)
    assert error(refused)["code"] == "VALIDATION_ERROR"
    assert "click is against the action policy: it is blocked" in text(refused)


async def test_an_action_that_does_not_exist_is_refused_by_name(
    era: Era, http: AsyncClient, sent: list[Request], machine: Machine
) -> None:
    tool, arguments = calls(machine.id)["predict"]
    async with seated(era, http=http) as model:
        done = await model.call_tool(tool, {**arguments, "blocked_actions": ["clik"]})
    assert "Did you mean click" in text(done)
    assert not bodies(sent, "predict")


async def test_bounds_in_the_wrong_order_are_refused_with_an_example(machine: Machine) -> None:
    tool, arguments = calls(machine.id)["runs"]
    async with seated(settings=Settings(sandbox=True, toolsets=("all",))) as model:
        done = await model.call_tool(tool, {**arguments, "bounds": [800, 600, 0, 0]})
    assert error(done)["code"] == "VALIDATION_ERROR"
    assert "bounds=[0, 0, 1279, 719]" in text(done)


async def test_an_api_that_says_little_is_sent_the_same_policy(era: Era, guarded: Settings) -> None:
    thin = ThinUpstream()
    async with seated(era, http=thin.client(), settings=guarded) as model:
        for tool, arguments in calls("mch_1").values():
            done = await model.call_tool(tool, arguments)
            assert not done.is_error, text(done)
        sent = len(thin.requests)
        blocked = await model.call_tool(ACT, {"machine_id": "mch_1", **TYPING})
    assert error(blocked)["code"] == "ACTION_BLOCKED"
    assert len(thin.requests) == sent


@pytest.mark.parametrize("name", ["blocked_actions", "blocked_keys"])
async def test_a_name_too_long_to_be_blocked_is_refused_by_the_rule(
    world: World, machine: Machine, name: str
) -> None:
    async with seated(world=world) as model:
        refused = await model.call_tool(
            "coasty_predict", {**OPEN, "machine_id": machine.id, name: [LONG]}
        )
    assert text(refused).startswith(f"Each of {name} must be text of at least 1 up to 64 ")
