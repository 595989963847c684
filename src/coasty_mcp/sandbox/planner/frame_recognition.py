"""Recognising a picture that this sandbox showed: resized, re-encoded, or a part of it."""

import zlib
from collections import deque
from dataclasses import dataclass
from io import BytesIO
from math import inf
from typing import NamedTuple

from PIL import Image, ImageChops, ImageOps

from ...api.errors import InvalidScreenshot
from ..scene import Box, Scene

THUMBNAIL = (320, 180)  # large enough to tell a full stop from a comma
TOLERANCE = 80
"""Grey levels per pixel. Resizing blurs letters by up to 66; other pictures exceed it by far."""


ENLARGED = range(1, 5)
"""How many times a part of a picture may have been enlarged."""


class Size(NamedTuple):
    width: int
    height: int


@dataclass(frozen=True)
class Frame:
    """A picture that was shown, reduced to what is needed to recognise it."""

    scene: Scene
    fingerprint: tuple[Size, int]
    thumbnail: Image.Image
    pixels: bytes
    """All of them, compressed, row by row."""

    def find(self, part: Image.Image) -> Box | None:
        """Return where a part of it was cut out, pixel by pixel; one colour says nothing."""
        width, height = self.fingerprint[0]
        rows = _rows(part)
        telling = max(range(part.height), key=lambda number: len(set(rows[number])))
        if part.width > width or part.height > height or len(set(rows[telling])) == 1:
            return None
        pixels = zlib.decompress(self.pixels)
        at = pixels.find(rows[telling])
        while at >= 0:
            top, left = divmod(at - telling * width, width)
            if _stands_at(pixels, width, rows, left, top):
                return Box(left, top, left + part.width, top + part.height)
            at = pixels.find(rows[telling], at + 1)
        return None


class Frames:
    """The pictures that were shown lately, each with its scene; the oldest are forgotten."""

    def __init__(self, most: int = 64) -> None:
        self._newest_first = deque[Frame](maxlen=most)

    def remember(self, image: Image.Image, scene: Scene) -> None:
        grey = image.convert("L")
        pixels = zlib.compress(grey.tobytes(), 1)
        self._newest_first.appendleft(Frame(scene, _fingerprint(grey), _thumbnail(grey), pixels))

    def recognise(self, data: bytes) -> tuple[Scene, Size] | None:
        """Return the scene of an encoded picture, and that picture's own size in pixels.

        The scene of a part is what that part shows. None stands for a picture that was not shown
        here. Of frames that look alike, the latest is meant.

        Raises:
            InvalidScreenshot: the data cannot be decoded.
        """
        grey = _decoded(data)
        frame = self._identical(_fingerprint(grey)) or self._nearest(_thumbnail(grey))
        scene = frame.scene if frame else self._scene_of_part(grey)
        return (scene, Size(*grey.size)) if scene else None

    def _identical(self, fingerprint: tuple[Size, int]) -> Frame | None:
        return next(
            (frame for frame in self._newest_first if frame.fingerprint == fingerprint), None
        )

    def _nearest(self, thumbnail: Image.Image) -> Frame | None:
        pairs = [(_distance(frame.thumbnail, thumbnail), frame) for frame in self._newest_first]
        distance, frame = min(pairs, key=lambda pair: pair[0], default=(inf, None))
        return frame if distance < inf else None

    def _scene_of_part(self, grey: Image.Image) -> Scene | None:
        for part in filter(None, (_reduced(grey, times) for times in ENLARGED)):
            for frame in self._newest_first:
                if box := frame.find(part):
                    return frame.scene.part(box)
        return None


def _reduced(grey: Image.Image, times: int) -> Image.Image | None:
    """Return the picture that was enlarged so many times, or None if it was not."""
    if grey.width % times or grey.height % times:
        return None
    size = grey.width // times, grey.height // times
    small = ImageOps.contain(grey, size, Image.Resampling.NEAREST)
    enlarged = ImageOps.contain(small, grey.size, Image.Resampling.NEAREST)
    return small if enlarged.tobytes() == grey.tobytes() else None


def _rows(grey: Image.Image) -> list[bytes]:
    pixels, width = grey.tobytes(), grey.width
    return [pixels[start : start + width] for start in range(0, len(pixels), width)]


def _stands_at(pixels: bytes, width: int, rows: list[bytes], left: int, top: int) -> bool:
    starts = range(top * width + left, (top + len(rows)) * width + left, width)
    return (
        top >= 0
        and left + len(rows[0]) <= width
        and all(pixels.startswith(row, at) for row, at in zip(rows, starts, strict=True))
    )


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
