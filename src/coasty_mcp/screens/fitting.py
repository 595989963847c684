"""Pictures made small enough for a model, or for the API."""

from collections.abc import Iterator
from io import BytesIO
from math import ceil, sqrt
from typing import TYPE_CHECKING, Literal

from ..api.errors import InvalidScreenshot
from .decoding import resized
from .picture import PASSED_ON, Picture
from .picture_worker import work_on
from .size import Size

if TYPE_CHECKING:
    from PIL.Image import Image

BOX = Size(1280, 720)
HD_BOX = Size(3840, 2160)
LONGEST = 1568  # a larger picture can make a whole chat unusable
TRUE_PIXELS = 1_150_000
"""What models see without making it smaller: https://docs.claude.com, Vision."""
MOST_BYTES = PASSED_ON * 3 // 4
API_BYTES = 10_485_760 * 3 // 4
API_LEAST = Size(320, 240)
MOST_ENLARGED = 4
"""A picture that is smaller still shows nothing to act on."""

ImageFormat = Literal["auto", "jpeg", "webp", "png"]
READ_BY_ALL = {"image/jpeg", "image/webp", "image/png"}
QUALITIES = {"jpeg": (80, 60, 40), "webp": (80, 60, 40), "png": (80,)}


async def fit_for_model(
    picture: Picture,
    box: Size = BOX,
    image_format: ImageFormat = "auto",
    most_bytes: int = MOST_BYTES,
) -> Picture:
    """The picture itself when a model can take it, else a smaller copy; `auto` makes a JPEG."""
    box = Size(min(box.width, LONGEST), min(box.height, LONGEST))
    return await _fit(picture, box, image_format, most_bytes)


async def fit_region_for_model(
    picture: Picture,
    max_width: int | None = None,
    image_format: ImageFormat = "auto",
    most_bytes: int = MOST_BYTES,
) -> Picture:
    """A part of a screen in true pixels as far as models see them, a small part enlarged."""
    size, width = picture.size, max_width or LONGEST
    scale = sqrt(TRUE_PIXELS / (size.width * size.height))
    box = Size(min(width, int(size.width * scale)), int(size.height * scale))
    times = min(
        MOST_ENLARGED,
        min(max_width or BOX.width, BOX.width) // size.width,
        BOX.height // size.height,
    )
    if times > 1:
        box = Size(size.width * times, size.height * times)
        picture = await work_on(picture, _enlarged, box)
    return await fit_for_model(picture, box, image_format, most_bytes)


async def fit_for_api(picture: Picture, *, hd: bool = False) -> Picture:
    """The picture as the API takes it; more than 1280x720 costs a credit and needs `hd`."""
    box = HD_BOX if hd else BOX
    size = picture.size.scaled_into(box)
    if not API_LEAST.fits(size):
        scale = max(API_LEAST.width / size.width, API_LEAST.height / size.height)
        exact = Size(round(size.width * scale), round(size.height * scale))
        sharp = Size(size.width * ceil(scale), size.height * ceil(scale))
        larger = sharp if sharp.fits(box) else exact
        if scale <= MOST_ENLARGED and larger.fits(box):
            return await work_on(picture, _enlarged, larger)
        hint = " Pass hd=true." if API_LEAST.fits(picture.size.scaled_into(HD_BOX)) else ""
        raise InvalidScreenshot(
            f"A picture of {picture.size} would be sent as {size}; the API needs {API_LEAST}.{hint}"
        )
    return await _fit(picture, box, "auto", API_BYTES)


def encoded(image: "Image", image_format: ImageFormat, most_bytes: int) -> Picture:
    """The best of the attempts that is small enough."""
    name = "jpeg" if image_format == "auto" else image_format
    data = b""
    for attempt, quality in _attempts(image, name):
        out = BytesIO()
        attempt.save(out, name, quality=quality, subsampling=0, method=0)
        data = out.getvalue()
        if len(data) <= most_bytes:
            break
    return Picture(data, f"image/{name}")


async def _fit(picture: Picture, box: Size, image_format: ImageFormat, most_bytes: int) -> Picture:
    wanted = READ_BY_ALL if image_format == "auto" else {f"image/{image_format}"}
    small = picture.size.fits(box) and len(picture.data) <= most_bytes
    if small and picture.plain and picture.mime_type in wanted:
        return picture
    return await work_on(picture, refitted, box, image_format, most_bytes)


def _enlarged(picture: Picture, size: Size) -> Picture:
    return encoded(resized(picture.decoded(), size), "png", API_BYTES)


def refitted(picture: Picture, box: Size, image_format: ImageFormat, most_bytes: int) -> Picture:
    """Return the picture encoded anew, no larger than the box and no longer than the bytes."""
    return encoded(picture.decoded(box), image_format, most_bytes)


def _attempts(image: "Image", name: str) -> Iterator[tuple["Image", int]]:
    """Each smaller than the one before: first in quality, then in size."""
    for quality in QUALITIES[name]:
        yield image, quality
    size = Size(*image.size)
    while max(size) > 1:
        size = Size(max(1, size.width * 3 // 4), max(1, size.height * 3 // 4))
        yield resized(image, size), QUALITIES[name][-1]
