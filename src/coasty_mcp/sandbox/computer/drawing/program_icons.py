"""The icons of programs, folders and files."""

from .icon_painter import IconPainter


def browser(painter: IconPainter) -> None:
    painter.ring(1, 1, 31, 31, colour="#ffffff", fill="#2f7de1")
    painter.ring(10, 1, 22, 31, colour="#d7e8ff")
    for y in (10, 16, 22):
        painter.line(3, y, 29, y, colour="#d7e8ff", width=2)


def folder(painter: IconPainter) -> None:
    painter.box(2, 5, 15, 14, colour="#d99a26")
    painter.box(2, 8, 30, 27, colour="#e9ad36")
    painter.box(2, 12, 30, 27, colour="#f7c95c")


def page(painter: IconPainter) -> None:
    painter.shape(6, 2, 20, 2, 26, 8, 26, 30, 6, 30, colour="#ffffff", line="#9aa7b5")
    painter.shape(20, 2, 26, 8, 20, 8, colour="#9aa7b5")
    for y in (13, 18, 23):
        painter.line(10, y, 22, y, colour="#7b8a9a", width=2)


def text_editor(painter: IconPainter) -> None:
    page(painter)
    painter.line(15, 25, 28, 10, colour="#e2703a", width=4)
    painter.shape(12, 28, 14, 23, 17, 26, colour="#3b3b3b")


def terminal(painter: IconPainter) -> None:
    painter.box(1, 4, 31, 28, colour="#d0d7df", radius=3)
    painter.box(2, 5, 30, 27, colour="#1a1f27", radius=2)
    painter.line(7, 11, 13, 16, 7, 21, colour="#7ee0a1", width=3)
    painter.line(15, 22, 23, 22, colour="#7ee0a1", width=3)
