"""Makes a recording whole that was broken off in the middle of a step."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from ..api.untrusted import visible_json
from ..page import page
from .recorded_steps import STEPS, read_regular
from .session_folder import LINES, PICTURES, REPLAY, SCRIPT, STEPS_BEGIN, TRAJECTORY, trajectory_end
from .steps import atif_metrics

DATA = re.compile(SCRIPT.format("[^<]*"))
"""A script of data, in which no other element can begin."""


def repair(session: Path) -> int:
    """Rewrite the forms of a recording with the steps that were finished; return how many.

    Raises:
        OSError: it cannot be read or written.
        ValueError: there is no recording in it.
    """
    head, steps = _read_steps(session / TRAJECTORY)
    charged = sum(step.get("extra", {}).get("credits", 0) for step in steps)
    body = ",".join(f"\n{visible_json(step)}" for step in steps)
    whole = head + body + trajectory_end(atif_metrics(len(steps), charged))
    _write(session / TRAJECTORY, whole)
    _write(session / LINES, "".join(_lines(session / LINES, len(steps))))
    _write(session / REPLAY, _page(session / REPLAY, len(steps)))
    _remove_unfinished_pictures(session, len(steps))
    return len(steps)


def _read_steps(path: Path) -> tuple[str, list[dict[str, Any]]]:
    """Return what stands before the steps, and the steps whose line is whole."""
    text = _text(path)
    head, found, rest = text.partition(STEPS_BEGIN)
    if not found:
        raise ValueError(f"{path.name} is no recording.")
    steps = list[dict[str, Any]]()
    for line in rest.split("\n"):
        step = _parsed(line.removesuffix(","))
        if step.get("step_id") == len(steps) + 1 and _is_whole(step):
            steps.append(step)
    return head + found, steps


def _is_whole(step: dict[str, Any]) -> bool:
    try:
        return bool(STEPS.validate_python([step]))
    except ValidationError:
        return False


def _parsed(line: str) -> dict[str, Any]:
    try:
        value: Any = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _lines(path: Path, most: int) -> Iterator[str]:
    for line in _text(path).splitlines(keepends=True):
        if _parsed(line).get("step_num") in range(1, most + 1):
            yield line


def _page(path: Path, steps: int) -> str:
    """Return our page with the first script of data, which tells of the session, and the steps."""
    return page() + "".join(DATA.findall(_text(path))[: steps + 1])


def is_our_page(path: Path) -> bool:
    """Return whether a page is the one that this version writes, with nothing but data behind it.

    Raises:
        OSError: it cannot be read.
    """
    text = _text(path)
    return text.startswith(page()) and not DATA.sub("", text.removeprefix(page()))


def _text(path: Path) -> str:
    return read_regular(path).decode("utf-8", errors="replace")


def _remove_unfinished_pictures(session: Path, steps: int) -> None:
    if (session / PICTURES).is_symlink():  # a stranger's
        return
    for picture in (session / PICTURES).glob("step-*"):
        number = re.match(r"step-(\d{1,9})\b", picture.name)
        if number and int(number[1]) > steps:
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
