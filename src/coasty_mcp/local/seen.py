"""What the latest pictures show, to find their points and to notice what has changed since."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..api.errors import InvalidRequest
from ..screens import Point
from ..screens.settling import changes
from .screen_area import ScreenArea

if TYPE_CHECKING:
    from PIL.Image import Image

REMEMBERED = 500
COMPARED = 3
"""Of how many pictures the pixels are kept."""
AROUND = 12
"""Points on each side of one that belong to its surroundings."""
HOVER = 24
"""Levels of grey by which a button may change because the pointer is on it."""
CHANGED = 0.1
"""How much of the surroundings looks otherwise where something else has come there."""


@dataclass
class SeenScreens:
    last: str = ""
    """The screenshot_id of the picture that was shown last."""
    _areas: dict[str, ScreenArea] = field(default_factory=dict[str, ScreenArea])
    _images: dict[str, "Image"] = field(default_factory=dict[str, "Image"])

    def remember(self, screenshot_id: str, area: ScreenArea, image: "Image") -> None:
        self.last = screenshot_id
        self._areas[screenshot_id] = area
        self._images[screenshot_id] = image.convert("L")
        for kept, most in ((self._areas, REMEMBERED), (self._images, COMPARED)):
            if len(kept) > most:
                del kept[next(iter(kept))]

    def area_of(self, screenshot_id: str) -> ScreenArea:
        if screenshot_id not in self._areas:
            raise InvalidRequest(
                "That screenshot_id is not of this computer's screen, or too old: call "
                "coasty_look_at_screen again."
            )
        return self._areas[screenshot_id]

    def around(self, screenshot_id: str, at: Point) -> "tuple[ScreenArea, Image] | None":
        """Return the surroundings of a point as they were; None where that is not known."""
        area, image = self.area_of(screenshot_id), self._images.get(screenshot_id)
        if image is None or not area.holds(at):
            return None
        part = area.around(at, AROUND)
        scale = image.width / area.width
        left, top = round((part.left - area.left) * scale), round((part.top - area.top) * scale)
        width, height = round(part.width * scale), round(part.height * scale)
        return part, image.crop((left, top, left + width, top + height))


def differ(one: "Image", other: "Image") -> bool:
    """Return whether two pictures of the same surroundings show something else."""
    changed = changes(one, other, HOVER)
    return 1 - changed.histogram()[0] / (changed.width * changed.height) > CHANGED
