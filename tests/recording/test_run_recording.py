"""`coasty-mcp replay --run`: what an agent saw, put into the form of a recording."""

import json
from pathlib import Path

import pytest
from httpx2 import AsyncClient

from coasty_mcp.recording.room import sessions
from coasty_mcp.replay import Replay, ReplayStopped
from coasty_mcp.replay.run_recording import record_run
from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.server.http_client import HttpConnection
from coasty_mcp.settings import Settings
from support.mcp_client import new_machine, seated, structured
from support.run_gallery import PICTURE, Gallery, shot

SANDBOX = Settings(sandbox=True, toolsets=("runs",))


def to(http: AsyncClient) -> HttpConnection:
    return HttpConnection(SANDBOX, http)


async def test_a_run_becomes_a_recording_with_the_pictures_of_its_agent(tmp_path: Path) -> None:
    world = World(pace=0)
    machine = {"machine_id": new_machine(world.accounts["test"]).id}
    async with seated(world=world, settings=SANDBOX) as model:
        task = {**machine, "task": "Open the browser."}
        run_id = structured(await model.call_tool("coasty_start_run", task))["id"]
        await model.call_tool("coasty_watch_run", {"run_id": run_id})
    async with sandbox_client(world) as http:
        recording = await record_run(SANDBOX, run_id, tmp_path, to(http))
    assert sessions(tmp_path) == [recording.path]
    assert len(recording.steps) > 1
    assert [step["tool_calls"][0]["arguments"] for step in recording.steps] == [
        {"run_id": run_id, "index": index} for index in range(len(recording.steps))
    ]
    assert {str(picture.size) for picture in recording.pictures()} == {"1920x1080"}
    record = json.loads((recording.path / "trajectory.json").read_text(encoding="utf-8"))
    assert record["notes"] == f"What the agent of run {run_id} saw before each of its decisions."
    assert len((recording.path / "traj.jsonl").read_text("utf-8").splitlines()) == len(
        recording.steps
    )
    assert recording.page.is_file()


async def test_pictures_are_kept_byte_for_byte_and_gaps_are_said(tmp_path: Path) -> None:
    gone = {"index": 1, "image_unavailable": "expired", "taken_at": "yesterday"}
    many = [shot(number) for number in range(2, 12)]
    gallery = Gallery(shot(0, taken_at="2026-05-01T08:30:00Z"), gone, *many)
    recording = await record_run(SANDBOX, "run_1", tmp_path, to(gallery.client()))
    assert [picture.data for picture in recording.pictures()] == [PICTURE.data] * 11
    first, second = recording.steps[:2]
    assert first["timestamp"] == "2026-05-01T08:30:00+00:00"
    [line] = second["observation"]["results"][0]["content"]
    assert line["text"].endswith("no picture: expired")


@pytest.mark.parametrize(
    ("http", "problem"),
    [
        (sandbox_client(World()), r"There is no run run_none"),
        (Gallery().client(), r"^Run run_none has no screenshots\.$"),
    ],
)
async def test_a_run_of_which_there_is_nothing_leaves_no_folder(
    tmp_path: Path, http: AsyncClient, problem: str
) -> None:
    with pytest.raises(ReplayStopped, match=problem):
        await record_run(SANDBOX, "run_none", tmp_path, to(http))
    assert not list(tmp_path.iterdir())


async def test_what_does_not_fit_is_not_passed_off_as_whole(tmp_path: Path) -> None:
    gallery = Gallery(shot(0), shot(1), shot(2))
    no_room = SANDBOX.model_copy(update={"record_max_mb": 0})
    with pytest.raises(ReplayStopped, match="Not all of the 3 screenshots could be written"):
        await record_run(no_room, "run_1", tmp_path, to(gallery.client()))


def test_without_a_key_the_command_says_that_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(ReplayStopped, match="There is no Coasty API key"):
        Replay(tmp_path, Settings(), print, run_id="run_1").run()
