"""Recognising a picture that this sandbox showed, even when it was resized or re-encoded."""

import zlib
from collections import deque
from dataclasses import dataclass
from io import BytesIO
from math import inf
from typing import NamedTuple

from PIL import Image, ImageChops, ImageOps

from ...api.errors import InvalidScreenshot
from ..scene import Scene

THUMBNAIL = (320, 180)  # large enough to tell a full stop from a comma
TOLERANCE = 80
"""Grey levels per pixel. Resizing blurs letters by up to 66; other pictures exceed it by far."""


class Size(NamedTuple):
    width: int
    height: int


@dataclass(frozen=True)
class Frame:
    """A picture that was shown, reduced to what is needed to recognise it."""

    scene: Scene
    fingerprint: tuple[Size, int]
    thumbnail: Image.Image


class Frames:
    """The pictures that were shown lately, each with its scene; the oldest are forgotten."""

    def __init__(self, most: int = 64) -> None:
        self._newest_first = deque[Frame](maxlen=most)

    def remember(self, image: Image.Image, scene: Scene) -> None:
        grey = image.convert("L")
        self._newest_first.appendleft(Frame(scene, _fingerprint(grey), _thumbnail(grey)))

    def recognise(self, data: bytes) -> tuple[Scene, Size] | None:
        """Return the scene of an encoded picture, and that picture's own size in pixels.

        None stands for a picture that was not shown here. Of frames that look alike, the latest
        is meant.

        Raises:
            InvalidScreenshot: the data cannot be decoded.
        """
        grey = _decoded(data)
        frame = self._identical(_fingerprint(grey)) or self._nearest(_thumbnail(grey))
        return (frame.scene, Size(*grey.size)) if frame else None

    def _identical(self, fingerprint: tuple[Size, int]) -> Frame | None:
        return next(
            (frame for frame in self._newest_first if frame.fingerprint == fingerprint), None
        )

    def _nearest(self, thumbnail: Image.Image) -> Frame | None:
        pairs = [(_distance(frame.thumbnail, thumbnail), frame) for frame in self._newest_first]
        distance, frame = min(pairs, key=lambda pair: pair[0], default=(inf, None))
        return frame if distance < inf else None


def _decoded(data: bytes) -> Image.Image:
    try:
        with Image.open(BytesIO(data)) as image:
            return image.convert("L")
    except (OSError, Image.DecompressionBombError) as error:
        raise InvalidScreenshot("The screenshot cannot be read as a picture.") from error


def _fingerprint(grey: Image.Image) -> tuple[Size, int]:
    return Size(*grey.size), zlib.crc32(grey.tobytes())


def _thumbnail(grey: Image.Image) -> Image.Image:
    return ImageOps.pad(grey, THUMBNAIL, Image.Resampling.BOX)


def _distance(one: Image.Image, other: Image.Image) -> float:
    """Return the sum of the squared differences, infinite when a pixel is too far off."""
    counts = ImageChops.difference(one, other).histogram()
    if any(counts[TOLERANCE + 1 :]):
        return inf
    return sum(count * grey * grey for grey, count in enumerate(counts))
