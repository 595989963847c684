"""Encoded pictures, read with Pillow, which is loaded when first needed: it slows a start down."""

import struct
from collections.abc import Callable, Generator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, TypeVar, TypeVarTuple

from anyio import CapacityLimiter, to_thread

from ..api.errors import InvalidScreenshot
from .picture_header import DAMAGED, TOO_LARGE, UNKNOWN, read_header
from .size import Size

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
DAMAGE = (OSError, SyntaxError, ValueError, LookupError, EOFError, struct.error)
ONE_AT_A_TIME = CapacityLimiter(1)  # a decoded picture takes 20 MB, and two make others wait

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


async def run_in_worker(function: Callable[[*Ts], T], *args: *Ts) -> T:
    """The function's result, worked out beside the event loop."""
    return await to_thread.run_sync(function, *args, limiter=ONE_AT_A_TIME)


def decoded(data: bytes) -> "Image":
    """The first frame as it is meant to be seen: upright, RGB, on white where transparent."""
    from PIL import ImageOps

    with _opened(data) as image:
        turned = _orientation(image) != 1
        image.load()
        shown = _rgb(ImageOps.exif_transpose(image) if turned else image)
    shown.info = {}  # colour profiles and comments would be saved again
    return shown


def resized(image: "Image", size: Size) -> "Image":
    """The image in another size; in a multiple of its own, each pixel becomes a square."""
    from PIL.Image import Resampling

    multiple = size.width % image.width == 0 and size.height % image.height == 0
    how = Resampling.NEAREST if multiple else Resampling.BILINEAR
    # Pillow's types mention NumPy, which is not here.
    return image.resize(size, how)  # pyright: ignore[reportUnknownMemberType]


@contextmanager
def _opened(data: bytes) -> "Generator[ImageFile]":
    from PIL import Image, UnidentifiedImageError

    read_header(data)  # which refuses what would take too much time or memory
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            yield image
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise InvalidScreenshot(TOO_LARGE) from error
    except UnidentifiedImageError as error:
        raise InvalidScreenshot(UNKNOWN) from error
    except DAMAGE as error:
        raise InvalidScreenshot(DAMAGED) from error


def _orientation(image: "ImageFile") -> int:
    """1 is upright, from 5 on it lies on its side.

    In a PNG, looking for it behind the pixels would decode them, so only the front counts.
    """
    from PIL.ExifTags import Base

    if image.format == "PNG" and "exif" not in image.info:
        return 1
    turn: object = image.getexif().get(Base.Orientation)
    return turn if isinstance(turn, int) and 1 <= turn <= 8 else 1


def _rgb(image: "Image") -> "Image":
    from PIL import Image

    if image.mode == "I;16":
        image = Image.frombytes("L", image.size, image.tobytes()[1::2])  # the high bytes
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        image = Image.new("RGB", layer.size, "white")
        image.paste(layer, mask=layer)
    return image if image.mode == "RGB" else image.convert("RGB")
