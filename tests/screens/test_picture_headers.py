"""Headers are read in bounded time, whatever they hold, and as Pillow reads them."""

from contextlib import suppress
from io import BytesIO
from time import process_time

import pytest
from PIL import Image

from coasty_mcp.api.errors import InvalidScreenshot
from coasty_mcp.screens import Picture, Size
from coasty_mcp.screens.picture_header import MOST_PARTS, read_header
from support.attacking_pictures import with_chunks
from support.drawings import plain_picture

AT_ONCE = 0.05
"""Seconds that other callers may have to wait."""


@pytest.mark.parametrize("behind", [False, True])
def test_a_picture_of_countless_parts_is_refused_at_once(*, behind: bool) -> None:
    data = with_chunks(800_000, behind=behind)
    began = process_time()
    with pytest.raises(InvalidScreenshot, match="damaged"):
        Picture.from_bytes(data)
    assert process_time() - began < AT_ONCE


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


@pytest.mark.parametrize("options", [{"lossless": True}, {"lossless": False}, {"alpha": True}])
def test_every_kind_of_webp_is_read(options: dict[str, bool]) -> None:
    image = Image.new("RGBA" if options.pop("alpha", False) else "RGB", (123, 77), (1, 2, 3))
    out = BytesIO()
    image.save(out, "WEBP", **options)
    assert read_header(out.getvalue()).size == Size(123, 77)


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_wherever_a_picture_is_cut_off_it_is_read_or_refused(name: str) -> None:
    data = plain_picture(64, 48, name).data
    for end in range(min(len(data), 400)):
        with suppress(InvalidScreenshot):
            assert read_header(data[:end]).size == Size(64, 48)
