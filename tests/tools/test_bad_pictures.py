"""Pictures that no screen ever looked like, through the tools: a right answer, or a sentence."""

import base64
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from mcp import Client
from mcp.types import CallToolResult
from PIL import Image
from PIL.ExifTags import Base

from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.sandbox.world.machines import Machine
from coasty_mcp.screens import Picture, ScreenshotHandle, Size
from coasty_mcp.screens.decoding import resized
from support.drawings import encode, noise_picture, pil_image, plain_picture
from support.mcp_client import bodies, error, picture, recorded, seated, structured, text

Way = Literal["file", "base64", "data URI"]

WHOLE = plain_picture(640, 480)
DAMAGED = "The picture is damaged or cut off."
NO_PICTURE = "This is not a PNG, JPEG, WebP, GIF or BMP picture."
TOO_SMALL = "A picture of 1x1 would be sent as 1x1; the API needs 320x240."


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Only files of the working directory may be read."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(params=["file", "base64", "data URI"])
def way(request: pytest.FixtureRequest) -> Way:
    return request.param


async def ground(model: Client, data: bytes, way: Way, folder: Path) -> CallToolResult:
    encode = base64.b64encode(data).decode()
    source: dict[str, Any] = {"screenshot": encode}
    if way == "data URI":
        source = {"screenshot": f"data:image/png;base64,{encode}"}
    elif way == "file":
        file = folder / "screen.png"
        file.write_bytes(data)
        source = {"screenshot_path": str(file)}
    return await model.call_tool("coasty_ground", {"element": "Browser icon", **source})


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
    "text": (b"<html>Not a picture</html>", NO_PICTURE),
    "PDF": (b"%PDF-1.7\n", NO_PICTURE),
    "TIFF": (encode(Image.new("RGB", (640, 480)), "TIFF").data, NO_PICTURE),
    "the first bytes of a PNG": (WHOLE.data[:20], DAMAGED),
    "a PNG cut in its pixels": (noise_picture(1600, 900).data[:9000], DAMAGED),
    "a JPEG cut in its pixels": (noise_picture(1600, 900, "JPEG").data[:9000], DAMAGED),
    "a WebP cut in its pixels": (noise_picture(1600, 900, "WEBP").data[:9000], DAMAGED),
    "1x1": (plain_picture(1, 1).data, TOO_SMALL),
    "20000x20000 in 2 kB": (bomb(20_000, 20_000), "A picture may have 34 megapixels"),
    "5000x5000 whose pixels end early": (bomb(5000, 5000), DAMAGED),
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


def on_its_side(screen: Image.Image) -> Picture:
    """A photograph: stored lying, with a note of how to turn it."""
    exif = Image.Exif()
    exif[Base.Orientation] = 6
    return encode(screen.transpose(Image.Transpose.ROTATE_90), "JPEG", exif=exif)


def animated(name: str) -> Callable[[Image.Image], Picture]:
    others = [Image.new("RGB", SCREEN, colour) for colour in ("red", "green")]
    return lambda screen: encode(screen, name, save_all=True, append_images=others)


def palette(screen: Image.Image) -> Picture:
    return encode(screen.quantize(255), transparency=255)


def sixteen_bits(screen: Image.Image) -> Picture:
    data = bytearray(2 * screen.width * screen.height)
    data[1::2] = screen.convert("L").tobytes()
    return encode(Image.frombytes("I;16", screen.size, data))


def in_mode(mode: str, name: str = "PNG") -> Callable[[Image.Image], Picture]:
    return lambda screen: encode(screen.convert(mode), name)


SCREEN, SENT = Size(1920, 1080), Size(1280, 720)
TAKEN: dict[str, Callable[[Image.Image], Picture]] = {
    "an animated GIF": animated("GIF"),
    "an animated PNG": animated("PNG"),
    "an animated WebP": animated("WEBP"),
    "a JPEG on its side": on_its_side,
    "CMYK": in_mode("CMYK", "JPEG"),
    "16 bits": sixteen_bits,
    "a palette with transparency": palette,
    "transparency": in_mode("RGBA"),
    "grey with transparency": in_mode("LA"),
    "BMP": in_mode("RGB", "BMP"),
    "WebP": in_mode("RGB", "WEBP"),
}


async def look(model: Client, machine: Machine) -> Image.Image:
    screenshot = {"machine_id": machine.id}
    shown = await model.call_tool("coasty_take_machine_screenshot", screenshot)
    return resized(pil_image(picture(shown)), SCREEN)


@pytest.mark.parametrize("taken", TAKEN)
async def test_what_can_be_seen_is_taken_and_the_right_place_found(
    world: World, machine: Machine, tmp_path: Path, taken: str
) -> None:
    async with seated(world=world) as model:
        screen = await look(model, machine)
        expected = structured(await ground(model, encode(screen).data, "file", tmp_path))
        found = structured(await ground(model, TAKEN[taken](screen).data, "file", tmp_path))
    assert ScreenshotHandle.parse(found["screenshot_id"]).true == SCREEN
    assert (found["x"], found["y"]) == (expected["x"], expected["y"])


@pytest.mark.parametrize("taken", TAKEN)
async def test_it_is_sent_upright_and_as_a_kind_that_the_api_takes(
    world: World, machine: Machine, tmp_path: Path, taken: str
) -> None:
    http = sandbox_client(world)
    sent = recorded(http)
    async with seated(http=http) as model:
        screen = await look(model, machine)
        await ground(model, TAKEN[taken](screen).data, "base64", tmp_path)
    [body] = bodies(sent, "ground")
    assert (body["screen_width"], body["screen_height"]) == SENT
    read = Picture.from_base64(body["screenshot"])
    assert read.mime_type in {"image/png", "image/jpeg", "image/webp"}
    assert read.plain
    assert pil_image(read).size == SENT
