"""What the browser of a machine says of its page, made readable; elements by their index."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from ..api.errors import InvalidRequest
from ..api.untrusted import named
from ..api.wire.actions import ActionResult
from ..server.memory import Memory, PageElement
from .machine_commands import MachineCommand

BY_INDEX = ("browser_click", "browser_type")
SPACE = "Click by index, or at x, y without a screenshot_id: they are the machine's own pixels."


def with_readable_page(
    command: str, result: ActionResult, machine_id: str, elements: Memory[list[PageElement]]
) -> ActionResult:
    """Return the result with a page's HTML as text and its elements as lines.

    The elements are kept, so that they can be clicked by their index.
    """
    said = dict(result.result or {})
    match command, said:
        case "browser_get_dom", {"dom": str(html)}:
            from .page_text import page_text  # most servers read no page

            said["dom"] = page_text(html)
        case "browser_get_clickables", {"clickables": list()}:
            listed = _elements(cast("list[Any]", said["clickables"]))
            elements.keep(machine_id, listed)
            said["clickables"] = [_line(at, each) for at, each in enumerate(listed)]
            said["coordinates"] = SPACE
        case _:
            return result
    copy = result.model_copy(update={"result": said})
    copy.attach(result.receipt)
    return copy


def readable(said: Mapping[str, Any] | None) -> str | Mapping[str, Any] | None:
    """Return a page as its lines; all else as it is."""
    match said:
        case {"dom": str(text)}:
            lines = [text]
        case {"clickables": list(), "coordinates": str(space)}:
            lines = [*cast("list[str]", said["clickables"]), space]
        case _:
            return said
    head = [str(said[name]) for name in ("title", "url") if said.get(name)]
    return "\n".join([*filter(None, [" · ".join(head)]), *lines])


def with_target(
    command: MachineCommand, machine_id: str, elements: Memory[list[PageElement]]
) -> MachineCommand:
    """Return the command with the element that its index means.

    Raises:
        InvalidRequest: the index is of no element that was listed.
    """
    if command.name not in BY_INDEX or command.parameters.get("index") is None:
        return command
    index, listed = command.parameters["index"], elements.get(machine_id) or []
    others = {name: value for name, value in command.parameters.items() if name != "index"}
    if not (str(index).isdecimal() and int(index) < len(listed)):
        known = f"0 to {len(listed) - 1} are listed" if listed else "none are listed here"
        raise InvalidRequest(
            f"There is no element {named(index)} on the page of {machine_id}: {known}. List them "
            "with browser_get_clickables (op clickables)."
        )
    return replace(command, parameters={**others, **listed[int(index)].target})


def _elements(clickables: list[Any]) -> list[PageElement]:
    return [_element(cast("dict[str, Any]", each)) for each in clickables if isinstance(each, dict)]


def _element(said: dict[str, Any]) -> PageElement:
    kind, text = said.get("role") or said.get("tag") or "element", said.get("text") or ""
    middle = {
        axis: round(_number(said.get(axis)) + (_number(said.get(side)) or 0) / 2)
        for axis, side in (("x", "width"), ("y", "height"))
        if _number(said.get(axis)) is not None
    }
    selector = {"selector": said["selector"]} if said.get("selector") else {}
    at = " ".join(f"{axis}={value}" for axis, value in middle.items())
    words = [str(kind), named(text) if text else "", at, str(said.get("selector") or "")]
    return PageElement(" ".join(filter(None, words)), selector or middle)


def _number(value: object) -> float | None:
    """Return what a machine says as a number, or None where it is none."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _line(index: int, element: PageElement) -> str:
    return f"{index} {element.label}"
