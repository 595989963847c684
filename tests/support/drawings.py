"""Pictures to test with."""

from io import BytesIO
from typing import Any

from PIL import Image

from coasty_mcp.screens import Picture


def encode(image: Image.Image, name: str = "PNG", **options: Any) -> Picture:
    out = BytesIO()
    image.save(out, name, **options)
    return Picture(out.getvalue(), f"image/{name.lower()}")


def plain_picture(width: int, height: int, name: str = "PNG") -> Picture:
    return encode(Image.new("RGB", (width, height), "navy"), name)


def noise_picture(width: int, height: int, name: str = "PNG") -> Picture:
    """Return a picture of noise, which no format can make small."""
    channels = [Image.effect_noise((width, height), 90) for _ in "RGB"]
    return encode(Image.merge("RGB", channels), name)


def pil_image(picture: Picture) -> Image.Image:
    return Image.open(BytesIO(picture.data)).convert("RGB")
