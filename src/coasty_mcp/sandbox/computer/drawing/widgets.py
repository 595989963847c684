"""Buttons, fields and other controls: each is painted and recorded in one place."""

from collections.abc import Callable

from ..text_input import TextInput
from .canvas import Canvas, Click
from .icons import Icon
from .rect import Rect
from .text_input_view import TextInputView
from .theme import ACCENT, INK, LINE, MUTED, PAPER, RING, SCROLL_THUMB, SCROLL_TRACK

Action = Callable[[Click], object]
MARK = 16


def ring(canvas: Canvas, rect: Rect, radius: float = 6) -> None:
    """Draw the focus ring around a control."""
    canvas.fill(rect.inset(-3, -3), RING, radius + 3)


def bordered(canvas: Canvas, rect: Rect, fill: str, border: str, radius: float) -> None:
    canvas.fill(rect, border, radius)
    canvas.fill(rect.inset(1, 1), fill, radius - 1)


def button(
    canvas: Canvas,
    rect: Rect,
    label: str,
    click: Action,
    *,
    focused: bool = False,
    selector: str = "",
) -> None:
    """Draw a button with a label, such as the one that sends a form."""
    if focused:
        ring(canvas, rect)
    canvas.fill(rect, ACCENT, 6)
    canvas.text(rect, label, 14, PAPER, "bold", "center")
    canvas.add_region(rect, "button", label, focused=focused, click=click, selector=selector)


def mark_button(
    canvas: Canvas, rect: Rect, name: Icon, label: str, click: Action, fill: str | None = None
) -> None:
    """Draw a small button with an icon on it."""
    if fill:
        canvas.fill(rect, fill, 5)
    size = min(rect.width, rect.height) * 0.5
    x, y = rect.middle
    canvas.icon(name, Rect(x - size / 2, y - size / 2, size, size), INK)
    canvas.add_region(rect, "button", label, click=click)


def field(
    canvas: Canvas,
    rect: Rect,
    text_input: TextInput,
    label: str,
    focus: Callable[[], object],
    *,
    focused: bool,
    hidden: bool = False,
    selector: str = "",
) -> None:
    """Draw a field that text is typed into; `focus` is called when it is clicked."""
    if focused:
        ring(canvas, rect, 5)
    bordered(canvas, rect, PAPER, ACCENT if focused else LINE, 5)
    box = rect.inset(8, 5 if text_input.multiline else 2)
    view = TextInputView(text_input, box.width, box.height, hidden=hidden)
    view.paint(canvas, box, active=focused)

    def inside(click: Click) -> Click:
        return Click(click.x - box.x, click.y - box.y, click.count, click.modifiers)

    def press(click: Click) -> None:
        focus()
        view.press(inside(click))

    def drag(start: Click, end: Click) -> None:
        focus()
        view.drag(inside(start), inside(end))

    canvas.add_region(
        rect,
        "field",
        label,
        text_input.text,
        focused=focused,
        click=press,
        drag=drag,
        selector=selector,
    )


def checkbox(
    canvas: Canvas,
    rect: Rect,
    label: str,
    click: Action,
    *,
    ticked: bool,
    focused: bool,
    selector: str,
) -> None:
    mark = Rect(rect.x, rect.y + (rect.height - MARK) / 2, MARK, MARK)
    if focused:
        ring(canvas, mark, 3)
    bordered(canvas, mark, ACCENT if ticked else PAPER, ACCENT if ticked else MUTED, 3)
    if ticked:
        canvas.icon("tick", mark.inset(2, 2), PAPER)
    canvas.text(Rect(mark.right + 8, rect.y, rect.width - MARK - 8, rect.height), label)
    value = "on" if ticked else "off"
    canvas.add_region(
        rect, "checkbox", label, value, focused=focused, click=click, selector=selector
    )


def choice(
    canvas: Canvas,
    rect: Rect,
    label: str,
    chosen: str,
    click: Action,
    *,
    focused: bool,
    selector: str,
) -> None:
    """Draw one of several options, of which one is chosen."""
    mark = Rect(rect.x, rect.y + (rect.height - MARK) / 2, MARK, MARK)
    ticked = label == chosen
    if focused:
        ring(canvas, mark, MARK / 2)
    bordered(canvas, mark, PAPER, ACCENT if ticked else MUTED, MARK / 2)
    if ticked:
        canvas.fill(mark.inset(4, 4), ACCENT, MARK / 2)
    canvas.text(Rect(mark.right + 7, rect.y, rect.width - MARK - 7, rect.height), label)
    canvas.add_region(
        rect, "choice", label, chosen, focused=focused, click=click, selector=selector
    )


def scrollbar(
    canvas: Canvas, rect: Rect, top: float, limit: float, go: Callable[[float], object]
) -> None:
    """Draw a scrollbar if `limit`, the largest top, is above 0; `go` is told the new top."""
    if limit <= 0:
        return
    canvas.fill(rect, SCROLL_TRACK)
    length = max(24, rect.height * rect.height / (rect.height + limit))
    per_unit = limit / (rect.height - length)
    thumb = Rect(rect.x + 2, rect.y + top / per_unit, rect.width - 4, length)
    canvas.fill(thumb, SCROLL_THUMB, 4)

    def press(click: Click) -> None:
        if not thumb.contains(thumb.x, click.y):
            go(top + (rect.height if click.y > thumb.y else -rect.height))

    canvas.add_region(
        rect,
        "scrollbar",
        "Scrollbar",
        f"{top / limit:.0%}",
        click=press,
        drag=lambda start, end: go(top + (end.y - start.y) * per_unit),
    )
