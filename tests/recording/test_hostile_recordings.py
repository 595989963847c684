"""Recordings that a stranger made: each ends in a sentence, at once, and none is opened."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest

from coasty_mcp.recording.repair import repair
from coasty_mcp.recording.room import sessions
from coasty_mcp.recording.session_folder import PICTURES, REPLAY, TRAJECTORY
from coasty_mcp.replay import Replay, ReplayStopped
from coasty_mcp.settings import Settings
from support.mcp_client import seated, structured

Spoil = Callable[[Path], object]
SCRIPT = "<script>document.title = 'theirs'</script>"

PAGES: list[Callable[[str], str]] = [
    lambda page: SCRIPT,
    lambda page: page + SCRIPT,
    lambda page: SCRIPT + page,
    lambda page: page.replace('"application/json">', f'"application/json"></script>{SCRIPT}', 1),
]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("records")
    anyio.run(record_look, folder)
    [session] = sessions(folder)
    return session


async def record_look(folder: Path) -> None:
    """Start a machine and look at it."""
    async with seated(settings=Settings(sandbox=True, record_dir=folder)) as client:
        started = await client.call_tool("coasty_provision_machine", {"display_name": "desk"})
        on = {"machine_id": structured(started)["machine"]["id"]}
        await client.call_tool("coasty_take_machine_screenshot", on)


@pytest.fixture
def session(recorded: Path, tmp_path: Path) -> Path:
    """Return a copy that a test may spoil."""
    return Path(shutil.copytree(recorded, tmp_path / "session"))


def with_steps(steps: Any) -> Spoil:
    return lambda session: (session / TRAJECTORY).write_text(json.dumps({"steps": steps}))


def with_picture(path: Any) -> Spoil:
    part = {"type": "image", "source": {"path": path}}
    return with_steps([{"step_id": 1, "observation": {"results": [{"content": [part]}]}}])


def pipe(session: Path) -> None:
    (session / TRAJECTORY).unlink()
    os.mkfifo(session / TRAJECTORY)


def device(session: Path) -> None:
    (session / TRAJECTORY).unlink()
    (session / TRAJECTORY).symlink_to("/dev/zero")


def piped_picture(session: Path) -> None:
    os.mkfifo(session / "pipe.png")
    with_picture("pipe.png")(session)


NO_STEPS: list[Any] = [None, "x", 5, [[]], ["x"], [None], {"a": 1}]
NO_PATHS: list[Any] = [5, None, [], "/etc/passwd", "../x", "a\0b"]
SPOILT: dict[str, Spoil] = {
    "a pipe": pipe,
    "a device": device,
    "no picture": with_picture(f"{TRAJECTORY}"),
    "a pipe for a picture": piped_picture,
    "deep": lambda session: (session / TRAJECTORY).write_text("[" * 200_000),
    **{f"steps {it!r}": with_steps(it) for it in NO_STEPS},
    **{f"a path {it!r}": with_picture(it) for it in NO_PATHS},
    "credits": with_steps([{"step_id": 1, "extra": {"credits": "many"}}]),
    "a name of a tool": with_steps([{"step_id": 1, "tool_calls": [{"function_name": "\x1b[2J"}]}]),
}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="makes pipes")
@pytest.mark.parametrize("wanted", [{"gif": Path("new.gif")}, {"machine_id": "mch_1"}])
@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_what_was_spoilt_is_refused_in_a_sentence(
    spoil: Spoil, wanted: dict[str, Any], session: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(session.parent)
    spoil(session)
    with pytest.raises((ReplayStopped, OSError)) as refused:
        Replay(session, Settings(sandbox=True), print, **wanted).run()
    assert "\x1b" not in str(refused.value)
    assert not Path("new.gif").exists()


@pytest.mark.parametrize("spoil", PAGES)
def test_a_page_that_is_not_ours_is_not_opened_and_is_written_anew(
    spoil: Callable[[str], str], session: Path
) -> None:
    page = session / REPLAY
    ours = page.read_text()
    page.write_text(spoil(ours))
    replay = Replay(session, Settings(sandbox=True), print)
    with pytest.raises(ReplayStopped, match="--repair"):
        replay.run()
    assert Replay(session, Settings(sandbox=True), print, repair=True).run() == page
    assert SCRIPT not in page.read_text()


def test_repair_removes_nothing_elsewhere(session: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "step-999.png").write_text("mine")
    shutil.rmtree(session / PICTURES)
    (session / PICTURES).symlink_to(elsewhere)
    repair(session)
    assert (elsewhere / "step-999.png").exists()
