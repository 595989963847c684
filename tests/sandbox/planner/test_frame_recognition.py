"""The sandbox knows its own pictures again, and no others."""

import random
from io import BytesIO

import pytest
from PIL import Image, ImageDraw, ImageFont, ImageOps

from coasty_mcp.api.errors import InvalidScreenshot
from coasty_mcp.sandbox.planner.frame_recognition import Frames
from coasty_mcp.sandbox.scene import Box, Element, Scene

SIZE = (1920, 1080)


def drawn(name: str = "Ada", *, ticked: bool = False) -> Image.Image:
    image = Image.new("RGB", SIZE, "#1e3c5a")
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(18)
    draw.rectangle((300, 100, 1700, 900), fill="white")
    for row, label in enumerate(("Name", "Email", "Message")):
        draw.text((340, 200 + 70 * row), label, "black", font)
        draw.rectangle((500, 190 + 70 * row, 1000, 230 + 70 * row), outline="grey")
    draw.text((510, 200), name, "black", font)
    draw.rectangle((500, 500, 516, 516), outline="grey")
    if ticked:
        draw.line((502, 508, 507, 514, 515, 502), "black", 2)
    return image


def encoded(image: Image.Image, kind: str = "PNG", size: tuple[int, int] = SIZE) -> bytes:
    small, out = image.copy(), BytesIO()
    small.thumbnail(size)
    small.save(out, kind, quality=80)
    return out.getvalue()


def noise(seed: int = 7) -> Image.Image:
    return Image.frombytes("L", (1280, 720), random.Random(seed).randbytes(1280 * 720))


def titled(title: str) -> Scene:
    return Scene(*SIZE, (Element("window", title, Box(300, 100, 1700, 900)),))


SHOWN = {
    "Ada": drawn("Ada"),
    "Ada i": drawn("Ada i"),
    "Ada il": drawn("Ada il"),
    "ticked": drawn("Ada", ticked=True),
}


@pytest.fixture(scope="module")
def frames() -> Frames:
    frames = Frames()
    for title, image in SHOWN.items():
        frames.remember(image, titled(title))
    return frames


@pytest.mark.parametrize("title", SHOWN)
@pytest.mark.parametrize(
    ("kind", "size"),
    [
        ("PNG", SIZE),
        ("PNG", (1280, 720)),
        ("JPEG", SIZE),
        ("JPEG", (1280, 720)),
        ("JPEG", (1360, 765)),
        ("WEBP", (1280, 720)),
        ("JPEG", (640, 360)),
        ("WEBP", (480, 270)),
    ],
)
def test_a_frame_is_known_again_however_it_was_sent(
    frames: Frames, title: str, kind: str, size: tuple[int, int]
) -> None:
    assert frames.recognise(encoded(SHOWN[title], kind, size)) == (titled(title), size)


@pytest.mark.parametrize(
    "image",
    [
        noise(),
        Image.radial_gradient("L"),
        *(Image.new("RGB", (1280, 720), colour) for colour in ("white", "black", "#1e3c5a")),
    ],
)
def test_a_foreign_picture_is_not_known(frames: Frames, image: Image.Image) -> None:
    assert frames.recognise(encoded(image)) is None


def test_nothing_is_known_before_something_was_shown() -> None:
    assert Frames().recognise(encoded(drawn())) is None


def test_of_frames_that_look_alike_the_latest_is_meant() -> None:
    frames = Frames()
    for title in ("earlier", "later"):
        frames.remember(drawn(), titled(title))
    for kind in ("PNG", "JPEG"):
        found = frames.recognise(encoded(drawn(), kind))
        assert found is not None
        assert found[0] == titled("later")


def test_the_very_pixels_win_over_a_later_look_alike() -> None:
    frames, almost = Frames(), drawn()
    almost.putpixel((5, 5), (31, 60, 90))
    frames.remember(drawn(), titled("itself"))
    frames.remember(almost, titled("look-alike"))
    found = frames.recognise(encoded(drawn()))
    assert found is not None
    assert found[0] == titled("itself")


def test_only_the_last_frames_are_remembered() -> None:
    frames = Frames(most=1)
    frames.remember(drawn("Ada"), titled("old"))
    frames.remember(noise(), titled("new"))
    assert frames.recognise(encoded(drawn("Ada"))) is None


def test_bytes_that_are_no_picture_are_refused(frames: Frames) -> None:
    for data in (b"no picture", encoded(drawn())[:5000]):
        with pytest.raises(InvalidScreenshot):
            frames.recognise(data)


def part_of(image: Image.Image, box: Box, times: int = 1) -> bytes:
    part, out = image.crop(box), BytesIO()
    size = part.width * times, part.height * times
    ImageOps.contain(part, size, Image.Resampling.NEAREST).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("title", SHOWN)
@pytest.mark.parametrize("times", [1, 2, 3, 4])
def test_a_part_of_a_frame_is_known_with_what_it_shows(
    frames: Frames, title: str, times: int
) -> None:
    box = Box(280, 90, 633, 531)
    found = frames.recognise(part_of(SHOWN[title], box, times))
    assert found is not None
    scene, size = found
    assert scene.elements == (Element("window", title, Box(20, 10, 353, 441)),)
    assert (scene.width, scene.height) == (353, 441)
    assert size == (353 * times, 441 * times)


def test_a_part_in_one_colour_could_be_of_anything(frames: Frames) -> None:
    assert frames.recognise(part_of(SHOWN["Ada"], Box(0, 0, 300, 90))) is None
