"""Commands of a machine in the spellings that models use, and refusals that show the way."""

import json
from typing import Any, get_args

import pytest
from httpx2 import AsyncClient, Request

from coasty_mcp.api.commands import COMMANDS
from coasty_mcp.api.key_names import usual_key
from coasty_mcp.api.wire.actions import Command
from coasty_mcp.sandbox import World
from coasty_mcp.sandbox.world.machines import Machine
from coasty_mcp.server.consequences import DELETING_COMMANDS
from support.mcp_client import Clock, Era, new_machine, seated, text

ACT = "coasty_execute_machine_action"
AT = {"x": 600, "y": 500}


@pytest.mark.parametrize(
    ("command", "parameters", "sent_as"),
    [
        ("right_click", AT, ("click", {**AT, "button": "right"})),
        ("middle_click", {"coordinate": [600, 500]}, ("click", {**AT, "button": "middle"})),
        ("triple_click", AT, ("click", {**AT, "clicks": 3})),
        ("left_click", AT, ("click", AT)),
        ("hotkey", {"keys": ["Control_L", "a"]}, ("key_combo", {"keys": ["ctrl", "a"]})),
        ("key_combo", {"keys": "ctrl+a"}, ("key_combo", {"keys": ["ctrl", "a"]})),
        ("key_press", {"key": "ctrl+c"}, ("key_combo", {"keys": ["ctrl", "c"]})),
        ("key", {"text": "Page_Down"}, ("key_press", {"key": "pagedown"})),
        ("press", {"key": "KP_0"}, ("key_press", {"key": "0"})),
        ("key_press", {"key": "+"}, ("key_press", {"key": "+"})),
        (
            "drag",
            {"start_x": 1, "start_y": 2, "end_x": 3, "end_y": 4},
            ("drag", {"from_x": 1, "from_y": 2, "to_x": 3, "to_y": 4}),
        ),
        (
            "left_click_drag",
            {"start_coordinate": [1, 2], "coordinate": [3, 4]},
            ("drag", {"from_x": 1, "from_y": 2, "to_x": 3, "to_y": 4}),
        ),
        ("scroll", {"direction": "down"}, ("scroll", {"direction": "down", "amount": 3})),
        (
            "scroll",
            {"scroll_direction": "up", "scroll_amount": 5},
            ("scroll", {"direction": "up", "amount": 5}),
        ),
        ("scroll_down", {}, ("scroll", {"direction": "down", "amount": 3})),
        ("scroll_left", {"amount": 1}, ("scroll", {"direction": "left", "amount": 1})),
        ("click", {**AT, "pressure": 1}, ("click", {**AT, "pressure": 1})),
        ("typewrite", {"value": "a"}, ("type", {"text": "a"})),
        ("file_read", {"file_path": "a"}, ("file_read", {"path": "a"})),
    ],
)
async def test_the_usual_spellings_are_taken(
    http: AsyncClient,
    sent: list[Request],
    machine: Machine,
    command: str,
    parameters: dict[str, Any],
    sent_as: tuple[str, dict[str, Any]],
) -> None:
    async with seated(http=http) as model:
        order = {"machine_id": machine.id, "command": command, "parameters": parameters}
        await model.call_tool(ACT, order)
    [body] = [json.loads(request.content) for request in sent]
    assert (body["command"], body["parameters"]) == sent_as


@pytest.mark.parametrize(
    ("command", "parameters", "sentence"),
    [
        ("click", {}, "click takes x, y, button (optional), clicks (optional): x and y are"),
        ("click", {"x": 1}, "y is missing."),
        ("scroll", {"dy": 300}, "scroll takes direction, amount (optional)"),
        ("drag", {"x": 1, "y": 2}, "or x1, y1, x2, y2, button (optional)"),
        ("key_combo", {}, "key_combo takes keys: keys is missing."),
        ("file_edit", {"path": "a"}, "old_text and new_text are missing."),
        ("click", {**AT, "buton": "right"}, "clicks (optional): there is no buton. For example"),
        ("hotkey", {}, 'For example, parameters={"keys": ["ctrl", "a"]}.'),
    ],
)
async def test_one_refusal_shows_all_that_a_command_takes(
    era: Era,
    http: AsyncClient,
    sent: list[Request],
    machine: Machine,
    command: str,
    parameters: dict[str, Any],
    sentence: str,
) -> None:
    async with seated(era, http=http) as model:
        order = {"machine_id": machine.id, "command": command, "parameters": parameters}
        refused = await model.call_tool(ACT, order)
    assert refused.is_error
    assert sentence in text(refused)
    assert sent == []


@pytest.mark.parametrize("command", [each for each in COMMANDS if COMMANDS[each].takes])
async def test_what_a_refusal_gives_as_an_example_passes(
    http: AsyncClient, clock: Clock, machine: Machine, command: str
) -> None:
    async with seated(http=http, clock=clock) as model:
        order = {"machine_id": machine.id, "command": command}
        first = text(await model.call_tool(ACT, order))
        if " takes " in first:
            example = json.loads(first.split("parameters=")[1].split("}.")[0] + "}")
            first = text(await model.call_tool(ACT, {**order, "parameters": example}))
    assert " takes " not in first
    assert "VALIDATION_ERROR" not in first


def test_the_table_has_every_command_of_the_api_and_of_predictions() -> None:
    assert COMMANDS.keys() == {*get_args(Command), "wait", "move", "done", "fail"}


@pytest.mark.parametrize("command", COMMANDS)
def test_an_example_and_other_spellings_name_what_the_command_takes(command: str) -> None:
    known = COMMANDS[command]
    assert known.example.keys() <= set(known.names)
    assert {*known.renamed.values(), *sum(known.points.values(), ())} <= set(known.names)
    for implied in known.aliases.values():
        assert implied.keys() <= set(known.names)


def test_no_other_name_of_a_command_is_a_command_or_deletes() -> None:
    aliases = [alias for each in COMMANDS.values() for alias in each.aliases]
    assert len(aliases) == len(set(aliases) - COMMANDS.keys())
    assert not any(COMMANDS[each].aliases for each in DELETING_COMMANDS)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Control_L", "ctrl"),
        ("Super_L", "win"),
        ("ctrlleft", "ctrl"),
        ("Return", "enter"),
        ("num0", "0"),
        ("print", "printscreen"),
        ("ArrowUp", "up"),
        ("ISO_Level3_Shift", "altright"),
        ("Page_Up", "pageup"),
        ("F5", "F5"),
        ("é", "é"),
        ("unknown_key", "unknownkey"),
    ],
)
def test_keys_go_by_the_names_of_predictions(written: str, name: str) -> None:
    assert usual_key(written) == name


async def test_sizes_on_a_screenshot_become_the_machines_too(
    http: AsyncClient, sent: list[Request], machine: Machine
) -> None:
    parameters = {"title": "Browser", "x": 64, "y": 36, "width": 640, "height": 360}
    order = {"machine_id": machine.id, "command": "move_window", "parameters": parameters}
    shot = "shot_640x360_of_1280x720_3f9a2c71b0"
    async with seated(http=http) as model:
        await model.call_tool(ACT, {**order, "screenshot_id": shot})
    moved = json.loads(sent[-1].content)["parameters"]
    assert (moved["width"], moved["height"]) == (1280, 720)
    assert abs(moved["x"] - 128) <= 1


async def test_a_screenshot_of_another_machine_is_refused(
    era: Era, world: World, machine: Machine
) -> None:
    other = new_machine(world.accounts["test"], display_name="other")
    async with seated(era, world) as model:
        seen = await model.call_tool("coasty_take_machine_screenshot", {"machine_id": other.id})
        shot = text(seen).split()[0]
        click = {"machine_id": machine.id, "command": "click", "parameters": AT}
        refused = await model.call_tool(ACT, {**click, "screenshot_id": shot})
    assert text(refused).startswith(f"{shot} is a picture of {other.id}, not of {machine.id}")
