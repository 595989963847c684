"""PNG that is made quickly is the very picture."""

from io import BytesIO

import pytest
from PIL import Image

from coasty_mcp.screens import Picture
from coasty_mcp.screens.quick_png import quick_png
from support.drawings import noise_picture, pil_image


@pytest.mark.parametrize("size", [(1, 1), (640, 360), (33, 47)])
def test_every_pixel_is_as_it_was(size: tuple[int, int]) -> None:
    image = pil_image(noise_picture(*size)).convert("RGB")
    made = quick_png(image)
    assert Picture.from_bytes(made).size == size
    assert Image.open(BytesIO(made)).tobytes() == image.tobytes()
