"""`coasty-mcp replay`: what recordings there are, one of them as a GIF, or done once more."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import anyio

from ..api.errors import CoastyError
from ..recording.repair import repair
from ..recording.session_folder import TRAJECTORY
from ..screens.animation import animated
from ..settings import Settings
from .recordings import Recording, ReplayStopped, listing
from .rerun import rerun
from .run_recording import record_run

__all__ = ["Replay", "ReplayStopped"]


@dataclass(frozen=True)
class Replay:
    """One run of the command, with its options."""

    folder: Path
    settings: Settings
    say: Callable[[str], None]
    repair: bool = False
    gif: Path | None = None
    machine_id: str | None = None
    run_id: str | None = None

    def run(self) -> Path | None:
        """Do what is asked for; return the page to open, where nothing else is.

        Raises:
            ReplayStopped: the recording cannot be read or followed.
            OSError: a file cannot be read or written.
            ValueError: what is to be repaired is no recording.
        """
        if not (recording := self._recording()):
            for line in listing(self.folder):
                self.say(line)
            return None
        if self.gif:
            return self._write_gif(recording, self.gif)
        if self.machine_id:
            return anyio.run(rerun, self.settings, recording, self.machine_id, self.say)
        self.say(str(recording.page))
        return recording.page

    def _recording(self) -> Recording | None:
        """Return the recording that is meant, or None where the folder holds others."""
        if self.run_id:
            return anyio.run(record_run, self.settings, self.run_id, self.folder)
        if (self.folder / TRAJECTORY).exists():
            if self.repair:
                self.say(f"{repair(self.folder)} steps are whole.")
            return Recording.read(self.folder)
        if self.repair or self.gif or self.machine_id:
            raise ReplayStopped(f"{self.folder} is no recording itself: name one that is in it.")
        return None

    def _write_gif(self, recording: Recording, gif: Path) -> None:
        if not (pictures := list(recording.pictures())):
            raise ReplayStopped("There is no picture in that recording.")
        try:
            moving = animated(pictures)
        except CoastyError as error:
            raise ReplayStopped("A picture of that recording cannot be read.") from error
        with gif.open("xb") as file:
            file.write(moving)
        self.say(f"{gif}: {len(pictures)} pictures.")
