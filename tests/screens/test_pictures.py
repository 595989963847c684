import base64
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from coasty_mcp.api.errors import InvalidRequest, InvalidScreenshot
from coasty_mcp.screens import Picture, ScreenshotHandle, Size, fit_for_model
from coasty_mcp.screens.decoding import decoded
from coasty_mcp.screens.settling import changes
from support.attacking_pictures import chunk
from support.drawings import encode, noise_picture, pil_image, plain_picture

FORMATS = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp", "GIF": ".gif", "BMP": ".bmp"}


def pixel(picture: Picture, x: int = 0, y: int = 0) -> tuple[int, ...]:
    value = decoded(picture.data).getpixel((x, y))
    assert isinstance(value, tuple)
    return value


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is huge."""
    shape = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", shape), (b"IDAT", zlib.compress(bytes(2000))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


@pytest.mark.parametrize("name", FORMATS)
def test_a_picture_says_itself_what_it_is(name: str) -> None:
    drawn = plain_picture(8, 6, name)
    assert Picture.from_base64(drawn.base64) == drawn
    assert Picture.from_base64(f"data:image/tiff;base64,{drawn.base64}") == drawn
    assert drawn.size == Size(8, 6)
    assert drawn.extension == FORMATS[name]


def test_base64_may_be_broken_into_lines() -> None:
    drawn = noise_picture(60, 40)
    lines = base64.encodebytes(drawn.data).decode()
    assert Picture.from_base64(lines) == drawn
    assert Picture.from_base64(f" data:image/png;base64,\r\n{lines}") == drawn


def test_base64_for_addresses_becomes_the_usual_one() -> None:
    drawn = noise_picture(64, 48)
    assert "-" in (written := base64.urlsafe_b64encode(drawn.data).decode())
    assert Picture.from_base64(written).base64 == base64.b64encode(drawn.data).decode()


@pytest.mark.parametrize(("end", "written"), [(b"\xfb\xef\xbe", "----"), (b"\xff" * 3, "____")])
def test_a_single_sign_tells_base64_for_addresses(end: bytes, written: str) -> None:
    data = b"BM" + bytes(12) + struct.pack("<IHHHHx", 12, 40, 30, 1, 24) + end
    assert (text := base64.urlsafe_b64encode(data).decode()).endswith(written)
    assert Picture.from_base64(text).base64 == base64.b64encode(data).decode()


def test_pixels_become_a_png_of_them() -> None:
    pixels = pil_image(noise_picture(64, 48))
    made = Picture.from_image(pixels)
    assert (made.mime_type, made.size) == ("image/png", Size(64, 48))
    assert pil_image(made).tobytes() == pixels.tobytes()


def test_usual_base64_is_passed_on_as_it_came() -> None:
    written = base64.b64encode(noise_picture(64, 48).data).decode()
    assert Picture.from_base64(written).base64 is written


@pytest.mark.parametrize(
    "text", ["not base64!", "data:image/png,raw", "/home/me/screen.png", "a", "\ud800"]
)
def test_what_is_not_base64_is_refused(text: str) -> None:
    with pytest.raises(InvalidScreenshot, match="not base64"):
        Picture.from_base64(text)


@pytest.mark.parametrize(
    "data",
    [b"", b"<html>", b"%PDF-1.7", b"II*\0\x08\0\0\0", b"RIFF\0\0\0\0WAVE", b"fLaC\0\0\0\0WEBP"],
)
def test_something_else_is_not_taken_for_a_picture(data: bytes) -> None:
    with pytest.raises(InvalidScreenshot, match="not a PNG, JPEG, WebP, GIF or BMP"):
        Picture.from_base64(base64.b64encode(data).decode())


def test_other_formats_of_pictures_are_refused() -> None:
    with pytest.raises(InvalidScreenshot, match="not a PNG, JPEG, WebP, GIF or BMP"):
        Picture.from_bytes(plain_picture(8, 6, "TIFF").data)


@pytest.mark.parametrize(("width", "height"), [(11_000, 11_000), (20_000, 20_000), (20_001, 1)])
def test_a_tiny_file_with_a_huge_picture_is_refused(width: int, height: int) -> None:
    with pytest.raises(InvalidScreenshot, match="34 megapixels"):
        Picture.from_bytes(bomb(width, height))


def test_a_picture_that_hides_how_large_it_is_is_refused() -> None:
    small, huge = bomb(8, 8), bomb(20_000, 20_000)
    second = huge[8 : huge.index(b"IDAT") - 4]
    data = small[: small.index(b"IDAT") - 4] + second + small[small.index(b"IDAT") - 4 :]
    with pytest.raises(InvalidScreenshot, match="34 megapixels"):
        decoded(data)


def test_the_longest_picture_has_a_handle() -> None:
    handle = ScreenshotHandle.for_picture(Picture.from_bytes(bomb(20_000, 1)))
    assert ScreenshotHandle.parse(str(handle)) == handle


@pytest.mark.parametrize("name", FORMATS)
async def test_a_picture_that_is_cut_off_is_refused(name: str) -> None:
    whole = noise_picture(300, 200, name)
    with pytest.raises(InvalidScreenshot, match="damaged or cut off"):
        await fit_for_model(
            Picture(whole.data[: len(whole.data) // 3], "image/png"), Size(100, 100)
        )


def test_the_data_stays_out_of_logs() -> None:
    assert repr(plain_picture(8, 6)) == "Picture(mime_type='image/png')"


@pytest.mark.parametrize("name", ["JPEG", "WEBP", "PNG"])
@pytest.mark.parametrize("turn", range(1, 9))
async def test_a_turned_picture_is_measured_and_shown_upright(turn: int, name: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = turn
    turned = encode(Image.new("RGB", (40, 30), "navy"), name, exif=exif)
    assert turned.size == (Size(40, 30) if turn < 5 else Size(30, 40))
    shown = await fit_for_model(turned)
    assert (shown is turned) == (turn == 1)
    assert Size(*pil_image(shown).size) == shown.size == turned.size


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("turn", range(1, 9))
def test_a_picture_made_smaller_shows_all_of_it_upright(turn: int, mode: str) -> None:
    across, round_the_middle = Image.linear_gradient("L"), Image.radial_gradient("L")
    colours = (across, across.transpose(Image.Transpose.ROTATE_90), round_the_middle)
    image, exif = ImageOps.fit(Image.merge("RGB", colours), (701, 503)), Image.Exif()
    exif[0x0112] = turn
    picture = encode(image.convert(mode), "PNG", exif=exif, compress_level=1)
    shown = picture.decoded(Size(140, 140))
    image.getexif()[0x0112] = turn
    expected = ImageOps.exif_transpose(image)
    expected.thumbnail(shown.size, Image.Resampling.BOX)
    assert max(shown.size) == 140
    for one, other in zip(shown.split(), expected.split(), strict=True):
        assert changes(one, other, noise=6).getbbox() is None


def test_a_picture_made_smaller_reaches_to_its_four_edges() -> None:
    page = ImageOps.expand(Image.new("RGB", (997, 599), "white"), 3, "black")
    shown = encode(page).decoded(Size(400, 400)).convert("L")
    right, bottom = shown.width - 1, shown.height - 1
    edges = [(0, 120), (right, 120), (200, 0), (200, bottom)]
    assert [shown.getpixel(each) for each in edges] == pytest.approx([0] * 4, abs=50)


def test_a_line_is_seen_where_a_picture_becomes_smaller_by_a_single_pixel() -> None:
    page = Image.new("RGB", (300, 721), "white")
    page.paste("black", (0, 360, 300, 361))
    shown = encode(page).decoded(Size(1280, 720)).convert("L")
    assert shown.size == (300, 720)
    assert shown.getextrema() == (pytest.approx(128, abs=1), 255)


def test_what_stands_behind_the_pixels_turns_nothing() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    png = plain_picture(40, 30).data
    end = png.index(b"IEND") - 4
    late = Picture.from_bytes(png[:end] + chunk(b"eXIf", exif.tobytes()[6:]) + png[end:])
    assert late.size == late.decoded().size == (40, 30)
    assert late.plain


def test_a_picture_is_as_large_as_it_is_measured_whatever_its_xmp_says() -> None:
    taken = encode(Image.new("RGB", (40, 30)), "WEBP", xmp=b'tiff:Orientation="6"')
    assert taken.size == taken.decoded().size == (40, 30)


@pytest.mark.parametrize("name", ["GIF", "WEBP", "PNG"])
async def test_of_an_animation_the_first_frame_is_seen(name: str) -> None:
    red, blue = (Image.new("RGB", (20, 10), colour) for colour in ("red", "blue"))
    moving = encode(red, name, save_all=True, append_images=[blue], lossless=True)
    still = await fit_for_model(moving)
    assert still.mime_type == "image/jpeg"
    red_now, _, blue_now = pixel(still)
    assert red_now > 240
    assert blue_now < 15


@pytest.mark.parametrize(
    ("image", "colour"),
    [
        (Image.new("RGBA", (2, 2), (255, 0, 0, 0)), (255, 255, 255)),
        (Image.new("RGBA", (2, 2), (255, 0, 0, 255)), (255, 0, 0)),
        (Image.new("RGBA", (2, 2), (0, 0, 0, 128)), (127, 127, 127)),
        (Image.new("LA", (2, 2), (0, 0)), (255, 255, 255)),
        (Image.new("L", (2, 2), 77), (77, 77, 77)),
        (Image.new("1", (2, 2), 1), (255, 255, 255)),
        (Image.new("I;16", (2, 2), 128 * 256), (128, 128, 128)),
        (Image.new("RGB", (2, 2), "lime").convert("P"), (0, 255, 0)),
    ],
    ids=lambda value: getattr(value, "mode", None),
)
def test_a_picture_looks_as_it_does_on_a_white_page(
    image: Image.Image, colour: tuple[int, int, int]
) -> None:
    assert pixel(encode(image)) == colour


@pytest.mark.parametrize("name", ["PNG", "GIF"])
def test_a_transparent_colour_of_a_palette_is_white(name: str) -> None:
    image = Image.new("P", (2, 2), 1)
    image.putpalette([0, 0, 0, 255, 0, 0])
    assert pixel(encode(image, name, transparency=1)) == (255, 255, 255)
    assert pixel(encode(image, name, transparency=0)) == (255, 0, 0)


def test_printing_colours_become_screen_colours() -> None:
    red, green, blue = pixel(encode(Image.new("CMYK", (16, 16), (0, 255, 255, 0)), "JPEG"))
    assert red > 240
    assert green < 15
    assert blue < 15


async def test_a_single_pixel_is_a_picture() -> None:
    dot = plain_picture(1, 1)
    assert dot.size == Size(1, 1)
    assert (await fit_for_model(dot, image_format="webp")).size == Size(1, 1)


async def test_a_picture_is_read_from_disk(tmp_path: Path) -> None:
    drawn = plain_picture(8, 6, "WEBP")
    file = tmp_path / "screen.png"
    file.write_bytes(drawn.data)
    assert await Picture.open_file(str(file)) == drawn


async def test_a_path_may_begin_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "screen.png").write_bytes(plain_picture(8, 6).data)
    assert (await Picture.open_file("~/screen.png")).size == Size(8, 6)


async def test_only_pictures_are_read_from_disk(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("hunter2")
    with pytest.raises(InvalidScreenshot, match="not a PNG"):
        await Picture.open_file(str(tmp_path / "secret.txt"))
    (tmp_path / "half.png").write_bytes(noise_picture(90, 90).data[:900])
    with pytest.raises(InvalidScreenshot, match="cut off"):
        await Picture.open_file(str(tmp_path / "half.png"))


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("missing.png", "There is no file .*missing.png"),
        ("", "is a folder, not a picture"),
        ("huge.png", "is larger than 20 MB"),
        ("x" * 5000, "cannot be opened"),
    ],
)
async def test_a_path_without_a_picture_is_refused(
    name: str, complaint: str, tmp_path: Path
) -> None:
    with (tmp_path / "huge.png").open("wb") as huge:
        huge.truncate(20_000_001)
    with pytest.raises(InvalidRequest, match=complaint) as refused:
        await Picture.open_file(str(tmp_path / name))
    assert len(str(refused.value)) < 300
