"""Pictures one after the other, as a GIF."""

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from .decoding import resized
from .picture import Picture
from .size import Size

if TYPE_CHECKING:
    from PIL.Image import Image

BOX = Size(960, 540)
FRAME_MILLISECONDS = 1000


def animated(pictures: Sequence[Picture]) -> bytes:
    """Return a GIF that shows each picture whole for a second, in frames as large as the first."""
    size = pictures[0].size.scaled_into(BOX)
    first, *others = [_framed(each, size) for each in pictures]
    out = BytesIO()
    first.save(out, "GIF", save_all=True, append_images=others, duration=FRAME_MILLISECONDS, loop=0)
    return out.getvalue()


def _framed(picture: Picture, frame: Size) -> "Image":
    """Return the picture in the middle of a black frame, in the colours that a GIF has."""
    from PIL import Image

    shown = picture.size.scaled_into(frame)
    framed = Image.new("RGB", frame)
    corner = (frame.width - shown.width) // 2, (frame.height - shown.height) // 2
    framed.paste(resized(picture.decoded(), shown), corner)
    return framed.quantize()
