"""Recordings, read from disk. What they hold is a stranger's."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from ..api.errors import CoastyError
from ..api.untrusted import named
from ..recording.recorded_steps import STEPS, read_regular
from ..recording.repair import is_our_page
from ..recording.room import sessions
from ..recording.session_folder import REPLAY, TRAJECTORY
from ..screens import Picture


class ReplayStopped(Exception):
    """A recording cannot be read or followed further; the message says where and why."""


@dataclass(frozen=True)
class Recording:
    """One session."""

    path: Path
    steps: list[dict[str, Any]]

    @classmethod
    def read(cls, path: Path) -> "Recording":
        """Read the trajectory of a session.

        Raises:
            ReplayStopped: there is none, or it was broken off.
        """
        try:
            record: Any = json.loads(read_regular(path / TRAJECTORY).decode())
            STEPS.validate_python(record["steps"])
            return cls(path, cast("list[dict[str, Any]]", record["steps"]))
        except OSError as error:
            raise ReplayStopped(f"{path} has no recording: {error.strerror}.") from error
        except (ValidationError, RecursionError) as error:
            raise ReplayStopped(f"{path} is not as this server records.") from error
        except (ValueError, LookupError, TypeError) as error:
            why = f"{path} was broken off in the middle of a step: add --repair."
            raise ReplayStopped(why) from error

    @property
    def page(self) -> Path:
        """Return the page that replays it.

        Raises:
            ReplayStopped: it is not ours, and could do anything.
            OSError: it cannot be read.
        """
        if not is_our_page(self.path / REPLAY):
            why = "is not the page that this version writes: --repair writes it anew"
            raise ReplayStopped(f"{self.path / REPLAY} {why}.")
        return self.path / REPLAY

    def pictures(self) -> Iterator[Picture]:
        """Yield the pictures of all steps, in order."""
        for step in self.steps:
            yield from filter(None, [self.picture(step)])

    def picture(self, step: dict[str, Any]) -> Picture | None:
        """Return the last picture of a step, or None where it has none.

        Raises:
            ReplayStopped: it is elsewhere, or no picture.
        """
        content = step["observation"]["results"][0]["content"]
        if not (paths := [part["source"]["path"] for part in content if "source" in part]):
            return None
        try:
            return Picture.from_bytes(read_regular(self._inside(paths[-1])))
        except (CoastyError, ValueError) as error:
            raise ReplayStopped(f"{named(paths[-1])} is no picture.") from error

    def _inside(self, path: str) -> Path:
        """Return a file of this recording; one that leads elsewhere is refused."""
        file = (self.path / path).resolve()
        if not file.is_relative_to(self.path.resolve()):
            raise ReplayStopped(f"{named(path)} is not a picture of {self.path}.")
        return file


def listing(folder: Path) -> Iterator[str]:
    """Yield a line for each recording in a folder, oldest first.

    Raises:
        ReplayStopped: there is none.
    """
    if not (found := sessions(folder)):
        raise ReplayStopped(f"There is no recording in {folder}.")
    for path in found:
        try:
            yield f"{path}  {_summary(Recording.read(path))}"
        except ReplayStopped as error:
            yield str(error)


def _summary(recording: Recording) -> str:
    facts = [step.get("extra", {}) for step in recording.steps]
    failed = sum(bool(each.get("error")) for each in facts)
    charged = sum(int(each.get("credits", 0)) for each in facts)
    return f"{len(facts)} steps, {failed} failed, {charged} credits"
