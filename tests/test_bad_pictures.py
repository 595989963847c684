"""Pictures that no screen ever looked like, through the tools: a right answer, or a sentence."""

import base64
import struct
import zlib
from pathlib import Path
from typing import Any, Literal

import pytest
from mcp import Client
from mcp.types import CallToolResult
from PIL import Image
from PIL.ExifTags import Base

from chair import bodies, error, recorded, seated, structured, text
from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.screens import Handle, Picture
from drawings import encoded, noise, plain, seen

Way = Literal["file", "base64", "data URI"]

WHOLE = plain(640, 480)
DAMAGED = "The picture is damaged or cut off."
NO_PICTURE = "This is not a PNG, JPEG, WebP, GIF or BMP picture."
TOO_SMALL = "A picture of 1x1 would be sent as 1x1; the API needs 320x240."


@pytest.fixture(params=["file", "base64", "data URI"])
def way(request: pytest.FixtureRequest) -> Way:
    return request.param


async def ground(model: Client, data: bytes, way: Way, folder: Path) -> CallToolResult:
    encoded = base64.b64encode(data).decode()
    source: dict[str, Any] = {"screenshot": encoded}
    if way == "data URI":
        source = {"screenshot": f"data:image/png;base64,{encoded}"}
    elif way == "file":
        file = folder / "screen.png"
        file.write_bytes(data)
        source = {"screenshot_path": str(file)}
    return await model.call_tool("coasty_ground", {"element": "the button", **source})


def chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


def bomb(width: int, height: int) -> bytes:
    """A black PNG of that size in a few bytes; its pixels end early."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(1_000_000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


REFUSED = {
    "nothing": (b"", NO_PICTURE),
    "text": (b"<html>Not a picture</html>", NO_PICTURE),
    "PDF": (b"%PDF-1.7\n", NO_PICTURE),
    "TIFF": (encoded(Image.new("RGB", (640, 480)), "TIFF").data, NO_PICTURE),
    "the first bytes of a PNG": (WHOLE.data[:20], NO_PICTURE),
    "a PNG cut in its pixels": (noise(640, 480).data[:9000], DAMAGED),
    "a JPEG cut in its pixels": (noise(1600, 900, "JPEG").data[:9000], DAMAGED),
    "a WebP cut in its pixels": (noise(1600, 900, "WEBP").data[:9000], DAMAGED),
    "1x1": (plain(1, 1).data, TOO_SMALL),
    "20000x20000 in 2 kB": (bomb(20_000, 20_000), "A picture may have 100 megapixels"),
    "9000x9000 whose pixels end early": (bomb(9000, 9000), DAMAGED),
}


@pytest.mark.parametrize("refused", REFUSED)
async def test_what_is_no_good_picture_is_refused_in_a_sentence(
    world: World, way: Way, tmp_path: Path, refused: str
) -> None:
    data, reason = REFUSED[refused]
    async with seated(world=world) as model:
        answer = await ground(model, data, way, tmp_path)
    assert text(answer).startswith(reason)
    assert error(answer)["code"] in {"INVALID_SCREENSHOT", "VALIDATION_ERROR"}
    assert error(answer)["suggestion"]


def lying() -> Picture:
    """A phone's photograph: stored on its side, with a note of how to turn it."""
    exif = Image.Exif()
    exif[Base.Orientation] = 6
    return encoded(Image.new("RGB", (480, 640), "navy"), "JPEG", exif=exif)


def palette() -> Picture:
    image = Image.new("P", (640, 480))
    image.putpalette([0, 0, 128, 255, 255, 255])
    return encoded(image, transparency=0)


def animated(name: str) -> Picture:
    first, *others = [Image.new("RGB", (640, 480), colour) for colour in ("navy", "red", "green")]
    return encoded(first, name, save_all=True, append_images=others)


TAKEN = {
    "an animated GIF": animated("GIF"),
    "an animated PNG": animated("PNG"),
    "an animated WebP": animated("WEBP"),
    "a JPEG on its side": lying(),
    "CMYK": encoded(Image.new("CMYK", (640, 480)), "JPEG"),
    "16 bits": encoded(Image.new("I;16", (640, 480))),
    "a palette with transparency": palette(),
    "transparency": encoded(Image.new("RGBA", (640, 480), (0, 0, 0, 0))),
    "black and white": encoded(Image.new("1", (640, 480))),
    "grey with transparency": encoded(Image.new("LA", (640, 480))),
    "BMP": plain(640, 480, "BMP"),
    "a WebP": plain(640, 480, "WEBP"),
}


@pytest.mark.parametrize("taken", TAKEN)
async def test_what_can_be_seen_is_taken(
    world: World, way: Way, tmp_path: Path, taken: str
) -> None:
    async with seated(world=world) as model:
        answer = await ground(model, TAKEN[taken].data, way, tmp_path)
    found = structured(answer)
    handle = Handle.parse(found["screenshot_id"])
    assert (handle.true.width, handle.true.height) == (640, 480)
    assert handle.true.holds(found["x"], found["y"])


@pytest.mark.parametrize("taken", TAKEN)
async def test_it_is_sent_upright_and_as_a_kind_that_the_api_takes(
    world: World, tmp_path: Path, taken: str
) -> None:
    http = sandbox_client(world)
    sent = recorded(http)
    async with seated(http=http) as model:
        await ground(model, TAKEN[taken].data, "base64", tmp_path)
    [body] = bodies(sent, "ground")
    assert (body["screen_width"], body["screen_height"]) == (640, 480)
    picture = Picture.decode(body["screenshot"])
    assert picture.mime_type in {"image/png", "image/jpeg", "image/webp"}
    assert picture.plain
    assert seen(picture).size == (640, 480)
