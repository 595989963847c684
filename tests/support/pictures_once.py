"""Pictures encoded and made smaller once: nearly all tests look at the same few desktops.

Both depend on nothing but what they are given, and a picture is never changed.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import IO, Any

import pytest
from PIL import Image

from coasty_mcp.screens import fitting

MOST = 256
"""Pictures that are kept: some 100 kB each, as PNG."""
SHOWN = "RGB", {"compress_level": 1}
"""How the sandbox encodes a desktop; what is encoded otherwise is encoded each time."""

Save = Callable[[Image.Image, IO[bytes], str], None]


class PngOnce:
    """Pillow's encoder of PNG, which remembers the desktops by a hash of their pixels."""

    def __init__(self, save: Save) -> None:
        self._save = save
        self._encoded: dict[Any, bytes] = {}

    def __call__(self, image: Image.Image, file: IO[bytes], name: str) -> None:
        if (image.mode, image.encoderinfo) != SHOWN or image.info:
            self._save(image, file, name)
            return
        key = image.size, hash(image.tobytes())
        if key not in self._encoded:
            start = file.tell()
            self._save(image, file, name)
            file.seek(start)
            self._encoded[key] = file.read()
            return
        file.write(self._encoded[key])


def share_pictures(patch: pytest.MonkeyPatch) -> None:
    """Let all tests of this process share encoded and fitted pictures."""
    Image.preinit()
    patch.setitem(Image.SAVE, "PNG", PngOnce(Image.SAVE["PNG"]))
    patch.setattr(fitting, "refitted", lru_cache(MOST)(fitting.refitted))
