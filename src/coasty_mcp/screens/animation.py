"""Pictures one after the other, as a GIF."""

from collections.abc import Sequence
from io import BytesIO

from .decoding import decoded, resized
from .picture import Picture
from .size import Size

BOX = Size(960, 540)
FRAME_MILLISECONDS = 1000


def animated(pictures: Sequence[Picture]) -> bytes:
    """Return a GIF that shows each picture for a second; all frames have the size of the first."""
    size = pictures[0].size.scaled_into(BOX)
    first, *others = [resized(decoded(each.data), size).quantize() for each in pictures]
    out = BytesIO()
    first.save(out, "GIF", save_all=True, append_images=others, duration=FRAME_MILLISECONDS, loop=0)
    return out.getvalue()
