"""A canvas that the desktop is painted on, and that records what can be pointed at.

One pass of painting gives both, so the picture and the mouse never disagree. Without an image,
only the hit regions are recorded.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Literal

from PIL import Image, ImageDraw

from ...scene import Box, Element, Role
from . import glyph_painter, text_layout, text_masks
from .icons import Icon, draw_icon
from .rect import Rect
from .shapes import rounded
from .text_layout import Face
from .theme import INK

Align = Literal["left", "center"]


@dataclass(frozen=True)
class Click:
    """A mouse click, in units of the canvas that the region was painted on."""

    x: float
    y: float
    count: int = 1
    """2 for the second click of a double click, and so on."""
    modifiers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class HitRegion:
    """An area of the screen that reacts to the mouse, or has a label."""

    area: Rect
    """The visible part of it, in units of the screen."""
    element: Element | None = None
    origin: tuple[float, float] = (0, 0)
    window_id: str = ""
    selector: str = ""
    """The selector that finds it in the browser's page."""
    opaque: bool = False
    """Whether it hides what was painted before."""
    click: Callable[[Click], object] | None = None
    drag: Callable[[Click, Click], object] | None = None
    scroll: Callable[[float], object] | None = None
    """Scrolls by so many units, downwards when positive."""

    def local(self, click: Click) -> Click:
        return replace(click, x=click.x - self.origin[0], y=click.y - self.origin[1])


@dataclass
class Canvas:
    """A canvas, or a part of one. Coordinates are in units, from its own top left corner."""

    width: float
    height: float
    scale: float
    """Pixels per unit."""
    clip: Rect
    """The visible part of it, in units of the screen."""
    image: Image.Image | None = None
    origin: tuple[float, float] = (0, 0)
    window_id: str = ""
    window: str = ""
    regions: list[HitRegion] = field(default_factory=list[HitRegion])

    @property
    def area(self) -> Rect:
        return Rect(0, 0, self.width, self.height)

    @contextmanager
    def inside(self, rect: Rect) -> Generator["Canvas"]:
        """Yield a canvas over a part of this one; what does not fit is cut off."""
        box = self._pixels(rect)
        x, y = self.origin[0] + rect.x, self.origin[1] + rect.y
        part = replace(
            self,
            width=rect.width,
            height=rect.height,
            image=self.image and self.image.crop(box),
            origin=(x, y),
            clip=self.clip.intersection(Rect(x, y, rect.width, rect.height)),
        )
        yield part
        if self.image and part.image:
            self.image.paste(part.image, box[:2])

    def fill(self, rect: Rect, colour: str, radius: float = 0, opacity: float = 1) -> None:
        if self.image:
            left, top, right, bottom = self._pixels(rect)
            size = max(0, right - left), max(0, bottom - top)
            box = (left, top, left + size[0], top + size[1])
            if radius or opacity < 1:
                mask = rounded(size, round(radius * self.scale), round(opacity * 255))
                self.image.paste(colour, box, mask)
            else:
                self.image.paste(colour, box)

    def outline(self, rect: Rect, colour: str, radius: float = 0) -> None:
        """Draw the outline of a rectangle; its colour may be translucent: `#rrggbbaa`."""
        if self.image:
            left, top, right, bottom = self._pixels(rect)
            ImageDraw.Draw(self.image, "RGBA").rounded_rectangle(
                (left, top, right - 1, bottom - 1),
                radius * self.scale,
                None,
                colour,
                self._line_width,
            )

    def text(
        self,
        rect: Rect,
        text: str,
        size: float = 14,
        colour: str = INK,
        face: Face = "plain",
        align: Align = "left",
    ) -> None:
        """Draw one line of text, halfway down the rectangle, cut off where it would leave it."""
        if not self.image:
            return
        text = text_layout.cut(text, rect.width, size, face)
        spare = rect.width - text_layout.width(text, size, face) if align == "center" else 0
        x, y = rect.x + spare / 2, rect.y + (rect.height - size * glyph_painter.LINE) / 2
        where = round(x * self.scale), round(y * self.scale)
        self.image.paste(colour, where, text_masks.mask(text, size * self.scale, face))

    def icon(self, name: Icon, rect: Rect, colour: str = INK) -> None:
        if self.image:
            left, top, right, _ = self._pixels(rect)
            drawn = draw_icon(name, right - left, colour)
            self.image.paste(drawn, (left, top), drawn)

    def add_region(
        self,
        rect: Rect,
        role: Role | None = None,
        label: str = "",
        value: str = "",
        *,
        focused: bool = False,
        selector: str = "",
        opaque: bool = False,
        click: Callable[[Click], object] | None = None,
        drag: Callable[[Click, Click], object] | None = None,
        scroll: Callable[[float], object] | None = None,
    ) -> None:
        """Record a hit region; with a role it becomes an element of the scene as well."""
        area = rect.moved(*self.origin).intersection(self.clip)
        if area.width and area.height:
            named = role and Element(role, label, self._box(area), value, focused, self.window)
            self.regions.append(
                HitRegion(
                    area,
                    named,
                    self.origin,
                    self.window_id,
                    selector,
                    opaque,
                    click,
                    drag,
                    scroll,
                )
            )

    @property
    def _line_width(self) -> int:
        return max(1, round(self.scale))

    def _pixels(self, rect: Rect) -> tuple[int, int, int, int]:
        edges = (rect.x, rect.y, rect.right, rect.bottom)
        left, top, right, bottom = (round(edge * self.scale) for edge in edges)
        return left, top, right, bottom

    def _box(self, area: Rect) -> Box:
        return Box(*self._pixels(area))
