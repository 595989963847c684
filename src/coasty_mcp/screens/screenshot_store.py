"""The pictures of the latest screenshots, for as long as there is room."""

from dataclasses import dataclass, field, replace

from ..api.errors import InvalidRequest
from .picture import Picture
from .screenshot_handle import ScreenshotHandle
from .size import Size

ROOM, MOST = 48_000_000, 256
"""Bytes, and pictures."""


@dataclass(frozen=True)
class StoredScreenshot:
    picture: Picture
    machine_id: str | None


@dataclass
class ScreenshotStore:
    """Pictures by the text of their handle; the ones used longest ago go first."""

    most_bytes: int = ROOM
    owner: str = ""
    _screenshots: dict[tuple[str, str], StoredScreenshot] = field(
        default_factory=dict[tuple[str, str], StoredScreenshot]
    )

    def of(self, owner: str) -> "ScreenshotStore":
        """The same room for somebody else: nobody finds the pictures of another."""
        return replace(self, owner=owner)

    def keep(
        self, picture: Picture, handle: ScreenshotHandle, machine_id: str | None = None
    ) -> None:
        self._screenshots[self.owner, str(handle)] = StoredScreenshot(picture.alone, machine_id)
        while self._bytes() > self.most_bytes or len(self._screenshots) > MOST:
            del self._screenshots[next(iter(self._screenshots))]

    def get(self, screenshot_id: str) -> Picture:
        """The whole picture, not the smaller one that was shown."""
        ScreenshotHandle.parse(screenshot_id)
        name = self.owner, screenshot_id
        if name not in self._screenshots:
            raise InvalidRequest(
                "The picture of that screenshot_id is no longer kept: take a new screenshot "
                "(coasty_take_machine_screenshot) or pass machine_id."
            )
        shot = self._screenshots[name] = self._screenshots.pop(name)
        return shot.picture

    def machine_of(self, screenshot_id: str) -> str | None:
        """Which machine it came from, if that is still known."""
        shot = self._screenshots.get((self.owner, screenshot_id))
        return shot and shot.machine_id

    def screens_of(self, machine_id: str) -> set[Size]:
        """The sizes that the machine's screen has on its pictures."""
        return {
            ScreenshotHandle.parse(name).screen
            for (owner, name), shot in self._screenshots.items()
            if (owner, shot.machine_id) == (self.owner, machine_id)
        }

    def _bytes(self) -> int:
        return sum(len(shot.picture.data) for shot in self._screenshots.values())
