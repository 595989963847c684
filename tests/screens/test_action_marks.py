from typing import Any

import pytest
from PIL import Image, ImageChops, ImageOps

from coasty_mcp.api.wire.predict import Action
from coasty_mcp.screens import Picture, Size, draw_actions
from coasty_mcp.screens.drawing import Pen
from support.drawings import encode, noise_picture, pil_image, plain_picture

Box = tuple[int, int, int, int]

TAG_AT_300_200 = (315, 155, 345, 186)
PAGE, BRIGHT = (0, 0, 128), (255, 214, 10)


def action(kind: str, **params: Any) -> Action:
    return Action(action_type=kind, params=params)


async def drawn_at(*actions: Action, on: Picture, size: Size | None = None) -> Box | None:
    """Where the picture has changed."""
    after = await draw_actions(on, actions, size, "png")
    return ImageChops.difference(pil_image(on), pil_image(after)).getbbox()


async def reach(*actions: Action, on: Picture | None = None) -> Box:
    box = await drawn_at(*actions, on=on or plain_picture(640, 480))
    assert box
    return box


async def drawn(*actions: Action) -> Image.Image:
    page = plain_picture(640, 480)
    return pil_image(await draw_actions(page, actions, image_format="png"))


def yellow_box(image: Image.Image) -> Box:
    """Where the picture is that: a mark without its rim."""
    box = image.getchannel("R").convert("1", dither=Image.Dither.NONE).getbbox()
    assert box
    return box


async def test_without_actions_nothing_is_drawn() -> None:
    assert await drawn_at(on=plain_picture(640, 480)) is None


@pytest.mark.parametrize("colour", ["white", "black", "#ffd60a", "#15151f", "gray"])
@pytest.mark.parametrize("kind", ["click", "move"])
async def test_a_target_stands_out_on_any_colour(kind: str, colour: str) -> None:
    page = encode(Image.new("RGB", (640, 480), colour))
    left, top, right, bottom = await reach(action(kind, x=300, y=200), on=page)
    assert left < 290
    assert top < 200 < bottom
    assert right > 310


async def test_a_ring_and_a_cross_lie_around_what_is_clicked_on_which_stays_visible() -> None:
    after = await drawn(action("click", x=300, y=200))
    assert after.getpixel((300, 200)) == PAGE
    assert after.getpixel((310, 210)) == BRIGHT
    for dx, dy in ((1, 0), (0, 1), (-1, 0), (0, -1)):
        arm = [after.getpixel((300 + dx * far, 200 + dy * far)) for far in (5, 11, 20, 24)]
        assert [each == BRIGHT for each in arm] == [False, True, True, False]


@pytest.mark.parametrize(
    ("params", "side", "far"),
    [
        ({"direction": "up"}, 1, 130),
        ({"direction": "down"}, 3, 270),
        ({"direction": "left"}, 0, 230),
        ({"direction": "right"}, 2, 370),
        ({"clicks": 1}, 1, 130),
        ({"clicks": -3}, 3, 270),
    ],
)
async def test_a_scroll_points_where_it_goes(params: dict[str, Any], side: int, far: int) -> None:
    after = await drawn(action("scroll", x=300, y=200, **params))
    after.paste(PAGE, TAG_AT_300_200)
    expected = [300 - 14, 200 - 14, 300 + 14, 200 + 14]
    expected[side] = far
    assert yellow_box(after) == pytest.approx(expected, abs=4)
    beside, middle = ((310, 210), (300, 200))
    assert (after.getpixel(beside), after.getpixel(middle)) == (BRIGHT, PAGE)


@pytest.mark.parametrize("names", [("from_x", "from_y", "to_x", "to_y"), ("x1", "y1", "x2", "y2")])
async def test_a_drag_reaches_from_its_start_to_its_end(names: tuple[str, ...]) -> None:
    drag = dict(zip(names, (100, 300, 500, 400), strict=True))
    left, _, right, bottom = await reach(action("drag", **drag))
    assert abs(left - 90) < 8
    assert abs(right - 500) < 8
    assert abs(bottom - 400) < 14


async def test_an_arrow_is_one_whole_line_with_a_head() -> None:
    after = await drawn(action("drag", x1=100, y1=300, x2=500, y2=300))
    assert {after.getpixel((x, 300)) for x in range(106, 498)} == {BRIGHT}
    beside = [[after.getpixel((x, 300 + aside)) == BRIGHT for aside in (-4, 4)] for x in (470, 488)]
    assert beside == [[False, False], [True, True]]


async def test_a_tag_has_its_text_in_the_middle() -> None:
    after = await drawn(action("type_text", text="Ada"))
    left, top, right, bottom = yellow_box(after)
    assert (left, bottom) == (320 + 15, 240 - 15 + 1)
    dark = ImageOps.invert(after.crop((left, top, right, bottom)).getchannel("R"))
    words = dark.crop((3, 3, dark.width - 3, dark.height - 3)).convert(
        "1", dither=Image.Dither.NONE
    )
    box = words.getbbox()
    assert box
    assert box[3] - box[1] > 8
    margins = (box[0], box[1], words.width - box[2], words.height - box[3])
    assert all(2 <= each <= 8 for each in margins), margins
    assert abs(margins[0] - margins[2]) < 4


@pytest.mark.parametrize("spot", [(0, 0), (639, 0), (0, 479), (639, 479), (320, 5), (590, 300)])
async def test_a_tag_is_whole_and_clear_of_its_spot(spot: tuple[int, int]) -> None:
    in_the_middle = yellow_box(await drawn(action("type_text", text="Ada")))
    left, top, right, bottom = yellow_box(
        await drawn(action("type_text", text="Ada", x=spot[0], y=spot[1]))
    )
    size = in_the_middle[2] - in_the_middle[0], in_the_middle[3] - in_the_middle[1]
    assert (right - left, bottom - top) == size
    assert right < spot[0] - 9 or left > spot[0] + 9
    assert top <= max(0, spot[1] - 9 - size[1])


async def test_what_is_typed_is_shown_where_the_pointer_is() -> None:
    click = action("click", x=100, y=300)
    alone = await reach(click)
    typing = await reach(click, action("type_text", text="Ada Lovelace"))
    longer = await reach(click, action("type_text", text="Ada Lovelace, Countess"))
    assert alone[2] < typing[2] < longer[2] < 320


async def test_a_long_text_is_cut_short() -> None:
    _, _, right, _ = await reach(action("click", x=20, y=300), action("type_text", text="w" * 9999))
    assert right < 640


@pytest.mark.parametrize("params", [{"keys": ["ctrl", "s"]}, {"keys": "ctrl+s"}, {"key": "ctrl+s"}])
async def test_keys_are_shown_however_they_are_given(params: dict[str, Any]) -> None:
    expected = await reach(action("key_combo", keys="ctrl+s"))
    assert await reach(action("key_combo", **params)) == expected


@pytest.mark.parametrize(("x", "y"), [(300, 475), (500, 10), (20, 300)])
async def test_tags_do_not_cover_each_other(x: int, y: int) -> None:
    page, one = plain_picture(640, 480), action("type_text", text="Ada", x=x, y=y)
    areas = list[int]()
    for count in (1, 2, 3):
        changed = ImageChops.difference(pil_image(page), await drawn(*[one] * count))
        areas.append(sum(changed.convert("L").histogram()[1:]))
    assert areas == pytest.approx([areas[0], 2 * areas[0], 3 * areas[0]], rel=0.05)


@pytest.mark.parametrize(
    ("actions", "words"),
    [
        ([action("type_text", text=" Ada\nL. ")], '1 "Ada L."'),
        ([action("type_text", text="i" * 40)], f'1 "{"i" * 40}"'),
        ([action("type_text", text="i" * 41)], f'1 "{"i" * 40}..."'),
        ([action("key_combo", keys=["ctrl", "s"])], "1 ctrl+s"),
        ([action("key_press", key="f5")], "1 f5"),
        ([action("done")], "1 done"),
        *([[action(kind, x=320, y=240)], "1"] for kind in ("click", "move", "scroll", "drag")),
        ([action("move", x=5, y=400), action("wait", x=320, y=240)], "2 wait"),
    ],
)
async def test_a_tag_has_the_number_of_its_action_and_what_its_spot_does_not_show(
    actions: list[Action], words: str
) -> None:
    pen, page = Pen(Size(640, 480)), pil_image(plain_picture(640, 480))
    pen.tag(words, (320, 240))
    pen.put_on(page)
    tag = (335, 190, 640, 222)
    assert (await drawn(*actions)).crop(tag).tobytes() == page.crop(tag).tobytes()


@pytest.mark.parametrize("spot", [(0, 0), (639, 0), (0, 479), (639, 479), (9999, -5)])
async def test_a_mark_in_a_corner_has_its_whole_tag(spot: tuple[int, int]) -> None:
    left, top, right, bottom = await reach(action("click", x=spot[0], y=spot[1]))
    assert right - left > 25
    assert bottom - top > 25


async def test_coordinates_may_be_of_another_size_than_the_picture() -> None:
    page = plain_picture(640, 480)
    small = await drawn_at(action("click", x=300, y=200), on=page)
    large = await drawn_at(action("click", x=600, y=400), on=page, size=Size(1280, 960))
    assert small == large


async def test_a_large_picture_is_marked_at_the_size_that_is_shown() -> None:
    shown = await draw_actions(noise_picture(1600, 900), [action("click", x=1500, y=800)])
    assert shown.size.fits(Size(1280, 720))
    assert len(shown.base64) <= 700_000


async def test_odd_predictions_are_drawn_as_far_as_they_go() -> None:
    odd = [
        action("done"),
        action("scroll"),
        action("drag", x1=5),
        action("click", x="12", y="30"),
        action("key_press", key=5),
        action("scroll", direction=["up"], clicks="3"),
        action("no_such_action", x=None),
    ]
    await reach(*odd)
    assert (await draw_actions(plain_picture(1, 1), odd)).size == Size(1, 1)
