"""Painting a page: its nodes one below the other, and what a click on each does."""

from collections.abc import Callable, Iterator

from ..drawing import glyph_painter, text_layout
from ..drawing.canvas import Canvas
from ..drawing.rect import Rect
from ..drawing.theme import ACCENT, DANGER, INK, PAPER
from ..drawing.widgets import button, checkbox, choice, field, ring, scrollbar
from .page import Node, Page
from .page_element import PageElement

Use = Callable[[Node, str], object]

COLUMN = 620
MARGIN = 24
LABEL = 20
SCROLLBAR = 12
SIZES = {"h1": 24, "h2": 17}
HEIGHTS = {
    "a": 24,
    "input": LABEL + 30,
    "textarea": LABEL + 78,
    "fieldset": LABEL + 24,
    "button": 34,
}
GAP = 10


def paint_page(canvas: Canvas, page: Page, use: Use, *, active: bool) -> None:
    canvas.fill(canvas.area, PAPER)
    placed = list(_flow(page, min(COLUMN, canvas.width - 2 * MARGIN - SCROLLBAR)))
    left = (canvas.width - SCROLLBAR - placed[0][1].width) / 2
    limit = max(0, placed[-1][1].bottom + MARGIN - canvas.height)
    top = _top(page, placed, canvas.height, limit)

    def go(wanted: float) -> None:
        page.scroll, page.reveal = max(0, min(wanted, limit)), False

    canvas.add_region(
        canvas.area, click=lambda _: page.focus_on(None), scroll=lambda units: go(top + units)
    )
    for node, rect in placed:
        seen = rect.moved(left, -top)
        if seen.bottom > 0 and seen.y < canvas.height:
            _paint_node(canvas, page, node, seen, use, active=active)
    bar = Rect(canvas.width - SCROLLBAR, 0, SCROLLBAR, canvas.height)
    scrollbar(canvas, bar, top, limit, go)


def _flow(page: Page, width: float) -> Iterator[tuple[Node, Rect]]:
    """Yield each node with its place on a page without a bottom."""
    y = MARGIN - 6
    for node in page.nodes:
        if node.tag == "button" and page.problem:
            height = 20
            yield Node("p", page.problem, type="problem"), Rect(0, y, width, height)
            y += height + GAP
        height = _height(node, width)
        y += GAP if node.tag == "h2" else 0
        yield node, Rect(0, y, width, height)
        y += height + GAP


def _height(node: Node, width: float) -> float:
    if node.type == "checkbox":
        return 24
    if node.tag in HEIGHTS:
        return HEIGHTS[node.tag]
    size = SIZES.get(node.tag, 14)
    return len(text_layout.wrap(node.text, width, size, _face(node))) * size * glyph_painter.LINE


def _top(page: Page, placed: list[tuple[Node, Rect]], height: float, limit: float) -> float:
    top = min(page.scroll, limit)
    focused = next((rect for node, rect in placed if node is page.focus), None)
    if page.reveal and focused:
        top = max(min(top, focused.y - GAP), focused.bottom + GAP - height)
    return max(0, min(top, limit))


def _paint_node(
    canvas: Canvas, page: Page, node: Node, rect: Rect, use: Use, *, active: bool
) -> None:
    focused = active and node is page.focus
    selector = PageElement(node).selector
    match node.tag:
        case "h1" | "h2" | "p":
            _paint_words(canvas, node, rect)
        case "a":
            _paint_link(canvas, node, rect, use, focused=focused)
        case "button":
            wide = text_layout.width(node.text, 14, "bold") + 44
            sides = rect._replace(width=wide)
            button(
                canvas,
                sides,
                node.text,
                lambda _: use(node, ""),
                focused=focused,
                selector=selector,
            )
        case "fieldset":
            _paint_options(canvas, node, rect, use, focused=focused)
        case "input" if node.type == "checkbox":
            checkbox(
                canvas,
                rect._replace(width=text_layout.width(node.text, 14) + 28),
                node.text,
                lambda _: use(node, ""),
                ticked=node.ticked,
                focused=focused,
                selector=selector,
            )
        case "input" | "textarea":
            _paint_label(canvas, node, rect)
            field(
                canvas,
                Rect(rect.x, rect.y + LABEL, rect.width, rect.height - LABEL),
                node.text_input,
                node.text,
                lambda: use(node, ""),
                focused=focused,
                hidden=node.type == "password",
                selector=selector,
            )


def _paint_label(canvas: Canvas, node: Node, rect: Rect) -> None:
    label = node.text + (" *" if node.required else "")
    canvas.text(rect._replace(height=LABEL - 3), label, 13, INK, "bold")


def _paint_words(canvas: Canvas, node: Node, rect: Rect) -> None:
    size, face = SIZES.get(node.tag, 14), _face(node)
    colour = DANGER if node.type == "problem" else INK
    height = size * glyph_painter.LINE
    for row, (start, end) in enumerate(text_layout.wrap(node.text, rect.width, size, face)):
        line = Rect(rect.x, rect.y + row * height, rect.width + size, height)
        if line.bottom > 0 and line.y < canvas.height:
            canvas.text(line, node.text[start:end], size, colour, face)
    canvas.add_region(rect, "alert" if node.type == "problem" else "text", node.text)


def _paint_link(canvas: Canvas, node: Node, rect: Rect, use: Use, *, focused: bool) -> None:
    wide = rect._replace(width=text_layout.width(node.text, 15))
    if focused:
        ring(canvas, wide, 3)
        canvas.fill(wide.inset(-1, -1), PAPER, 3)
    canvas.text(rect, node.text, 15, ACCENT)
    canvas.fill(Rect(wide.x, wide.bottom - 4, wide.width, 1), ACCENT)
    canvas.add_region(
        wide,
        "link",
        node.text,
        focused=focused,
        click=lambda _: use(node, ""),
        selector=PageElement(node).selector,
    )


def _paint_options(canvas: Canvas, node: Node, rect: Rect, use: Use, *, focused: bool) -> None:
    _paint_label(canvas, node, rect)
    x = rect.x
    for option in node.options:
        wide = text_layout.width(option, 14) + 26
        choice(
            canvas,
            Rect(x, rect.y + LABEL, wide, rect.height - LABEL),
            option,
            node.chosen,
            lambda _, option=option: use(node, option),
            focused=focused and option == (node.chosen or node.options[0]),
            selector=PageElement(node, option).selector,
        )
        x += wide + 22


def _face(node: Node) -> text_layout.Face:
    return "bold" if node.tag in SIZES else "plain"
