"""The pictures that the demo leaves behind."""

from collections.abc import Generator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageChops

from ..screens import Picture
from .host import DemoFailed

FOLDER = Path("coasty-demo")
NOISE = 16  # of 255: what JPEG alone changes


@contextmanager
def writing(place: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise DemoFailed(f"{place} cannot be written: {error.strerror}.") from error


def prepare() -> None:
    with writing(FOLDER):
        FOLDER.mkdir(exist_ok=True)


def keep(picture: Picture, name: str) -> Path:
    """Over the one of an earlier demo."""
    file = (FOLDER / name).with_suffix(picture.extension)
    with writing(file):
        file.write_bytes(picture.data)
    return file


def changed(before: Picture, after: Picture) -> float:
    """How much of the picture is another now, from 0 to 1."""
    first, second = (Image.open(BytesIO(each.data)).convert("L") for each in (before, after))
    histogram = ImageChops.difference(first, second).histogram()
    return sum(histogram[NOISE:]) / sum(histogram)
