"""The screenshots that come in: checked, measured and recognised."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from ...api.errors import InvalidRequest, InvalidScreenshot, PayloadTooLarge
from ..world.issued_screenshots import IssuedScreenshots
from .call import Body, Call

if TYPE_CHECKING:
    from ..scene import Scene

MOST_PIXELS = 7680 * 4320  # no screen has more, and decoding takes memory
FORMATS = ("PNG", "JPEG", "WEBP")
LIMITS = {
    "max_base64_bytes": 10_485_760,
    "max_mb": 10,
    "min_base64_chars": 100,
    "formats": [name.lower() for name in FORMATS],
}


@dataclass(frozen=True)
class ReceivedScreenshot:
    """A screenshot that was sent: its scene if it is known, and its size with those before it."""

    scene: "Scene | None"
    """None for a picture that is not from this sandbox."""
    sizes: Sequence[tuple[int, int]]
    """The screenshot's own first."""


def body_with_screenshots(call: Call, model: type[Body]) -> Body:
    """Return the body; what is wrong with a screenshot in it has error codes of its own."""
    try:
        return call.body(model)
    except InvalidRequest as error:
        details = error.facts["details"]
        wrong = {detail["type"] for detail in details if detail["loc"][-1] == "screenshot"}
        if "string_too_long" in wrong:
            raise PayloadTooLarge("The screenshot is too large.", examples=LIMITS) from error
        if wrong & {"string_too_short", "string_pattern_mismatch"}:
            raise _invalid("The screenshot is not base64 of a picture.") from error
        raise


def read_screenshots(
    pictures: IssuedScreenshots, screenshot: str, earlier: Sequence[str] = ()
) -> ReceivedScreenshot:
    """Decode the screenshots and recognise the first one. Call it in a worker thread."""
    data = _decoded(screenshot)
    sizes = [_size(data), *(_size(_decoded(other)) for other in earlier)]
    return ReceivedScreenshot(pictures.recognise(data), sizes)


def _decoded(screenshot: str) -> bytes:
    try:
        return base64.b64decode(screenshot, validate=True)
    except binascii.Error as error:
        raise _invalid("The screenshot is not base64.") from error


def _size(data: bytes) -> tuple[int, int]:
    from PIL import Image

    try:
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            size = image.size
    except (OSError, Image.DecompressionBombError) as error:
        raise _invalid("The screenshot is not a picture.") from error
    if size[0] * size[1] > MOST_PIXELS:
        raise _invalid(f"The screenshot has more than {MOST_PIXELS} pixels.")
    return size


def _invalid(message: str) -> InvalidScreenshot:
    return InvalidScreenshot(message, examples=LIMITS)
