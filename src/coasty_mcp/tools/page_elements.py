"""What the browser of a machine says of its page, made readable; elements by their index."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from ..api.client import Coasty
from ..api.errors import InvalidRequest
from ..api.untrusted import named, quoted
from ..api.wire.actions import ActionResult, MachineAction
from ..server.memory import ListedPage, Memory, PageElement
from .machine_commands import MachineCommand

BY_INDEX = ("browser_click", "browser_type")
LEAVES = {"browser_open", "browser_navigate", "browser_close"} | {
    f"browser_{verb}_tab" for verb in ("open", "close", "switch")
}
"""Commands after which another page is in front, though its address may be the same."""
NONE_IN_VIEW = "Nothing to click is in view: scroll, or read the whole page with dom."
SPACE = "Click by index, or at x, y without a screenshot_id: they are the machine's own pixels."


@dataclass(frozen=True)
class MachinePage:
    """The page in a machine's browser, and what was listed of it."""

    api: Coasty
    machine_id: str
    listed: Memory[ListedPage]
    list_again: str
    """The call that lists the elements of the page."""

    def readable(self, command: str, result: ActionResult) -> ActionResult:
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
                self.listed.keep(self.machine_id, ListedPage(listed, _place(said)))
                said["clickables"] = [_line(at, each) for at, each in enumerate(listed)]
                said["coordinates"] = SPACE if listed else NONE_IN_VIEW
            case _:
                if command in LEAVES:
                    self.listed.keep(self.machine_id, ListedPage([], {}))
                return result
        copy = result.model_copy(update={"result": said})
        copy.attach(result.receipt)
        return copy

    def with_target(self, command: MachineCommand) -> MachineCommand:
        """Return the command with the element that its index means.

        Raises:
            InvalidRequest: the index is of no element that was listed.
        """
        if command.name not in BY_INDEX or command.parameters.get("index") is None:
            return command
        index, page = command.parameters["index"], self.listed.get(self.machine_id)
        listed = page.elements if page else []
        others = {name: value for name, value in command.parameters.items() if name != "index"}
        if not (page and str(index) in map(str, range(len(listed)))):
            known = f"0 to {len(listed) - 1} are listed" if listed else "none are listed here"
            raise InvalidRequest(
                f"There is no element {named(index)} on the page of {self.machine_id}: {known}. "
                f"List them with {self.list_again}."
            )
        target = listed[int(index)].target
        return replace(command, parameters={**others, **target}, page=page)

    async def require_same(self, commands: Sequence[MachineCommand]) -> None:
        """Require that the page on which elements were listed is still in front.

        Raises:
            InvalidRequest: it is another, on which the index is of another element.
        """
        pages = [each.page for each in commands if each.page]
        if not pages or not pages[0].place:
            return
        looking = MachineAction(command="browser_state")
        state = await self.api.actions.execute(self.machine_id, looking)
        then, now = pages[0].place, _place(state.result or {})
        if state.success and all(now.get(name, value) == value for name, value in then.items()):
            return
        here = f"shows {quoted(now['url'])}" if "url" in now else "shows no page"
        raise InvalidRequest(
            f"The browser of {self.machine_id} {here} now, and the elements were listed on "
            f"{quoted(then.get('url', 'another page'))}. List them again with {self.list_again}."
        )


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


def _place(said: Mapping[str, Any]) -> dict[str, str]:
    return {name: said[name] for name in ("url", "tab_id") if isinstance(said.get(name), str)}


def _elements(clickables: list[Any]) -> list[PageElement]:
    return [_element(cast("dict[str, Any]", each)) for each in clickables if isinstance(each, dict)]


def _element(said: dict[str, Any]) -> PageElement:
    kind, text = said.get("role") or said.get("tag") or "element", said.get("text") or ""
    middle = {
        axis: round(start + (_number(said.get(side)) or 0) / 2)
        for axis, side in (("x", "width"), ("y", "height"))
        if (start := _number(said.get(axis))) is not None
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
