"""Pictures one after the other, as a GIF."""

from io import BytesIO

from PIL import Image

from coasty_mcp.screens import Picture
from coasty_mcp.screens.animation import animated


def picture(width: int, height: int, colour: str) -> Picture:
    out = BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return Picture.from_bytes(out.getvalue())


def test_each_picture_is_shown_for_a_second_whole_and_in_its_shape() -> None:
    gif = animated([picture(1920, 1080, "white"), picture(100, 200, "red"), picture(8, 8, "lime")])
    with Image.open(BytesIO(gif)) as frames:
        assert frames.size == (960, 540)
        assert (frames.info["duration"], frames.info["loop"]) == (1000, 0)  # for ever
        frames.seek(1)
        tall = frames.convert("RGB")
        frames.seek(2)
        small = frames.convert("RGB")
    at = [(480, 270), (480, 171), (432, 270), (480, 168), (428, 270), (0, 0)]
    red, black, lime = (255, 0, 0), (0, 0, 0), (0, 255, 0)
    assert [tall.getpixel(each) for each in at] == [red, red, red, black, black, black]
    assert [small.getpixel(each) for each in [(480, 270), (490, 270)]] == [lime, black]
