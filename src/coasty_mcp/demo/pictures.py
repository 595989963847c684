"""The pictures that the demo saves in a folder."""

from collections.abc import Generator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageChops

from ..screens import Picture
from .tool_client import DemoFailed

FOLDER = Path("coasty-demo")
JPEG_NOISE = 16
"""Of 255: differences up to this come from JPEG alone."""


@contextmanager
def writing(path: Path) -> Generator[None]:
    """Turn an OSError into `DemoFailed` with the path in it."""
    try:
        yield
    except OSError as error:
        raise DemoFailed(f"{path} cannot be written: {error.strerror}.") from error


def make_folder() -> None:
    """Make the folder, unless it is there from an earlier demo."""
    with writing(FOLDER):
        FOLDER.mkdir(exist_ok=True)


def save_picture(picture: Picture, name: str) -> Path:
    """Save a picture in place of the one of an earlier demo, and return its path."""
    file = (FOLDER / name).with_suffix(picture.extension)
    with writing(file):
        file.write_bytes(picture.data)
    return file


def changed_share(before: Picture, after: Picture) -> float:
    """Return the share of pixels that differ, from 0 to 1."""
    first, second = (Image.open(BytesIO(each.data)).convert("L") for each in (before, after))
    histogram = ImageChops.difference(first, second).histogram()
    return sum(histogram[JPEG_NOISE:]) / sum(histogram)
