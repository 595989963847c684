"""What a session leaves in its folder, seen by those who open it."""

import json
import logging
import shutil
from pathlib import Path
from typing import Any

import pytest

from coasty_mcp.recording.room import MEGABYTE, make_room, sessions
from support.mcp_client import Era, picture, seated, structured, text
from support.recorded import machine_of, recorded, trajectory

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
        usual = {"action": "left_click", "coordinate": [480, 270]}
        await client.call_tool(
            "coasty_execute_machine_action", {"machine_id": machine_id, "actions": [usual]}
        )
    steps = trajectory(tmp_path)["steps"][2:]
    assert [step["extra"]["error"] for step in steps] == [None] * 3
    labels = [step["extra"]["marks"][0]["label"] for step in steps]
    assert labels == ["click", "click", "left_click"]
    for [mark] in (step["extra"]["marks"] for step in steps):
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


async def test_a_session_makes_the_room_that_it_may_take(tmp_path: Path) -> None:
    async with recorded(tmp_path) as client:
        await machine_of(client)
    [old] = sessions(tmp_path)
    (old / "pictures" / "step-0001-1.png").write_bytes(b"x" * 2 * MEGABYTE)
    async with recorded(tmp_path, record_max_mb=1) as client:
        await machine_of(client)
    [new] = sessions(tmp_path)
    assert new != old


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
