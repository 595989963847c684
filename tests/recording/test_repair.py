"""Recordings that were broken off, made whole."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from mcp.types import CallToolResult, TextContent

from coasty_mcp.recording import FinishedCall
from coasty_mcp.recording.recorder import Recorder
from coasty_mcp.recording.repair import repair
from coasty_mcp.recording.room import sessions

WRITER = Path(__file__).with_name("killed_writer.py")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_after_a_kill_at_any_moment_every_finished_step_is_there_once(tmp_path: Path) -> None:
    rounds = os.environ.get("KILLED_RECORDERS", "40")
    done = subprocess.run(
        [sys.executable, WRITER, tmp_path, rounds], capture_output=True, text=True, check=True
    )
    assert done.stdout == ""


def recording(folder: Path) -> Path:
    recorder = Recorder(folder, "sandbox", "1")
    result = CallToolResult(content=[TextContent(text="done")])
    recorder(FinishedCall("coasty_look", {}, result, datetime.now(UTC), 0.1))
    [session] = sessions(folder)
    return session


def test_a_repair_keeps_the_modes_of_files_and_is_not_stopped_by_what_an_earlier_one_left(
    tmp_path: Path,
) -> None:
    session = recording(tmp_path)
    page = session / "replay.html"
    page.chmod(0o640)
    (session / "replay.html.new").symlink_to(tmp_path / "elsewhere")
    assert repair(session) == 1
    assert page.stat().st_mode & 0o777 == 0o640
    assert not list(tmp_path.rglob("*.new"))
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.skipif(os.name == "nt", reason="there are no limits on files")
def test_a_repair_that_fails_changes_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    import resource

    session = recording(tmp_path)
    before = {each: each.read_bytes() for each in session.iterdir() if each.is_file()}
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            repair(session)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert {each: each.read_bytes() for each in session.iterdir() if each.is_file()} == before


def test_what_is_no_recording_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "trajectory.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ValueError, match=r"trajectory\.json is no recording"):
        repair(tmp_path)
    assert (tmp_path / "trajectory.json").read_text(encoding="utf-8") == "{}"
