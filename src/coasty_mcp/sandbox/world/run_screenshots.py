"""What the agent of a run saw before each decision: encoded when somebody asks for it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING

from ...api.wire.runs import RunScreenshot
from .computers import Computer

if TYPE_CHECKING:  # it takes long to import
    from PIL.Image import Image

QUALITY = 80


@dataclass
class Frame:
    """One look at the screen; it outlives the machine."""

    draw: Callable[[], Image]
    width: int
    height: int
    index: int
    step: int
    taken_at: str

    @classmethod
    def of(cls, computer: Computer, index: int, step: int, taken_at: str) -> Frame:
        """Return what is on the screen now. A drawn computer is copied, and drawn only if asked.

        Raises:
            CommandError: there is no picture.
        """
        from ..computer import Computer as DrawnComputer

        if isinstance(computer, DrawnComputer):
            draw = computer.copy().picture
        else:
            image = computer.picture()
            draw = lambda: image  # noqa: E731
        return cls(draw, computer.width, computer.height, index, step, taken_at)

    @cached_property
    def picture(self) -> bytes:
        """A JPEG."""
        out = BytesIO()
        self.draw().convert("RGB").save(out, "JPEG", quality=QUALITY)
        return out.getvalue()

    def record(self, *, with_picture: bool) -> RunScreenshot:
        """Draw it: call it in a worker thread."""
        image = {"image_b64": base64.b64encode(self.picture).decode()} if with_picture else {}
        return RunScreenshot.model_validate(
            {
                "index": self.index,
                "attempt": 1,
                "step": self.step,
                "taken_at": self.taken_at,
                "width": self.width,
                "height": self.height,
                "mime_type": "image/jpeg",
                "size_bytes": len(self.picture),
                "sha256": sha256(self.picture).hexdigest(),
                "degraded": False,
                "encrypted_at_rest": True,
                **image,
            }
        )
