"""What an encoded picture says of itself, read in bounded time without decoding anything."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from ..api.errors import InvalidScreenshot
from .size import LONGEST_SIDE, Size

MOST_PIXELS = 34_000_000
"""8K; decoded, such a picture takes 136 MB."""
MOST_PARTS = 5_000
"""Chunks or segments: more of them than any encoder makes would only cost time."""
MOST_SCANS = 200
"""Of a JPEG, each of which takes as long as the whole picture; encoders make ten or so."""
MOST_EXIF_ENTRIES = 200
ORIENTATION = 0x0112
SIDEWAYS = 5
"""From this orientation on a picture lies on its side."""
TOO_LARGE = (
    f"A picture may have {MOST_PIXELS // 1_000_000} megapixels and sides of {LONGEST_SIDE} pixels, "
    "and no more."
)
UNKNOWN = "This is not a PNG, JPEG, WebP, GIF or BMP picture."
DAMAGED = "The picture is damaged or cut off."
FRAME_HEADERS = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


class PictureHeader(NamedTuple):
    size: Size
    """As shown, upright."""
    mime_type: str
    plain: bool
    """Whether it is one upright frame, which every reader sees alike."""
    turn: int
    """How its pixels lie, as Exif counts: 1 is upright."""


def read_header(data: bytes) -> PictureHeader:
    """Return the size in pixels and the kind of a PNG, JPEG, WebP, GIF or BMP picture.

    Raises:
        InvalidScreenshot: if it is none of them, is cut off, or is larger than MOST_PIXELS.
    """
    try:
        size, mime_type, turn, animated = _read(data)
    except (struct.error, IndexError) as error:
        raise InvalidScreenshot(DAMAGED) from error
    if not (size.width and size.height):
        raise InvalidScreenshot(DAMAGED)
    if size.width * size.height > MOST_PIXELS or max(size) > LONGEST_SIDE:
        raise InvalidScreenshot(TOO_LARGE)
    if turn >= SIDEWAYS:
        size = Size(size.height, size.width)
    return PictureHeader(size, mime_type, turn == 1 and not animated, turn)


def _read(data: bytes) -> tuple[Size, str, int, bool]:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png(data)
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    if data[:6] in {b"GIF87a", b"GIF89a"}:
        return Size(*struct.unpack_from("<HH", data, 6)), "image/gif", 1, True
    if data.startswith(b"BM"):
        return _bmp(data), "image/bmp", 1, False
    raise InvalidScreenshot(UNKNOWN)


def _png(data: bytes) -> tuple[Size, str, int, bool]:
    """Exif behind the pixels does not count: who shows them as they come has not read it."""
    size = Size(*struct.unpack_from(">II", data, 16))
    orientation, animated, pixels = 1, False, False
    for kind, at, _ in _chunks(data, 8, ">I4s", size_first=True):
        pixels |= kind == b"IDAT"
        animated |= kind == b"acTL"
        if kind == b"eXIf" and not pixels:
            orientation = _orientation(data, at)
        if kind == b"IEND":
            break
    return size, "image/png", orientation, animated


def _webp(data: bytes) -> tuple[Size, str, int, bool]:
    size, orientation, animated = Size(0, 0), 1, False
    for kind, at, _ in _chunks(data, 12, "<4sI", size_first=False):
        if kind == b"VP8X":
            animated = bool(data[at] & 2)
            sides = (int.from_bytes(data[at + each : at + each + 3], "little") for each in (4, 7))
            size = Size(*(side + 1 for side in sides))
        elif kind == b"VP8 " and not size.width:
            width, height = struct.unpack_from("<HH", data, at + 6)
            size = Size(width & 0x3FFF, height & 0x3FFF)
        elif kind == b"VP8L" and not size.width:
            [bits] = struct.unpack_from("<I", data, at + 1)
            size = Size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        elif kind == b"EXIF":
            orientation = _orientation(data, at + 6 * data.startswith(b"Exif\0\0", at))
    return size, "image/webp", orientation, animated


def _chunks(
    data: bytes, at: int, layout: str, *, size_first: bool
) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, start and length of each chunk; PNG's have a checksum, WebP's are even."""
    for _ in range(MOST_PARTS):
        if at + 8 > len(data):
            return
        first, second = struct.unpack_from(layout, data, at)
        length, kind = (first, second) if size_first else (second, first)
        yield kind, at + 8, length
        at += 8 + (length + 4 if size_first else length + length % 2)
    raise InvalidScreenshot(DAMAGED)


def _jpeg(data: bytes) -> tuple[Size, str, int, bool]:
    if data.count(b"\xff\xda") > MOST_SCANS:
        raise InvalidScreenshot(DAMAGED)
    at, orientation = 2, 1
    for _ in range(MOST_PARTS):
        marker, kind, length = struct.unpack_from(">BBH", data, at)
        if marker != 0xFF:
            break
        if kind == 0xFF:  # filling
            at += 1
            continue
        if kind in FRAME_HEADERS:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return Size(width, height), "image/jpeg", orientation, False
        if kind == 0xE1 and data.startswith(b"Exif\0\0", at + 4):
            orientation = _orientation(data, at + 10)
        at += 2 + length
    raise InvalidScreenshot(DAMAGED)


def _bmp(data: bytes) -> Size:
    [kind] = struct.unpack_from("<I", data, 14)
    width, height = struct.unpack_from("<HH" if kind == 12 else "<ii", data, 18)
    return Size(abs(width), abs(height))


def _orientation(data: bytes, start: int) -> int:
    """Return the orientation in the first directory of a TIFF structure; 1 is upright."""
    order = {b"II": "<", b"MM": ">"}.get(data[start : start + 2])
    if not order:
        return 1
    try:
        [offset] = struct.unpack_from(f"{order}I", data, start + 4)
        [count] = struct.unpack_from(f"{order}H", data, start + offset)
        for entry in range(min(count, MOST_EXIF_ENTRIES)):
            at = start + offset + 2 + 12 * entry
            tag, _, _, turn = struct.unpack_from(f"{order}HHIH", data, at)
            if tag == ORIENTATION:
                return turn if 1 <= turn <= 8 else 1
    except struct.error:
        pass
    return 1
