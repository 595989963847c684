"""A part of a screen in its true pixels, and the way from there back to the screen."""

import random
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont, ImageOps
from pydantic import TypeAdapter, ValidationError

from coasty_mcp.api.errors import InvalidRequest
from coasty_mcp.screens import (
    Picture,
    Point,
    Region,
    RegionArgument,
    ScreenshotHandle,
    Size,
    crop,
    fit_region_for_model,
)
from support.drawings import encode, pil_image, plain_picture

UHD = Size(3840, 2160)
PART = ScreenshotHandle(Size(960, 600), Size(320, 200), "3f9a", Point(1500, 40), Size(1920, 1080))
TARGET, CELLS = 10, 5
REGIONS = [
    (Region(0, 0, 500, 500), None),
    (Region(3339, 1659, 501, 501), 1333),
    (Region(1203, 307, 333, 251), None),
    (Region(77, 1501, 1234, 651), None),
    (Region(2001, 3, 1567, 733), 1101),
    (Region(1500, 700, 1501, 1403), None),
    (Region(600, 400, 900, 300), 777),
    (Region(2600, 1000, 640, 360), 401),
]


def test_the_handle_of_a_part_carries_where_it_lies() -> None:
    assert str(PART) == "shot_960x600_of_320x200+1500+40_in_1920x1080_3f9a"
    assert ScreenshotHandle.parse(str(PART)) == PART
    assert PART.point(0, 0) == Point(1500, 40)
    assert PART.point(959, 599) == Point(1819, 239)


@pytest.mark.parametrize(
    "text",
    [
        "shot_960x600_of_320x200+1601+40_in_1920x1080_3f9a",
        "shot_960x600_of_320x200+1500+881_in_1920x1080_3f9a",
        "shot_960x600_of_320x200+1500+40_in_99999x1080_3f9a",
        "shot_960x600_of_320x200+1500_in_1920x1080_3f9a",
        "shot_960x600_of_320x200+1500+40_3f9a",
    ],
)
def test_a_part_that_no_screen_has_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest, match="is not a screenshot_id"):
        ScreenshotHandle.parse(text)


@pytest.mark.parametrize(
    "written",
    [
        [10, 20, 300, 200],
        "[10, 20, 300, 200]",
        "10,20,300,200",
        " 10 20 300 200 ",
        {"left": 10, "top": 20, "width": 300, "height": 200},
        {"x": 10, "y": "20", "w": 300, "h": 200},
        '{"left": 10, "top": 20, "width": 300, "height": 200}',
    ],
)
def test_a_region_may_be_written_in_any_usual_way(written: Any) -> None:
    assert TypeAdapter[list[int]](RegionArgument).validate_python(written) == [10, 20, 300, 200]


@pytest.mark.parametrize(
    "written", ["the button", [1, 2, 3], [1, 2, 3, 4, 5], {"left": 1}, 7, "[" * 9000, None]
)
def test_what_is_no_region_is_refused(written: Any) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter[list[int]](RegionArgument).validate_python(written)


@pytest.mark.parametrize(
    "region", [(-1, 0, 9, 9), (0, -1, 9, 9), (0, 0, 0, 9), (1912, 0, 9, 9), (0, 1072, 9, 9)]
)
async def test_a_region_that_reaches_beyond_is_refused_with_the_bounds(
    region: tuple[int, int, int, int],
) -> None:
    with pytest.raises(InvalidRequest, match=r"is 1920x1080.* up to 1920, .* up to 1080"):
        await crop(plain_picture(1920, 1080), Region(*region))


@pytest.mark.parametrize("corner", [(0, 0), (1919, 1079)])
async def test_a_region_may_be_a_single_pixel(corner: tuple[int, int]) -> None:
    assert (await crop(plain_picture(1920, 1080), Region(*corner, 1, 1))).size == Size(1, 1)


def test_a_region_read_off_a_smaller_picture_holds_all_that_was_meant() -> None:
    third = ScreenshotHandle(Size(1280, 720), UHD)
    assert third.region(Region(100, 50, 101, 11)) == Region(300, 150, 303, 33)
    assert PART.region(Region(1, 1, 3, 4)) == Region(1500, 40, 2, 2)
    with pytest.raises(InvalidRequest, match="not inside the picture, which is 960x600"):
        PART.region(Region(950, 0, 11, 1))


async def test_text_of_8_pixels_on_a_4k_screen_is_readable() -> None:
    screen = Image.new("RGB", UHD, "white")
    font, words = ImageFont.load_default(8), "Invoice 4711, 12.50 EUR"
    ImageDraw.Draw(screen).text((3000, 2000), words, "black", font)
    part = await crop(encode(screen), Region(2960, 1980, 300, 60))
    source = screen.crop((2960, 1980, 3260, 2040))
    assert pil_image(part).tobytes() == source.tobytes()
    shown = await fit_region_for_model(part)
    assert shown.size == Size(1200, 240)
    assert pil_image(shown).getpixel((403, 203)) == source.getpixel((100, 50))
    assert pil_image(shown).reduce(4).tobytes() == source.tobytes()


@pytest.mark.parametrize(
    ("region", "shown"),
    [
        ((900, 700), (900, 700)),
        ((1280, 720), (1280, 720)),
        ((1568, 700), (1568, 700)),
        ((2000, 100), (1568, 78)),
        ((400, 300), (800, 600)),
        ((300, 10), (1200, 40)),
        ((600, 10), (1200, 20)),
        ((10, 300), (20, 600)),
        ((1000, 10), (1000, 10)),
    ],
)
async def test_a_region_is_shown_pixel_by_pixel_and_a_small_one_enlarged(
    region: tuple[int, int], shown: tuple[int, int]
) -> None:
    part = plain_picture(*region)
    for_model = await fit_region_for_model(part)
    assert for_model.size == Size(*shown)
    assert (for_model is part) == (region == shown)


@pytest.mark.parametrize(
    ("region", "shown"), [((100, 10), (300, 30)), ((200, 10), (200, 10)), ((700, 14), (350, 7))]
)
async def test_a_region_is_no_wider_than_asked_for(
    region: tuple[int, int], shown: tuple[int, int]
) -> None:
    assert (await fit_region_for_model(plain_picture(*region), 350)).size == Size(*shown)


async def test_a_region_is_never_larger_than_what_models_see() -> None:
    shown = (await fit_region_for_model(plain_picture(3000, 2000))).size
    assert shown.width * shown.height <= 1_150_000
    assert shown.width / shown.height == pytest.approx(1.5, abs=0.01)


def screen_with_targets(region: Region) -> tuple[Picture, list[Point]]:
    """Return a 4K screen, and where on it each cell of the region has its target."""
    screen, chance, corners = Image.new("RGB", UHD, "white"), random.Random(4), list[Point]()
    width, height = region.width // CELLS, region.height // CELLS
    for number in range(CELLS * CELLS):
        row, column = divmod(number, CELLS)
        corner = Point(
            region.left + column * width + chance.randrange(2, width - TARGET - 2),
            region.top + row * height + chance.randrange(2, height - TARGET - 2),
        )
        screen.paste("black", (corner.x, corner.y, corner.x + TARGET, corner.y + TARGET))
        corners.append(corner)
    return encode(screen, compress_level=1), corners


def middles_of_targets(shown: Image.Image, region: Region) -> list[Point]:
    """Return the middle of the dark spot in each cell of a picture of the region."""
    dark, middles = ImageOps.invert(shown.convert("1", dither=Image.Dither.NONE)), list[Point]()
    width = region.width // CELLS * shown.width / region.width
    height = region.height // CELLS * shown.height / region.height
    for number in range(CELLS * CELLS):
        row, column = divmod(number, CELLS)
        left, top = round(column * width), round(row * height)
        spot = dark.crop((left, top, round(left + width), round(top + height))).getbbox()
        assert spot
        middles.append(Point(left + (spot[0] + spot[2]) // 2, top + (spot[1] + spot[3]) // 2))
    return middles


@pytest.mark.parametrize(("region", "max_width"), REGIONS)
async def test_25_of_25_targets_of_10_pixels_are_hit_through_a_region(
    region: Region, max_width: int | None
) -> None:
    screen, corners = screen_with_targets(region)
    shown = await fit_region_for_model(await crop(screen, region), max_width)
    handle = ScreenshotHandle.for_region(shown.size, region, screen.size)
    hits = [handle.point(*seen) for seen in middles_of_targets(pil_image(shown), region)]
    assert all(
        Size(TARGET, TARGET).holds(hit.x - corner.x, hit.y - corner.y)
        for hit, corner in zip(hits, corners, strict=True)
    )
    assert len(hits) * len(REGIONS) == 200
