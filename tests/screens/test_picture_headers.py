"""Headers are read in bounded time, whatever they hold, and as Pillow reads them."""

import struct
from contextlib import suppress
from io import BytesIO
from time import process_time

import pytest
from PIL import Image

from coasty_mcp.api.errors import InvalidScreenshot
from coasty_mcp.screens import Picture, Size
from coasty_mcp.screens.decoding import decoded
from coasty_mcp.screens.picture_header import MOST_PARTS, PictureHeader, read_header
from support.attacking_pictures import black_png, chunk, with_chunks
from support.drawings import plain_picture

AT_ONCE = 0.05
"""Seconds that other callers may have to wait."""
WIDTH, ORIENTATION = 0x0100, 0x0112
"""Of Exif."""


def exif(turn: int, order: str = "<", *, entries: int = 1) -> bytes:
    """Return a TIFF structure that says how a picture lies, in the last of its entries."""
    tags = [*[WIDTH] * (entries - 1), ORIENTATION]
    head = struct.pack(f"{order}2sHIH", b"II" if order == "<" else b"MM", 42, 8, entries)
    return head + b"".join(struct.pack(f"{order}HHIHH", tag, 3, 1, turn, 0) for tag in tags)


def png_with(content: bytes) -> bytes:
    png = black_png(40, 30)
    at = png.index(b"IDAT") - 4
    return png[:at] + chunk(b"eXIf", content) + png[at:]


def jpeg_with(kind: int, content: bytes, filling: bytes = b"") -> bytes:
    jpeg = plain_picture(40, 30, "JPEG").data
    segment = struct.pack(">BBH", 0xFF, kind, len(content) + 2) + content
    return jpeg[:2] + filling + segment + filling + jpeg[2:]


def webp_of(*parts: tuple[bytes, bytes]) -> bytes:
    body = b"WEBP" + b"".join(
        kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
        for kind, content in parts
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def webp_with(content: bytes) -> bytes:
    extended = bytes([8, 0, 0, 0, 39, 0, 0, 29, 0, 0])
    return webp_of((b"VP8X", extended), (b"ICCP", b"odd"), (b"EXIF", content))


@pytest.mark.parametrize("behind", [False, True])
def test_a_picture_of_countless_parts_is_refused_at_once(*, behind: bool) -> None:
    data = with_chunks(800_000, behind=behind)
    began = process_time()
    with pytest.raises(InvalidScreenshot, match="damaged"):
        Picture.from_bytes(data)
    assert process_time() - began < AT_ONCE


def test_a_picture_of_too_many_pixels_is_refused_by_its_header() -> None:
    for width, height in ((10_000, 10_000), (40_000, 1)):
        with pytest.raises(InvalidScreenshot, match="34 megapixels"):
            read_header(black_png(width, height))
    assert read_header(black_png(7680, 4320)).size == Size(7680, 4320)


def test_a_jpeg_of_countless_segments_is_refused_at_once() -> None:
    jpeg = plain_picture(400, 300, "JPEG").data
    data = jpeg[:2] + b"\xff\xfe\x00\x02" * 800_000 + jpeg[2:]
    began = process_time()
    with pytest.raises(InvalidScreenshot, match="damaged"):
        Picture.from_bytes(data)
    assert process_time() - began < AT_ONCE


def test_a_picture_of_as_many_parts_as_encoders_make_is_read() -> None:
    assert read_header(with_chunks(MOST_PARTS // 2, behind=False)).size == Size(400, 300)


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
@pytest.mark.parametrize("turn", range(1, 9))
def test_headers_say_what_pillow_says(name: str, turn: int) -> None:
    image, exif, out = Image.new("RGB", (401, 299), "red"), Image.Exif(), BytesIO()
    exif[0x0112] = turn
    takes_exif = name in {"PNG", "JPEG", "WEBP"}
    image.save(out, name, **({"exif": exif} if takes_exif else {}))
    found = read_header(out.getvalue())
    lies = takes_exif and turn >= 5
    assert found.size == (Size(299, 401) if lies else Size(401, 299))
    assert found.mime_type == f"image/{name.lower()}"
    assert found.turn == (turn if takes_exif else 1)
    assert found.plain == (name != "GIF" and not (takes_exif and turn > 1))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("entries", [1, 4])
def test_how_a_picture_lies_is_read_wherever_it_stands(order: str, entries: int) -> None:
    said = exif(6, order, entries=entries)
    prefixed = b"Exif\0\0" + said
    files = [png_with(said), webp_with(said), webp_with(prefixed), jpeg_with(0xE1, prefixed)]
    assert {read_header(each)[::2] for each in files} == {(Size(30, 40), False)}


@pytest.mark.parametrize(
    "said", [exif(0), exif(9), b"II*\0\xff\xff\xff\x7f", b"", b"??" + exif(6)[2:]]
)
def test_where_that_makes_no_sense_a_picture_is_upright(said: bytes) -> None:
    files = [png_with(said), webp_with(said), jpeg_with(0xE1, b"Exif\0\0" + said)]
    assert {read_header(each)[::2] for each in files} == {(Size(40, 30), True)}
    assert decoded(files[0]).size == (40, 30)


@pytest.mark.parametrize(
    ("kind", "prefix"),
    [(0xE1, b"Other\0"), (0xE2, b"Exif\0\0"), (0xC4, b""), (0xC8, b""), (0xCC, b"")],
)
def test_other_segments_of_a_jpeg_say_nothing_of_it(kind: int, prefix: bytes) -> None:
    found = read_header(jpeg_with(kind, prefix + exif(6)))
    assert found == (Size(40, 30), "image/jpeg", True, 1)


def test_a_jpeg_may_have_filling_before_its_segments() -> None:
    filled = jpeg_with(0xE1, b"Exif\0\0" + exif(6), b"\xff" * 3)
    assert read_header(filled).size == Size(30, 40)


@pytest.mark.parametrize(
    "data", [black_png(0, 5), black_png(5, 0), b"\xff\xd8\xff\xe0\0\4" + bytes(9)]
)
def test_a_picture_without_pixels_is_damaged(data: bytes) -> None:
    with pytest.raises(InvalidScreenshot, match="damaged"):
        read_header(data)


def test_a_bmp_may_be_old_or_upside_down() -> None:
    old = b"BM" + bytes(12) + struct.pack("<IHHHH", 12, 40, 30, 1, 24)
    turned = b"BM" + bytes(12) + struct.pack("<IiiHH", 40, 40, -30, 1, 24)
    assert read_header(old) == read_header(turned) == (Size(40, 30), "image/bmp", True, 1)


@pytest.mark.parametrize("options", [{"lossless": True}, {"lossless": False}, {"alpha": True}])
@pytest.mark.parametrize("size", [Size(123, 77), Size(78, 124)])
def test_every_kind_of_webp_is_read(options: dict[str, bool], size: Size) -> None:
    image = Image.new("RGBA" if "alpha" in options else "RGB", size, (1, 2, 3))
    out = BytesIO()
    image.save(out, "WEBP", lossless=options.get("lossless", False))
    assert read_header(out.getvalue()) == PictureHeader(size, "image/webp", plain=True, turn=1)


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_wherever_a_picture_is_cut_off_it_is_read_or_refused(name: str) -> None:
    data = plain_picture(64, 48, name).data
    for end in range(min(len(data), 400)):
        with suppress(InvalidScreenshot):
            assert read_header(data[:end]).size == Size(64, 48)
