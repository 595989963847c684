"""Looking at a screen until it has come to rest, which two pictures that are alike show."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from .decoding import run_in_worker
from .picture import Picture
from .size import Size

if TYPE_CHECKING:
    from PIL.Image import Image

PAUSE = 0.2
"""Seconds before each look."""
NOISE = 48
"""Levels of grey by which a lossy picture of the same screen may differ."""
LARGEST = Size(1920, 1080)
"""In more pixels nothing more is seen."""
CURSOR = 0.02, 0.06
"""The most of the width and height of a picture that a blinking cursor takes."""
SOLID = 0.75
"""How much of its rectangle a cursor fills; a spinner or a letter fills less."""


class View(Protocol):
    """Whatever was seen at one moment."""

    @property
    def picture(self) -> Picture: ...


V = TypeVar("V", bound=View)


@dataclass(frozen=True)
class Settled(Generic[V]):
    """The last look at a screen, and whether it was at rest by then."""

    view: V
    seconds: float
    at_rest: bool

    def __str__(self) -> str:
        if self.at_rest:
            return f"settled after {self.seconds:.1f} s"
        return f"still changing after {self.seconds:.1f} s" if self.seconds else "taken at once"


async def settle(
    look: Callable[[], Awaitable[V]],
    limit: float,
    sleep: Callable[[float], Awaitable[None]],
    now: Callable[[], float],
    first: V | None = None,
) -> Settled[V]:
    """Look until two pictures in a row are alike, for `limit` seconds at most.

    Args:
        look: takes a picture of the screen.
        now: the time in seconds, from any moment on.
        first: what was seen right after the action, if that is known.
    """
    began, seen = now(), first
    while True:
        await sleep(max(0.0, min(PAUSE, began + limit - now())))
        latest = await look()
        if seen and await run_in_worker(alike, seen.picture, latest.picture):
            return Settled(latest, now() - began, at_rest=True)
        if now() - began >= limit:
            return Settled(latest, now() - began if limit else 0.0, at_rest=False)
        seen = latest


def alike(one: Picture, other: Picture) -> bool:
    """Return whether two pictures show the same, but for noise and one blinking cursor."""
    if one.data == other.data:
        return True
    if one.size != other.size:
        return False
    return _is_cursor(changes(one.decoded(LARGEST), other.decoded(LARGEST)))


def changes(one: "Image", other: "Image", noise: int = NOISE) -> "Image":
    """Return a picture that is black where the two differ by no more than so many levels."""
    from PIL import Image, ImageChops

    difference = ImageChops.difference(one.convert("L"), other.convert("L"))
    return ImageChops.subtract(difference, Image.new("L", difference.size, noise))


def _is_cursor(changes: "Image") -> bool:
    """Return whether nothing changed, or one small and solid rectangle."""
    box = changes.getbbox()
    if box is None:
        return True
    changed = changes.crop(box)
    width, height = (most * side for most, side in zip(CURSOR, changes.size, strict=True))
    area = changed.width * changed.height
    if changed.width > max(3, width) or changed.height > height:
        return False
    return area - changed.histogram()[0] >= SOLID * area
