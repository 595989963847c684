"""Recordings that were broken off, made whole."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from coasty_mcp.recording.repair import repair

WRITER = Path(__file__).with_name("killed_writer.py")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_after_a_kill_at_any_moment_every_finished_step_is_there_once(tmp_path: Path) -> None:
    rounds = os.environ.get("KILLED_RECORDERS", "40")
    done = subprocess.run(
        [sys.executable, WRITER, tmp_path, rounds], capture_output=True, text=True, check=True
    )
    assert done.stdout == ""


def test_what_is_no_recording_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "trajectory.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ValueError, match=r"trajectory\.json is no recording"):
        repair(tmp_path)
    assert (tmp_path / "trajectory.json").read_text(encoding="utf-8") == "{}"
