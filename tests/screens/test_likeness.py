"""How much of a screen differs, whatever its pictures were encoded as."""

import pytest
from PIL import Image

from coasty_mcp.screens.likeness import difference
from support.drawings import encode

WHITE, GREY = (255, 255, 255), (120, 120, 120)


def page(part: tuple[int, int] = (0, 0), colour: tuple[int, int, int] = GREY) -> Image.Image:
    """Return a white screen with a part of that size, from the top left, in another colour."""
    image = Image.new("RGB", (1280, 720), WHITE)
    image.paste(colour, (0, 0, *part))
    return image


@pytest.mark.parametrize(
    ("part", "colour", "differs"),
    [
        ((0, 0), GREY, 0),
        ((1280, 720), GREY, 1),
        ((640, 720), GREY, 1 / 2),
        ((1280, 160), GREY, 4 / 18),
        ((40, 40), GREY, 1 / 576),
        ((1280, 720), (235, 235, 235), 0),
    ],
)
async def test_it_is_the_part_of_the_screen_that_looks_otherwise(
    part: tuple[int, int], colour: tuple[int, int, int], differs: float
) -> None:
    assert await difference(encode(page()), encode(page(part, colour))) == differs


async def test_another_encoding_or_size_of_the_same_screen_differs_in_nothing() -> None:
    screen = page((640, 360))
    assert await difference(encode(screen), encode(screen, "JPEG", quality=60)) == 0
    assert await difference(encode(screen), encode(screen.reduce(2))) == 0
