"""What a record leaves out: secrets always, typed text and outputs where that is asked for."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from mcp import Client
from pydantic import BaseModel

from coasty_mcp.api.secrets import Secrets
from coasty_mcp.api.untrusted import HIDDEN_IN_LINES
from coasty_mcp.api.wire.machines import SECRETS
from coasty_mcp.recording.privacy import ACCESS_TOOLS
from coasty_mcp.server.build import build_server
from coasty_mcp.settings import Settings
from coasty_mcp.tools.catalog import TOOLSETS
from support.mcp_client import structured, text
from support.recorded import everything, machine_of, recorded, trajectory


async def test_a_long_argument_is_left_out_and_never_replayed_in_part(tmp_path: Path) -> None:
    async with recorded(tmp_path) as client:
        machine = {"machine_id": await machine_of(client)}
        writing = {"command": "file_write", "parameters": {"path": "a", "content": "x" * 30_000}}
        await client.call_tool("coasty_execute_machine_action", machine | writing)
    step = trajectory(tmp_path)["steps"][-1]
    content = step["tool_calls"][0]["arguments"]["parameters"]["content"]
    assert len(content) < 21_000
    assert content.endswith("(left out)")


async def test_nothing_hides_in_the_files_of_a_record(tmp_path: Path) -> None:
    async with recorded(tmp_path) as client:
        given = {
            "machine_id": await machine_of(client),
            "command": "echo \x7f\x9b2J\u202e\U000e0041",
        }
        await client.call_tool("coasty_run_terminal_command", given)
    step = trajectory(tmp_path)["steps"][-1]
    assert step["tool_calls"][0]["arguments"] == given
    assert not HIDDEN_IN_LINES.search(everything(tmp_path).decode())


@pytest.mark.parametrize(
    "arguments",
    [
        {"machine_id": ["x"] * 1_001},
        {"machine_id": "mch_1", "x" * 600_000: 1},
        {"trajectory": [{"screenshot": "x" * 20_000}] * 26},
    ],
)
async def test_of_arguments_that_nobody_means_nothing_is_kept(
    tmp_path: Path, arguments: dict[str, Any]
) -> None:
    async with recorded(tmp_path) as client:
        assert (await client.call_tool("coasty_predict", arguments)).is_error
    [step] = trajectory(tmp_path)["steps"]
    [call] = step["tool_calls"]
    assert call["arguments"] == {"arguments": "(left out)"}
    assert len(everything(tmp_path)) < 200_000


async def test_a_secret_behind_a_placeholder_never_reaches_the_record(tmp_path: Path) -> None:
    value, folder = "tr0ub4dor&3-horse", tmp_path / "records"
    settings = Settings(sandbox=True, toolsets=("all",), record_dir=folder)
    secrets = Secrets({"PW": value})
    async with Client(build_server(settings, TOOLSETS, secrets=secrets)) as client:
        machine = {"machine_id": await machine_of(client)}
        echo = {"command": "echo '{{secret:PW}}'; echo '{{secret:PW}}' | base64"}
        said = await client.call_tool("coasty_run_terminal_command", machine | echo)
        typing = {"command": "type", "parameters": {"text": value}}
        await client.call_tool("coasty_execute_machine_action", machine | typing)
    assert "{{secret:PW}}" in text(said)
    found = everything(folder)
    assert b"{{secret:PW}}" in found
    for shape in (value, json.dumps(value)[1:-1], base64.b64encode(value.encode()).decode()[:-4]):
        assert shape.encode() not in found


KEY = "sk-coasty-test-" + "7" * 48
PASSWORD = "correct-horse-battery"


async def test_keys_passwords_and_connection_data_never_reach_the_record(tmp_path: Path) -> None:
    async with recorded(tmp_path) as client:
        machine_id = await machine_of(client)
        connection = await client.call_tool("coasty_get_connection", {"machine_id": machine_id})
        schedule = {"name": "s", "machine_id": machine_id, "task_prompt": "t"}
        made = await client.call_tool(
            "coasty_create_schedule", schedule | {"frequency": "daily", "time": "08:00"}
        )
        webhook = await client.call_tool(
            "coasty_add_trigger",
            {"schedule_id": structured(made)["id"], "kind": "webhook"},
        )
        await client.call_tool(
            "coasty_run_terminal_command", {"machine_id": machine_id, "command": f"echo {KEY}"}
        )
        await client.call_tool(
            "coasty_execute_machine_action",
            {"machine_id": machine_id, "command": "type", "parameters": {"password": PASSWORD}},
        )
    found = everything(tmp_path)
    secrets = [KEY, PASSWORD, structured(webhook)["webhook_secret"]]
    access = structured(connection)
    secrets += [str(access[name]) for name in SECRETS if name in access]
    assert len(secrets) > 4
    for secret in secrets:
        assert secret.encode() not in found
        assert base64.b64encode(secret.encode())[:-4] not in found
    steps = {each["tool_calls"][0]["function_name"]: each for each in trajectory(tmp_path)["steps"]}
    assert _said(steps["coasty_get_connection"]) == "(left out)"


async def test_a_value_that_is_named_like_a_secret_is_left_out_whatever_it_is(
    tmp_path: Path,
) -> None:
    inputs = {
        "pin_password": 48213377,
        "credentials": {"user": "hunter-two", "pins": [{"of": 7755331}, {"of": 93}]},
        "passphrase": "hunter-three",
        "rooms": 4711,
    }
    work = {"steps": [{"id": "a", "type": "succeed"}]}
    async with recorded(tmp_path) as client:
        await client.call_tool("coasty_run_workflow", {"definition": work, "inputs": inputs})
    found = everything(tmp_path)
    for secret in (b"48213377", b"hunter-two", b"7755331", b"hunter-three"):
        assert secret not in found
    [step] = trajectory(tmp_path)["steps"]
    kept = step["tool_calls"][0]["arguments"]["inputs"]
    assert kept["credentials"]["pins"] == [{"of": "(secret)"}, {"of": "(secret)"}]
    assert kept["rooms"] == 4711


async def test_a_number_that_is_typed_is_left_out_like_a_text(tmp_path: Path) -> None:
    typing = {"command": "type", "parameters": {"text": 4821}}
    async with recorded(tmp_path, record_redact=True) as client:
        machine = {"machine_id": await machine_of(client)}
        await client.call_tool("coasty_execute_machine_action", machine | typing)
    step = trajectory(tmp_path)["steps"][-1]
    assert step["tool_calls"][0]["arguments"]["parameters"] == {"text": "(left out)"}
    assert "4821" not in step["extra"]["marks"][0]["label"]


def test_every_tool_that_gives_access_is_known_to_the_recorder() -> None:
    tools = [tool for toolset in TOOLSETS for tool in toolset.tools]
    giving = {each.name for each in tools if _gives_access(each.reply)}
    assert giving == ACCESS_TOOLS == {"coasty_get_connection"}


def _gives_access(model: type[BaseModel] | None) -> bool:
    """Whether a field of a reply, however deep, is one that gives access."""
    if not model:
        return False
    inner = [kind for field in model.model_fields.values() for kind in _kinds(field.annotation)]
    return bool(model.model_fields.keys() & {*SECRETS}) or any(map(_gives_access, inner))


def _kinds(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for each in get_args(annotation):
        yield from _kinds(each)


async def test_typed_text_and_outputs_are_left_out_where_that_is_asked_for(tmp_path: Path) -> None:
    typing = {"command": "type", "parameters": {"text": "my own words"}}
    async with recorded(tmp_path, record_redact=True, record_without_pictures=True) as client:
        machine_id = await machine_of(client)
        await client.call_tool(
            "coasty_execute_machine_action",
            {"machine_id": machine_id, **typing, "return_screenshot": True},
        )
        await client.call_tool(
            "coasty_run_terminal_command",
            {"machine_id": machine_id, "command": "echo $((123456789 * 3))"},
        )
        words = {"instruction": "Type my own words", "machine_id": machine_id}
        predicted = structured(await client.call_tool("coasty_predict", words))
        edit = {"command": "file_write", "parameters": {"path": "a", "text": "my own words"}}
        await client.call_tool("coasty_execute_machine_action", {"machine_id": machine_id, **edit})
        await client.call_tool(
            "coasty_execute_machine_action",
            {"machine_id": machine_id, "prediction_id": predicted["prediction_id"]},
        )
    found = everything(tmp_path)
    assert "my own words" in str(predicted["actions"])
    assert b"my own words" not in found
    assert b"370370367" not in found
    assert b"123456789" not in found
    assert b"image/jpeg" not in found
    assert b"coasty_run_terminal_command" in found


async def test_what_is_left_out_follows_from_the_tool_and_not_from_the_words(
    tmp_path: Path,
) -> None:
    async with recorded(tmp_path, record_redact=True) as client:
        machine = {"machine_id": await machine_of(client, display_name="not instructions")}
        looked = await client.call_tool("coasty_take_machine_screenshot", machine)
        on = text(looked).split()[0]
        click = {"command": "left_click", "parameters": {"coordinate": [320, 180]}}
        await client.call_tool(
            "coasty_execute_machine_action", {**machine, **click, "screenshot_id": on}
        )
        await client.call_tool("coasty_get_machine", machine)
    _, look, acted, got = trajectory(tmp_path)["steps"]
    assert _said(look) == f"{on} (left out)"
    assert acted["tool_calls"][0]["arguments"]["command"] == "left_click"
    assert acted["extra"]["marks"][0]["points"]
    assert "not instructions" in _said(got)


def _said(step: dict[str, Any]) -> str:
    [result] = step["observation"]["results"]
    return result["content"][0]["text"]
