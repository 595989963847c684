"""How much two pictures of a screen differ."""

from typing import TYPE_CHECKING

from .decoding import run_in_worker
from .picture import Picture
from .size import Size

if TYPE_CHECKING:
    from PIL.Image import Image

COARSE, CELLS = Size(320, 180), Size(32, 18)
VISIBLE = 32
"""Of 255: what differs by less comes from encoding and scaling."""
NOTICED = 13
"""Of 255, the average of a cell where a few of its pixels differ visibly."""


async def difference(one: Picture, other: Picture) -> float:
    """Return the part of the screen's cells where something differs, from 0 to 1.

    A pointer, a cursor or a clock takes one cell of 576 or a few; another page takes many.
    """
    return await run_in_worker(_difference, one, other)


def _difference(one: Picture, other: Picture) -> float:
    from PIL import ImageChops
    from PIL.Image import Resampling

    compared = ImageChops.difference(_coarse(one), _coarse(other))
    seen = compared.point(  # pyright: ignore[reportUnknownMemberType]
        [255 if value > VISIBLE else 0 for value in range(256)]
    )
    cells = seen.resize(CELLS, Resampling.BOX)  # pyright: ignore[reportUnknownMemberType]
    return sum(cells.histogram()[NOTICED:]) / (CELLS.width * CELLS.height)


def _coarse(picture: Picture) -> "Image":
    from PIL.Image import Resampling

    grey = picture.decoded().convert("L")
    return grey.resize(COARSE, Resampling.BOX)  # pyright: ignore[reportUnknownMemberType]
