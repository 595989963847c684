"""Common emoji in one colour: `EMOJI` has the glyph of each."""

from collections.abc import Callable, Iterable
from math import cos, pi, sin

from .glyph_painter import Glyph, GlyphPainter, Paint

WIDTH = 1.1


def _star(radius: float = 0.5) -> tuple[float, ...]:
    corners = (
        (0.55 + r * sin(k * pi / 5), 0.33 + r * cos(k * pi / 5))
        for k in range(10)
        for r in [radius if k % 2 == 0 else radius * 0.42]
    )
    return tuple(number for corner in corners for number in corner)


def _heart(painter: GlyphPainter) -> None:
    painter.disc(0.35, 0.5, 0.23)
    painter.disc(0.75, 0.5, 0.23)
    painter.shape(0.14, 0.42, 0.96, 0.42, 0.55, -0.1)


def _face(mouth: str, eyes: str = "dots") -> Glyph:
    """Return a face: a ring with eyes and a mouth."""

    def paint(painter: GlyphPainter) -> None:
        painter.ring(0.55, 0.33, 0.46)
        for side in (-0.17, 0.17):
            EYES[eyes](painter, 0.55 + side, 0.43)
        MOUTHS[mouth](painter)

    return WIDTH, paint


EYES: dict[str, Callable[[GlyphPainter, float, float], None]] = {
    "dots": lambda p, x, y: p.disc(x, y, 0.06),
    "smiling": lambda p, x, y: p.arc(x, y - 0.02, 0.09, 180, 360),
    "hearts": lambda p, x, y: p.shape(x - 0.11, y + 0.06, x, y - 0.1, x + 0.11, y + 0.06, x, y),
    "glasses": lambda p, x, y: p.shape(
        x - 0.16, y + 0.08, x + 0.16, y + 0.08, x + 0.1, y - 0.1, x - 0.1, y - 0.1
    ),
    "wink": lambda p, x, y: p.disc(x, y, 0.06) if x < 0.55 else p.line(x - 0.09, y, x + 0.09, y),
    "crying": lambda p, x, y: (p.arc(x, y - 0.02, 0.09, 180, 360), p.disc(x, y - 0.2, 0.07))[0],
    "angry": lambda p, x, y: p.line(
        x + (0.1 if x > 0.55 else -0.1), y + 0.09, x + (-0.08 if x > 0.55 else 0.08), y - 0.02
    ),
}
MOUTHS: dict[str, Paint] = {
    "smile": lambda p: p.arc(0.55, 0.3, 0.25, 20, 160),
    "laugh": lambda p: p.shape(0.28, 0.26, 0.82, 0.26, 0.72, 0.06, 0.55, 0, 0.38, 0.06),
    "sad": lambda p: p.arc(0.55, 0.0, 0.2, 200, 340),
    "flat": lambda p: p.line(0.38, 0.13, 0.72, 0.13),
    "open": lambda p: p.disc(0.55, 0.1, 0.11),
}


def _thumb(up: float) -> Glyph:
    """Return a thumb up, or down for -1."""

    def paint(painter: GlyphPainter) -> None:
        def at(*points: float) -> tuple[float, ...]:
            return tuple(0.33 + up * (n - 0.33) if i % 2 else n for i, n in enumerate(points))

        painter.shape(*at(0.1, 0.38, 0.28, 0.38, 0.28, -0.08, 0.1, -0.08))
        painter.shape(
            *at(0.33, 0.36, 0.52, 0.6, 0.54, 0.8, 0.66, 0.78, 0.7, 0.6, 0.64, 0.42),
            *at(0.98, 0.42, 0.92, -0.08, 0.33, -0.08),
        )

    return WIDTH, paint


def _rocket(painter: GlyphPainter) -> None:
    painter.shape(0.95, 0.8, 0.6, 0.72, 0.3, 0.36, 0.5, 0.14, 0.85, 0.44)
    painter.shape(0.36, 0.5, 0.12, 0.4, 0.3, 0.3)
    painter.shape(0.68, 0.24, 0.58, 0.0, 0.5, 0.18)
    painter.line(0.3, 0.2, 0.12, 0.0)
    painter.disc(0.68, 0.55, 0.08, ink=0)


FLAME_LEFT = (0.32, -0.04, 0.2, 0.26, 0.36, 0.5)


def _flame(painter: GlyphPainter) -> None:
    painter.shape(
        0.5,
        0.85,
        0.66,
        0.55,
        0.78,
        0.66,
        0.92,
        0.28,
        0.78,
        -0.04,
        0.32,
        -0.04,
        0.2,
        0.26,
        0.36,
        0.5,
    )
    painter.shape(0.56, 0.36, 0.7, 0.12, 0.62, 0, 0.46, 0, 0.4, 0.14, ink=0)


def _framed(*marks: tuple[float, ...]) -> Paint:
    """Return a filled square with lines left out of it."""

    def paint(painter: GlyphPainter) -> None:
        painter.shape(0.1, -0.1, 1, -0.1, 1, 0.78, 0.1, 0.78)
        for mark in marks:
            painter.line(*mark, width=0.1, ink=0)

    return paint


def _warning(painter: GlyphPainter) -> None:
    painter.shape(0.55, 0.82, 1.02, -0.08, 0.08, -0.08)
    painter.line(0.55, 0.55, 0.55, 0.22, width=0.09, ink=0)
    painter.disc(0.55, 0.06, 0.055, ink=0)


def _party(painter: GlyphPainter) -> None:
    painter.shape(0.1, -0.1, 0.32, 0.5, 0.66, 0.16)
    for x, y in ((0.5, 0.75), (0.75, 0.55), (0.9, 0.3), (0.95, 0.75), (0.68, 0.84)):
        painter.disc(x, y, 0.06)
    painter.arc(0.62, 0.6, 0.2, 90, 200)


def _bulb(painter: GlyphPainter) -> None:
    painter.disc(0.55, 0.5, 0.3)
    painter.shape(0.42, 0.3, 0.68, 0.3, 0.66, 0.12, 0.44, 0.12)
    painter.line(0.44, 0.03, 0.66, 0.03)
    painter.line(0.48, -0.07, 0.62, -0.07)


def _envelope(painter: GlyphPainter) -> None:
    painter.line(0.08, 0, 1.02, 0, 1.02, 0.66, 0.08, 0.66, 0.08, 0, width=0.06)
    painter.line(0.08, 0.64, 0.55, 0.26, 1.02, 0.64, width=0.06)


def _lock(painter: GlyphPainter) -> None:
    painter.shape(0.2, -0.08, 0.9, -0.08, 0.9, 0.4, 0.2, 0.4)
    painter.arc(0.55, 0.5, 0.25, 180, 360)
    painter.line(0.33, 0.5, 0.33, 0.38)
    painter.line(0.77, 0.5, 0.77, 0.38)


def _glass(painter: GlyphPainter) -> None:
    painter.ring(0.45, 0.45, 0.32, 0.08)
    painter.line(0.66, 0.22, 0.98, -0.1, width=0.11)


def _sun(painter: GlyphPainter) -> None:
    painter.disc(0.55, 0.33, 0.22)
    for k in range(8):
        x, y = sin(k * pi / 4), cos(k * pi / 4)
        painter.line(0.55 + 0.32 * x, 0.33 + 0.32 * y, 0.55 + 0.46 * x, 0.33 + 0.46 * y)


def _clock(painter: GlyphPainter) -> None:
    painter.ring(0.55, 0.33, 0.44, 0.07)
    painter.line(0.55, 0.6, 0.55, 0.33, 0.75, 0.22)


def _calendar(painter: GlyphPainter) -> None:
    painter.line(0.12, -0.08, 0.98, -0.08, 0.98, 0.7, 0.12, 0.7, 0.12, -0.08, width=0.06)
    painter.shape(0.12, 0.5, 0.98, 0.5, 0.98, 0.75, 0.12, 0.75)
    for x in (0.34, 0.55, 0.76):
        for y in (0.12, 0.32):
            painter.disc(x, y, 0.05)


def _folder(painter: GlyphPainter) -> None:
    painter.shape(0.08, -0.05, 1.02, -0.05, 1.02, 0.6, 0.5, 0.6, 0.42, 0.72, 0.08, 0.72)


def _page(painter: GlyphPainter) -> None:
    painter.line(0.22, -0.1, 0.88, -0.1, 0.88, 0.8, 0.22, 0.8, 0.22, -0.1, width=0.06)
    for y in (0.15, 0.35, 0.55):
        painter.line(0.36, y, 0.74, y, width=0.05)


def _hand(painter: GlyphPainter) -> None:
    painter.shape(0.25, 0.35, 0.85, 0.35, 0.8, -0.02, 0.65, -0.12, 0.42, -0.12, 0.3, 0)
    for x, y in ((0.32, 0.7), (0.47, 0.8), (0.62, 0.8), (0.77, 0.7)):
        painter.line(x, 0.3, x, y, width=0.11)
    painter.line(0.3, 0.12, 0.1, 0.36, width=0.11)


def _globe(painter: GlyphPainter) -> None:
    painter.ring(0.55, 0.33, 0.44)
    painter.line(0.11, 0.33, 0.99, 0.33, width=0.05)
    painter.line(0.55, 0.77, 0.55, -0.11, width=0.05)
    painter.arc(0.15, 0.33, 0.55, 310, 50)
    painter.arc(0.95, 0.33, 0.55, 130, 230)


def _house(painter: GlyphPainter) -> None:
    painter.shape(0.55, 0.82, 1.04, 0.36, 0.06, 0.36)
    painter.shape(0.2, 0.36, 0.9, 0.36, 0.9, -0.1, 0.2, -0.1)
    painter.shape(0.46, 0.2, 0.64, 0.2, 0.64, -0.1, 0.46, -0.1, ink=0)


def _cup(painter: GlyphPainter) -> None:
    painter.shape(0.15, 0.45, 0.8, 0.45, 0.72, -0.08, 0.23, -0.08)
    painter.arc(0.8, 0.24, 0.15, 270, 90)
    painter.line(0.36, 0.58, 0.36, 0.78)
    painter.line(0.58, 0.58, 0.58, 0.78)


def _same(names: Iterable[str], glyph: Glyph) -> dict[str, Glyph]:
    return dict.fromkeys(names, glyph)


_BOXED_CHECK = _framed((0.28, 0.34, 0.48, 0.14, 0.84, 0.58))

EMOJI: dict[str, Glyph] = {
    **_same("✅☑", (WIDTH, _BOXED_CHECK)),
    **_same("★⭐🌟", (WIDTH, lambda p: p.shape(*_star()))),
    "☆": (WIDTH, lambda p: p.line(*_star(), *_star()[:2], width=0.05)),
    **_same("♥❤💙💚💛💜🧡🖤💕💖", (WIDTH, _heart)),
    **_same("😀😃😄😁😂🤣😆😅", _face("laugh", "smiling")),
    **_same("☺🙂😊😇🤗", _face("smile")),
    **_same("😉😜", _face("smile", "wink")),
    **_same("😍🥰😘", _face("smile", "hearts")),
    "😎": _face("smile", "glasses"),
    **_same("😐😑🤔😬🙄", _face("flat")),
    **_same("☹🙁😞😟😔", _face("sad")),
    **_same("😢😭", _face("sad", "crying")),
    **_same("😠😡🤬", _face("sad", "angry")),
    **_same("😮😱😲🤯", _face("open")),
    **_same("👍", _thumb(1)),
    **_same("👎", _thumb(-1)),
    **_same("👋✋🙌👏🙏🖐", (WIDTH, _hand)),
    "🚀": (WIDTH, _rocket),
    "🔥": (WIDTH, _flame),
    "⚠": (WIDTH, _warning),
    **_same("🎉🎊", (WIDTH, _party)),
    "💡": (WIDTH, _bulb),
    **_same("✉📧📨📩💌", (WIDTH, _envelope)),
    **_same("🔒🔐🔓", (WIDTH, _lock)),
    **_same("🔍🔎", (WIDTH, _glass)),
    **_same("☀🌞", (WIDTH, _sun)),
    **_same("⏰⏱🕐⌚", (WIDTH, _clock)),
    **_same("📅📆🗓", (WIDTH, _calendar)),
    **_same("📁📂🗂", (WIDTH, _folder)),
    **_same("📄📃📝📋", (WIDTH, _page)),
    **_same("🌍🌎🌏🌐", (WIDTH, _globe)),
    **_same("🏠🏡", (WIDTH, _house)),
    "☕": (WIDTH, _cup),
}
