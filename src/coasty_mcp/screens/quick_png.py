"""PNG without the search for the best filter, which takes Pillow most of its time."""

import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

SIGNATURE = b"\x89PNG\r\n\x1a\n"
RGB = struct.Struct(">2I5B"), (8, 2, 0, 0, 0)
"""How the header is packed, and what follows the size: 8 bits, three colours, nothing special."""
UP = b"\x02"
"""The filter of every row: its difference to the one above, which on screens is mostly nothing."""


def quick_png(image: "Image") -> bytes:
    """Return a picture of three colours as PNG, in half of Pillow's time."""
    from PIL import Image, ImageChops

    above = Image.new("RGB", image.size)
    above.paste(image, (0, 1))
    data, row = ImageChops.subtract_modulo(image, above).tobytes(), 3 * image.width
    rows = b"".join([UP + data[at : at + row] for at in range(0, len(data), row)])
    header, rest = RGB
    return SIGNATURE + b"".join(
        [
            _chunk(b"IHDR", header.pack(*image.size, *rest)),
            _chunk(b"IDAT", zlib.compress(rows, 1)),
            _chunk(b"IEND", b""),
        ]
    )


def _chunk(name: bytes, body: bytes) -> bytes:
    check = zlib.crc32(body, zlib.crc32(name))
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", check)
