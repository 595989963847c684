"""Makes a recording whole that was broken off in the middle of a step."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from .session_folder import LINES, PICTURES, REPLAY, SCRIPT, STEPS_BEGIN, TRAJECTORY, trajectory_end
from .steps import atif_metrics

SCRIPT_BEGIN, SCRIPT_END = SCRIPT.split("{}")


def repair(session: Path) -> int:
    """Rewrite the forms of a recording with the steps that were finished; return how many.

    Raises:
        OSError: it cannot be read or written.
        ValueError: there is no recording in it.
    """
    head, steps = _read_steps(session / TRAJECTORY)
    charged = sum(step.get("extra", {}).get("credits", 0) for step in steps)
    body = ",".join(f"\n{json.dumps(step, ensure_ascii=False)}" for step in steps)
    whole = head + body + trajectory_end(atif_metrics(len(steps), charged))
    _write(session / TRAJECTORY, whole)
    _write(session / LINES, "".join(_lines(session / LINES, len(steps))))
    _write(session / REPLAY, _page(session / REPLAY, len(steps)))
    _remove_unfinished_pictures(session, len(steps))
    return len(steps)


def _read_steps(path: Path) -> tuple[str, list[dict[str, Any]]]:
    """Return what stands before the steps, and the steps whose line is whole."""
    text = path.read_text(encoding="utf-8", errors="replace")
    head, found, rest = text.partition(STEPS_BEGIN)
    if not found:
        raise ValueError(f"{path.name} is no recording.")
    steps = list[dict[str, Any]]()
    for line in rest.split("\n"):
        step = _parsed(line.removesuffix(","))
        if step.get("step_id") == len(steps) + 1:
            steps.append(step)
    return head + found, steps


def _parsed(line: str) -> dict[str, Any]:
    try:
        value: Any = json.loads(line)
    except ValueError:
        return {}
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _lines(path: Path, most: int) -> Iterator[str]:
    with path.open(encoding="utf-8", errors="replace") as file:
        yield from (line for line in file if 1 <= _parsed(line).get("step_num", 0) <= most)


def _page(path: Path, steps: int) -> str:
    """Return the page with its first script of data, which tells of the session, and the steps."""
    text = path.read_text(encoding="utf-8", errors="replace")
    start, *scripts = text.split(SCRIPT_BEGIN)
    whole = [each for each in scripts if each.endswith(SCRIPT_END)][: steps + 1]
    return start + "".join(f"{SCRIPT_BEGIN}{each}" for each in whole)


def _remove_unfinished_pictures(session: Path, steps: int) -> None:
    for picture in (session / PICTURES).glob("step-*"):
        if int(picture.name.split("-")[1]) > steps:
            picture.unlink()


def _write(path: Path, text: str) -> None:
    """Write a file anew under the mode that it has; what fails changes nothing."""
    new = path.with_suffix(f"{path.suffix}.new")
    new.unlink(missing_ok=True)  # of a repair that was killed, or a stranger's link
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        shutil.copymode(path, new)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
