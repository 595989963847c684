"""Pictures made to attack whoever reads them, and functions that take too much for one."""

import os
import struct
import zlib
from io import BytesIO

from PIL import Image

from coasty_mcp.screens import Picture
from support.drawings import encode, plain_picture


def chunk(kind: bytes, content: bytes = b"") -> bytes:
    """Return a chunk of a PNG."""
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def with_chunks(count: int, *, behind: bool) -> bytes:
    """Return a PNG with that many empty chunks before or behind its pixels."""
    png, many = plain_picture(400, 300).data, chunk(b"teSt") * count
    at = png.index(b"IEND" if behind else b"IDAT") - 4
    return png[:at] + many + png[at:]


def black_png(width: int, height: int) -> bytes:
    """Return a PNG of that size and of one bit for each pixel."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((1 + -(-width // 8)) * height), 1)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND")
    return b"\x89PNG\r\n\x1a\n" + parts


def with_scans(count: int) -> bytes:
    """Return a JPEG whose decoder goes over all of its pixels that many times."""
    out = BytesIO()
    Image.new("RGB", (3000, 3000), "navy").save(out, "JPEG", progressive=True)
    jpeg = out.getvalue()
    last = jpeg[jpeg.rindex(b"\xff\xda") : -2]
    return jpeg[:-2] + last * count + jpeg[-2:]


def costly_webp() -> bytes:
    """Return a WebP of 8K in a few bytes, whose decoder takes half a gigabyte.

    A picture of one colour has no bits for its pixels, so that its header can say any size.
    """
    webp = bytearray(encode(Image.new("RGB", (16, 16)), "WEBP", lossless=True).data)
    at = webp.index(b"VP8L") + 9
    [bits] = struct.unpack_from("<I", webp, at)
    struct.pack_into("<I", webp, at, bits >> 28 << 28 | 4319 << 14 | 7679)
    return bytes(webp)


def take_for_ever(_: Picture) -> None:
    while True:
        pass


def take_all_memory(_: Picture) -> int:
    return len(bytearray(400_000_000))


def names_of_variables(_: Picture) -> list[str]:
    return list(os.environ)


def number_of_process(_: Picture) -> int:
    return os.getpid()


def divide_by_zero(_: Picture) -> float:
    return 1 / 0
