import subprocess
import sys
from typing import Any

import pytest

from coasty_mcp.api.errors import InvalidRequest
from coasty_mcp.screens import Point, ScreenshotHandle, Size, scale_parameters
from support.drawings import plain_picture

FULL = Size(1920, 1080)
HALF = ScreenshotHandle(Size(960, 540), FULL, "3f9a")


def test_pillow_is_not_loaded_before_it_is_needed() -> None:
    look = "import sys, coasty_mcp.screens; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", look], check=False).returncode == 0


@pytest.mark.parametrize(
    ("size", "scaled"),
    [
        (Size(1920, 1080), Size(1280, 720)),
        (Size(1080, 1920), Size(405, 720)),
        (Size(640, 480), Size(640, 480)),
        (Size(20000, 3), Size(1280, 1)),
    ],
)
def test_a_size_is_scaled_into_a_box_in_its_own_shape(size: Size, scaled: Size) -> None:
    assert size.scaled_into(Size(1280, 720)) == scaled


def test_a_handle_carries_its_geometry() -> None:
    assert str(HALF) == "shot_960x540_of_1920x1080_3f9a"
    assert ScreenshotHandle.parse(str(HALF)) == HALF


def test_every_handle_is_another_one() -> None:
    picture = plain_picture(8, 6)
    first, second = ScreenshotHandle.for_picture(picture), ScreenshotHandle.for_picture(picture)
    assert first != second
    assert first.shown == first.true == Size(8, 6)


@pytest.mark.parametrize(
    "text",
    [
        "latest",
        "shot_0x540_of_1920x1080_3f9a",
        "shot_960x540_of_99999x1080_3f9a",
        "shot_960x540_of_1920x1080_",
        "a" * 100_000,
    ],
)
def test_a_made_up_handle_is_refused_with_where_handles_come_from(text: str) -> None:
    with pytest.raises(InvalidRequest, match=r"is not a screenshot_id.*looks like") as refused:
        ScreenshotHandle.parse(text)
    assert len(str(refused.value)) < 300


def test_the_example_in_that_refusal_is_a_handle() -> None:
    with pytest.raises(InvalidRequest) as refused:
        ScreenshotHandle.parse("latest")
    [example] = [word for word in str(refused.value).split() if word.startswith("shot_")]
    assert ScreenshotHandle.parse(example.rstrip(".")).true == FULL


@pytest.mark.parametrize(
    ("shown", "true"), [((0, 0), (1, 1)), ((959, 539), (1919, 1079)), ((959.9, 0.9), (1919, 1))]
)
def test_points_map_to_the_middle_of_what_was_seen(
    shown: tuple[float, float], true: tuple[int, int]
) -> None:
    assert HALF.point(*shown) == Point(*true)


def test_every_pixel_of_a_whole_picture_is_itself() -> None:
    whole = ScreenshotHandle(FULL, FULL)
    assert [whole.point(x, 0).x for x in range(1920)] == list(range(1920))


def test_every_pixel_maps_into_the_machine() -> None:
    odd = ScreenshotHandle(Size(1279, 7), Size(19_999, 3))
    assert all(odd.true.holds(*odd.point(x, y)) for x in range(1279) for y in range(7))


def test_every_point_of_a_command_is_mapped_and_nothing_else() -> None:
    drag = {"from_x": 0, "from_y": 0, "to_x": 10, "to_y": 20, "button": "left", "width": 5}
    moved = {"from_x": 1, "from_y": 1, "to_x": 21, "to_y": 41, "button": "left", "width": 5}
    assert HALF.to_machine(drag) == moved
    assert drag["to_x"] == 10


def test_numbers_may_come_as_text() -> None:
    assert HALF.to_machine({"x": "10", "y": "20.0"}) == {"x": 21, "y": 41}


@pytest.mark.parametrize("value", ["ten", True, [1], "nan", "inf", 10**400])
def test_a_coordinate_that_is_no_number_is_refused_by_name(value: object) -> None:
    with pytest.raises(InvalidRequest, match=r"^to_y must be a number of pixels"):
        HALF.to_machine({"to_x": 1, "to_y": value})


@pytest.mark.parametrize(
    ("parameters", "complaint"),
    [({"x": 1}, "x is given without y"), ({"y2": 1, "x2": None}, "y2 is given without x2")],
)
def test_half_a_point_is_refused_by_name(parameters: dict[str, Any], complaint: str) -> None:
    with pytest.raises(InvalidRequest, match=complaint):
        HALF.to_machine(parameters)


@pytest.mark.parametrize("point", [(-1, 0), (-0.5, 0), (960, 0), (0, 540)])
def test_points_outside_the_picture_are_refused(point: tuple[float, float]) -> None:
    with pytest.raises(InvalidRequest, match="which is 960x540: x goes up to 959 and y up to 539"):
        HALF.point(*point)


def test_a_predicted_action_moves_to_another_size_of_its_picture() -> None:
    drag = {"x1": 0, "y1": 0, "x2": 100, "y2": 50, "button": "left"}
    moved = scale_parameters(drag, HALF.shown, FULL)
    assert moved == {"x1": 1, "y1": 1, "x2": 201, "y2": 101, "button": "left"}


def test_a_prediction_outside_the_picture_is_moved_to_its_edge() -> None:
    far = {"x": 5000, "y": -3, "x2": -3, "y2": 5000, "x1": 7}
    edge = {"x": 1919, "y": 1, "x2": 1, "y2": 1079, "x1": 7}
    assert scale_parameters(far, HALF.shown, FULL) == edge
