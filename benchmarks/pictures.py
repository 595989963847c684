"""Screens to measure with."""

from io import BytesIO

from PIL import Image


def screen(width: int, height: int) -> bytes:
    """A PNG with a bit of noise: as large a file as a real desktop."""
    image = Image.new("RGB", (width, height), "navy")
    noise = Image.effect_noise((width // 4, height // 4), 90).convert("RGB")
    image.paste(noise, (width // 4, height // 4))
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
