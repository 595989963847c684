"""When a screen has come to rest: two pictures alike, whatever blinks."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from coasty_mcp.screens import Picture, settle
from coasty_mcp.screens.settling import PAUSE, alike
from support.mcp_client import Clock

Draw = Callable[[ImageDraw.ImageDraw], None]
X, Y = 300, 200


@dataclass(frozen=True)
class Look:
    picture: Picture


def screen(draw: Draw = lambda _: None, image_format: str = "png", quality: int = 80) -> Picture:
    """Return a picture of a desktop of 1280x720 with text on it and whatever is drawn."""
    image = Image.new("RGB", (1280, 720), "white")
    canvas = ImageDraw.Draw(image)
    for line in range(20):
        canvas.text((20, 30 * line), "The quick brown fox jumps over the lazy dog", fill="black")
    draw(canvas)
    data = BytesIO()
    image.save(data, image_format, quality=quality)
    return Picture.from_bytes(data.getvalue())


def rectangle(width: int, height: int) -> Draw:
    return lambda canvas: canvas.rectangle((X, Y, X + width - 1, Y + height - 1), fill="black")


CURSORS = [rectangle(1, 17), rectangle(2, 36), rectangle(12, 24)]
CHANGES: list[Draw] = [
    lambda canvas: canvas.text((X, Y), "e", fill="black"),
    lambda canvas: canvas.arc((X, Y, X + 16, Y + 16), 0, 270, fill="blue", width=2),
    lambda canvas: canvas.line(((X, Y + 6), (X + 4, Y + 10), (X + 12, Y)), fill="black", width=2),
    rectangle(60, 8),
    rectangle(200, 300),
]

each_format = pytest.mark.parametrize(
    ("image_format", "quality"), [("png", 80), ("jpeg", 80), ("webp", 80)]
)


@each_format
@pytest.mark.parametrize("draw", CURSORS)
def test_a_blinking_cursor_is_no_change(draw: Draw, image_format: str, quality: int) -> None:
    still = screen(image_format=image_format, quality=quality)
    assert alike(still, screen(draw, image_format, quality))


@each_format
@pytest.mark.parametrize("draw", CHANGES)
def test_a_letter_a_spinner_or_a_menu_is_a_change(
    draw: Draw, image_format: str, quality: int
) -> None:
    still = screen(image_format=image_format, quality=quality)
    assert not alike(still, screen(draw, image_format, quality))


def test_the_noise_of_another_encoding_is_no_change() -> None:
    assert alike(screen(), screen(image_format="jpeg", quality=90))


def test_pictures_of_other_sizes_are_not_alike() -> None:
    small = BytesIO()
    Image.new("RGB", (640, 360), "white").save(small, "png")
    assert not alike(screen(), Picture.from_bytes(small.getvalue()))


@pytest.mark.parametrize(
    ("seen", "first", "limit", "looks", "said"),
    [
        ("aa", None, 2, 2, "settled after 0.4 s"),
        ("abccc", None, 2, 4, "settled after 0.8 s"),
        ("a", "a", 2, 1, "settled after 0.2 s"),
        ("bb", "a", 2, 2, "settled after 0.4 s"),
        ("abababababababab", None, 1, 5, "still changing after 1.0 s"),
        ("abab", None, 0.5, 3, "still changing after 0.5 s"),
        ("abc", None, 0, 1, "taken at once"),
    ],
)
async def test_the_screen_is_looked_at_until_it_rests_or_the_time_is_up(
    clock: Clock, seen: str, first: str | None, limit: float, looks: int, said: str
) -> None:
    pictures = {name: Look(screen(rectangle(90 * at, 90))) for at, name in enumerate("abc", 1)}
    ahead = list(seen)

    async def look() -> Look:
        return pictures[ahead.pop(0)]

    begun = pictures[first] if first else None
    rest = await settle(look, limit, clock.sleep, clock.seconds, begun)
    assert str(rest) == said
    assert len(seen) - len(ahead) == looks
    assert rest.view is pictures[seen[looks - 1]]
    assert max(clock.slept) <= PAUSE
