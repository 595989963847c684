"""Records in a child process that is killed at a random moment, again and again.

Run as a program with a folder and a number of rounds; it prints the rounds whose repaired record
does not have every finished step exactly once.
"""

import base64
import json
import os
import random
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from mcp.types import CallToolResult, ImageContent, TextContent

from coasty_mcp.recording import FinishedCall
from coasty_mcp.recording.recorder import Recorder
from coasty_mcp.recording.repair import repair
from coasty_mcp.recording.room import sessions

LONGEST_LIFE = 0.02
"""Seconds, in which some ten steps are written."""


def record_for_ever(folder: Path, finished: int) -> None:
    """Record steps, and write a byte into the pipe for each that is finished."""
    recorder = Recorder(folder, "sandbox", "1")
    data = base64.b64encode(random.randbytes(60_000)).decode()
    content = [TextContent(text="é" * 500), ImageContent(data=data, mime_type="image/png")]
    result = CallToolResult(content=list(content))
    while True:
        recorder(FinishedCall("coasty_look", {"n": "\n"}, result, datetime.now(UTC), 0.1))
        os.write(finished, b".")


def finished_steps(folder: Path, life: float) -> int:
    """Return how many steps a child said that it had finished, before it was killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        record_for_ever(folder, writing)
    os.close(writing)
    os.read(reading, 1)  # the first step is finished
    until = monotonic() + life
    while monotonic() < until:
        pass
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    finished = 1
    while data := os.read(reading, 65_536):
        finished += len(data)
    os.close(reading)
    return finished


def is_whole(session: Path, finished: int) -> bool:
    """Return whether all forms of the repaired record have the same steps, each once."""
    count = repair(session)
    record = json.loads((session / "trajectory.json").read_text(encoding="utf-8"))
    numbers = [step["step_id"] for step in record["steps"]]
    lines = (session / "traj.jsonl").read_text(encoding="utf-8").splitlines()
    scripts = (session / "replay.html").read_text(encoding="utf-8").count("</script>")
    return (
        finished <= count <= finished + 1
        and numbers == list(range(1, count + 1)) == [json.loads(line)["step_num"] for line in lines]
        and scripts == count + 2  # the page's own, and the session's
        and len(list((session / "pictures").iterdir())) == count
    )


def main(folder: Path, rounds: int) -> None:
    chance = random.Random(18)
    for number in range(rounds):
        finished = finished_steps(folder / str(number), chance.uniform(0, LONGEST_LIFE))
        [session] = sessions(folder / str(number))
        if not is_whole(session, finished):
            sys.stdout.write(f"{number}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
