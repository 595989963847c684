"""What lay around a point on a picture, and whether it looks otherwise now."""

import pytest
from PIL import Image

from coasty_mcp.api.errors import InvalidRequest
from coasty_mcp.local import ScreenArea
from coasty_mcp.local.seen import SeenScreens, differ
from coasty_mcp.screens import Point

MONITOR = ScreenArea(-1280, 40, 1280, 720)
SPOT = Point(-640, 300)


@pytest.mark.parametrize(
    ("point", "around"),
    [
        (SPOT, ScreenArea(-652, 288, 25, 25)),
        (Point(-1280, 40), ScreenArea(-1280, 40, 13, 13)),
        (Point(-1, 759), ScreenArea(-13, 747, 13, 13)),
    ],
)
def test_the_surroundings_of_a_point_end_where_the_monitor_does(
    point: Point, around: ScreenArea
) -> None:
    assert MONITOR.around(point, 12) == around


def test_surroundings_are_cut_out_of_a_dense_picture() -> None:
    image, seen = Image.effect_noise((2560, 1440), 90), SeenScreens()
    seen.remember("shot", MONITOR, image)
    found = seen.around("shot", SPOT)
    assert found
    area, part = found
    left, top = (area.left + 1280) * 2, (area.top - 40) * 2
    assert part.tobytes() == image.crop((left, top, left + 50, top + 50)).tobytes()


def test_what_is_not_known_any_more_is_compared_with_nothing() -> None:
    image, seen = Image.new("L", (1280, 720)), SeenScreens()
    for number in range(4):
        seen.remember(f"shot{number}", MONITOR, image)
    assert seen.last == "shot3"
    assert seen.around("shot3", Point(0, 300)) is None
    assert seen.around("shot0", SPOT) is None
    assert seen.area_of("shot0") == MONITOR
    assert seen.around("shot1", SPOT)


def test_a_picture_of_long_ago_is_too_old() -> None:
    image, seen = Image.new("L", (1, 1)), SeenScreens()
    for number in range(501):
        seen.remember(str(number), MONITOR, image)
    assert seen.area_of("1")
    with pytest.raises(InvalidRequest, match="too old: call coasty_look_at_screen again"):
        seen.area_of("0")


@pytest.mark.parametrize(
    ("level", "rows", "changed"), [(24, 25, False), (26, 25, True), (255, 2, False), (255, 3, True)]
)
def test_a_hover_or_a_cursor_is_nothing_else(level: int, rows: int, *, changed: bool) -> None:
    before, after = Image.new("L", (25, 25)), Image.new("L", (25, 25))
    after.paste(level, (0, 0, 25, rows))
    assert differ(before, after) is changed
