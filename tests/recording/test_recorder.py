"""What a session leaves in its folder, seen by those who open it."""

import base64
import json
import logging
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from coasty_mcp.api.secrets import Secrets
from coasty_mcp.api.wire.machines import SECRETS
from coasty_mcp.recording.privacy import ACCESS_TOOLS
from coasty_mcp.recording.room import MEGABYTE, make_room, sessions
from coasty_mcp.server.build import build_server
from coasty_mcp.settings import Settings
from coasty_mcp.tools.catalog import TOOLSETS
from support.mcp_client import Era, picture, seated, structured, text

ROOT = {"schema_version", "session_id", "agent", "notes", "steps", "final_metrics"}
AGENT = {"name", "version", "extra"}
METRICS = {"total_cost_usd", "total_steps"}
STEP = {
    *("step_id", "timestamp", "source", "message", "tool_calls", "observation"),
    *("llm_call_count", "extra"),
}
TOOL_CALL = {"tool_call_id", "function_name", "arguments"}
LINE = {
    *("step_num", "action_timestamp", "action", "response", "reward", "done", "info"),
    "screenshot_file",
}


@asynccontextmanager
async def recorded(folder: Path, era: Era = "auto", **flags: object) -> AsyncGenerator[Client]:
    settings = Settings.read({}, {"sandbox": True, "toolsets": "all", "record_dir": str(folder)})
    async with seated(era, settings=settings.model_copy(update=flags)) as client:
        yield client


async def machine_of(client: Client, **wanted: object) -> str:
    started = await client.call_tool("coasty_provision_machine", {"display_name": "desk", **wanted})
    return structured(started)["machine"]["id"]


def trajectory(folder: Path) -> dict[str, Any]:
    [session] = sessions(folder)
    return json.loads((session / "trajectory.json").read_text(encoding="utf-8"))


def everything(folder: Path) -> bytes:
    return b"".join(each.read_bytes() for each in folder.rglob("*") if each.is_file())


@pytest.mark.parametrize("era", ["auto", "legacy"])
async def test_a_session_leaves_a_trajectory_that_readers_of_the_format_take(
    tmp_path: Path, era: Era
) -> None:
    async with recorded(tmp_path, era) as client:
        machine_id = await machine_of(client)
        await client.call_tool("coasty_take_machine_screenshot", {"machine_id": machine_id})
        await client.call_tool("coasty_get_machine", {"machine_id": "mch_none"})
    record, [session] = trajectory(tmp_path), sessions(tmp_path)
    assert all(each.stat().st_mode & 0o077 == 0 for each in [session, *session.rglob("*")])
    assert record.keys() == ROOT
    assert record["schema_version"] == "ATIF-v1.8"
    assert record["agent"].keys() == AGENT
    assert record["final_metrics"].keys() == METRICS
    assert [step["step_id"] for step in record["steps"]] == [1, 2, 3]
    for step in record["steps"]:
        assert step.keys() == STEP
        assert step["source"] == "agent"
        assert step["llm_call_count"] == 0
        [call], [result] = step["tool_calls"], step["observation"]["results"]
        assert call.keys() == TOOL_CALL
        assert result["source_call_id"] == call["tool_call_id"]
        for part in result["content"]:
            assert part["type"] == "text" or (session / part["source"]["path"]).is_file()
    assert [step["extra"]["error"] for step in record["steps"]] == [None, None, "MACHINE_NOT_FOUND"]


async def test_a_session_leaves_a_line_for_each_step_with_the_names_of_osworld(
    tmp_path: Path,
) -> None:
    async with recorded(tmp_path) as client:
        machine_id = await machine_of(client)
        looked = await client.call_tool(
            "coasty_take_machine_screenshot", {"machine_id": machine_id}
        )
    [session] = sessions(tmp_path)
    written = (session / "traj.jsonl").read_text(encoding="utf-8").splitlines()
    lines = [json.loads(line) for line in written]
    assert [line["step_num"] for line in lines] == [1, 2]
    assert all(line.keys() == LINE for line in lines)
    assert lines[1]["action"]["tool"] == "coasty_take_machine_screenshot"
    assert (session / lines[1]["screenshot_file"]).read_bytes() == picture(looked).data


async def test_without_the_setting_no_file_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with seated() as client:
        await machine_of(client)
    assert not list(tmp_path.rglob("*"))


async def test_actions_are_marked_where_they_landed(tmp_path: Path) -> None:
    async with recorded(tmp_path) as client:
        machine_id = await machine_of(client)
        looked = await client.call_tool(
            "coasty_take_machine_screenshot", {"machine_id": machine_id}
        )
        click: dict[str, Any] = {"machine_id": machine_id, "command": "click"}
        on = text(looked).split()[0]
        await client.call_tool(
            "coasty_execute_machine_action",
            click | {"parameters": {"x": 320, "y": 180}, "screenshot_id": on},
        )
        await client.call_tool(
            "coasty_execute_machine_action", click | {"parameters": {"x": 480, "y": 270}}
        )
    on_picture, on_machine = (step["extra"]["marks"] for step in trajectory(tmp_path)["steps"][2:])
    for [mark] in (on_picture, on_machine):
        assert mark["label"] == "click"
        assert mark["points"][0] == pytest.approx([0.25, 0.25], abs=0.001)


async def test_actions_through_a_region_or_a_prediction_are_marked_too(tmp_path: Path) -> None:
    async with recorded(tmp_path) as client:
        machine_id = await machine_of(client)
        machine: dict[str, Any] = {"machine_id": machine_id}
        looked = await client.call_tool(
            "coasty_take_machine_screenshot", machine | {"region": [960, 540, 480, 270]}
        )
        on = text(looked).split()[0]
        middle = {"x": picture(looked).size.width // 2, "y": picture(looked).size.height // 2}
        click = {"command": "click", "parameters": middle, "screenshot_id": on}
        await client.call_tool("coasty_execute_machine_action", machine | click)
        predicted = await client.call_tool(
            "coasty_predict", machine | {"instruction": "Open the browser"}
        )
        whole = {"prediction_id": structured(predicted)["prediction_id"]}
        await client.call_tool("coasty_execute_machine_action", machine | whole)
    *_, through_region, _, by_prediction = trajectory(tmp_path)["steps"]
    [mark] = through_region["extra"]["marks"]
    assert mark["points"][0] == pytest.approx([0.625, 0.625], abs=0.001)
    assert by_prediction["extra"]["marks"][0]["points"]
    assert by_prediction["extra"]["actions"]
    assert by_prediction["extra"]["screenshot_id"].startswith("shot_")


async def test_a_long_argument_is_left_out_and_never_replayed_in_part(tmp_path: Path) -> None:
    async with recorded(tmp_path) as client:
        machine = {"machine_id": await machine_of(client)}
        writing = {"command": "file_write", "parameters": {"path": "a", "content": "x" * 30_000}}
        await client.call_tool("coasty_execute_machine_action", machine | writing)
    step = trajectory(tmp_path)["steps"][-1]
    content = step["tool_calls"][0]["arguments"]["parameters"]["content"]
    assert len(content) < 21_000
    assert content.endswith("(left out)")


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


def test_every_tool_that_gives_access_is_known_to_the_recorder() -> None:
    names = {tool.name for toolset in TOOLSETS for tool in toolset.tools}
    assert names >= ACCESS_TOOLS


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
            {"machine_id": machine_id, "command": "echo $((12345 * 3))"},
        )
    found = everything(tmp_path)
    assert b"my own words" not in found
    assert b"37035" not in found
    assert b"12345" not in found
    assert b"image/jpeg" not in found
    assert b"coasty_run_terminal_command" in found


async def test_the_oldest_recordings_make_room_and_other_folders_stay(tmp_path: Path) -> None:
    other = tmp_path / "holidays"
    other.mkdir()
    (other / "photo.png").write_bytes(b"x" * 5 * MEGABYTE)
    for _ in range(3):
        async with recorded(tmp_path) as client:
            await machine_of(client)
    first, second, third = sessions(tmp_path)
    (first / "pictures" / "step-0001-1.png").write_bytes(b"x" * MEGABYTE)
    assert make_room(tmp_path, third, MEGABYTE)
    assert sessions(tmp_path) == [second, third]
    assert not make_room(tmp_path, third, 10)
    assert sessions(tmp_path) == [third]
    assert (other / "photo.png").is_file()


async def test_a_record_that_cannot_be_written_ends_with_a_warning_and_never_a_call(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with recorded(tmp_path) as client:
        await machine_of(client)
        shutil.rmtree(tmp_path)
        with caplog.at_level(logging.WARNING):
            machine_id = await machine_of(client)
            assert await machine_of(client) != machine_id
    assert [each.getMessage() for each in caplog.records] == [
        "This session is no longer recorded: its record cannot be written: "
        "No such file or directory."
    ]


async def test_foreign_words_cannot_become_markup_of_the_page(tmp_path: Path) -> None:
    name = "</script><img src=x onerror=alert(1)>"
    async with recorded(tmp_path) as client:
        await machine_of(client, display_name=name)
    [session] = sessions(tmp_path)
    page = (session / "replay.html").read_text(encoding="utf-8")
    assert "<img" not in page.partition("</main>")[2]


async def test_the_model_is_told_that_it_is_recorded(tmp_path: Path) -> None:
    async with recorded(tmp_path) as client:
        assert "This session is recorded" in (client.instructions or "")
    async with seated() as client:
        assert "recorded" not in (client.instructions or "")
