"""Encoded pictures, read with Pillow, which is loaded when first needed: it slows a start down."""

import struct
from collections.abc import Callable, Generator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, TypeVar, TypeVarTuple

from anyio import CapacityLimiter, to_thread

from ..api.errors import InvalidScreenshot
from .picture_header import DAMAGED, SIDEWAYS, TOO_LARGE, read_header
from .size import Size

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
DAMAGE = (OSError, SyntaxError, ValueError, LookupError, EOFError, struct.error)
ONE_AT_A_TIME = CapacityLimiter(1)  # a decoded picture takes 20 MB, and two make others wait

BAND = 250_000
"""Pixels that are converted at once."""

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


async def run_in_worker(function: Callable[[*Ts], T], *args: *Ts) -> T:
    """The function's result, worked out beside the event loop."""
    return await to_thread.run_sync(function, *args, limiter=ONE_AT_A_TIME)


def decoded(data: bytes, box: Size | None = None) -> "Image":
    """Return the first frame as it is meant to be seen, and no larger than the box.

    That is upright, RGB, on white where it is transparent. Beside the decoder's own pixels, of
    four bytes at most, no more memory is taken than the result needs.
    """
    turn = read_header(data).turn
    if box and turn >= SIDEWAYS:
        box = Size(box.height, box.width)
    with _opened(data) as image:
        image.load()
        size = Size(*image.size)
        shown = _turned(shrunk(image, size.scaled_into(box or size)), turn)
    shown.info = {}  # colour profiles and comments would be saved again
    return shown


def resized(
    image: "Image", size: Size, box: tuple[float, float, float, float] | None = None
) -> "Image":
    """Return the picture, or the part of it in the box, in another size.

    In a multiple of its own, each pixel becomes a square.
    """
    from PIL.Image import Resampling

    multiple = size.width % image.width == 0 and size.height % image.height == 0
    how = Resampling.NEAREST if multiple else Resampling.BILINEAR
    # Pillow's types mention NumPy, which is not here.
    return image.resize(size, how, box)  # pyright: ignore[reportUnknownMemberType]


@contextmanager
def _opened(data: bytes) -> "Generator[ImageFile]":
    from PIL import Image

    try:
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            yield image
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise InvalidScreenshot(TOO_LARGE) from error
    except DAMAGE as error:
        raise InvalidScreenshot(DAMAGED) from error


def shrunk(image: "Image", size: Size) -> "Image":
    """Return the picture as RGB in that size, which is not larger than its own."""
    width, height = image.size
    factor = min(width // size.width, height // size.height)
    small = _reduced(image, factor)
    within = (0, 0, width / factor, height / factor)
    return small if small.size == size else resized(small, size, within)


def _reduced(image: "Image", factor: int) -> "Image":
    """Return the picture as RGB, 1/factor as large, worked out in bands: copies take memory."""
    from PIL import Image

    if factor == 1 and image.mode == "RGB":
        return image
    width, height = image.size
    small = Image.new("RGB", (-(-width // factor), -(-height // factor)))
    rows = max(1, BAND // width // factor) * factor
    for top in range(0, height, rows):
        band = _rgb(image.crop((0, top, width, min(height, top + rows))))
        small.paste(band.reduce(factor), (0, top // factor))
    return small


def _turned(image: "Image", turn: int) -> "Image":
    from PIL.Image import Transpose

    upright = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return image.transpose(upright[turn]) if turn in upright else image


def _rgb(image: "Image") -> "Image":
    from PIL import Image

    if image.mode == "I;16":
        image = Image.frombytes("L", image.size, image.tobytes()[1::2])  # the high bytes
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        image = Image.new("RGB", layer.size, "white")
        image.paste(layer, mask=layer)
    return image.convert("RGB")
