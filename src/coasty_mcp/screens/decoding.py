"""Encoded pictures, read with Pillow, which is loaded when first needed: it slows a start down."""

import struct
from collections.abc import Callable, Generator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple, TypeVar, TypeVarTuple

from anyio import CapacityLimiter, to_thread

from ..api.errors import InvalidScreenshot
from .size import LONGEST_SIDE, Size

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

MIME_TYPES = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "BMP": "image/bmp",
}
MOST_PIXELS = 100_000_000
TOO_LARGE = f"A picture may have 100 megapixels and sides of {LONGEST_SIDE} pixels, and no more."
DAMAGE = (OSError, SyntaxError, ValueError, LookupError, EOFError, struct.error)
ONE_AT_A_TIME = CapacityLimiter(1)  # a decoded picture takes 20 MB, and two make others wait

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


async def run_in_worker(function: Callable[[*Ts], T], *args: *Ts) -> T:
    """The function's result, worked out beside the event loop."""
    return await to_thread.run_sync(function, *args, limiter=ONE_AT_A_TIME)


class Header(NamedTuple):
    size: Size
    """As shown, upright."""
    mime_type: str
    plain: bool
    """One upright frame: every reader sees the same."""


def header(data: bytes) -> Header:
    with _opened(data) as image:
        turn = _orientation(image)
        size = Size(*image.size) if turn < 5 else Size(image.height, image.width)
        still = not getattr(image, "is_animated", False)
        mime_type = MIME_TYPES.get(image.format or "", "image/jpeg")  # MPO is two JPEGs in a row
        return Header(size, mime_type, still and turn == 1)


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
    from PIL.Image import Resampling

    # Pillow's types mention NumPy, which is not here.
    return image.resize(size, Resampling.BILINEAR)  # pyright: ignore[reportUnknownMemberType]


@contextmanager
def _opened(data: bytes) -> "Generator[ImageFile]":
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(BytesIO(data), formats=list(MIME_TYPES)) as image:
            if image.width * image.height > MOST_PIXELS or max(image.size) > LONGEST_SIDE:
                raise Image.DecompressionBombError
            yield image
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise InvalidScreenshot(TOO_LARGE) from error
    except UnidentifiedImageError as error:
        raise InvalidScreenshot("This is not a PNG, JPEG, WebP, GIF or BMP picture.") from error
    except DAMAGE as error:
        raise InvalidScreenshot("The picture is damaged or cut off.") from error


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
