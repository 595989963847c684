"""Someone who sits at a simulated computer and knows things by their labels."""

from typing import Any

from coasty_mcp.sandbox.computer import Computer
from coasty_mcp.sandbox.scene import Element, Role


class User:
    def __init__(self, computer: Computer | None = None) -> None:
        self.computer = computer or Computer(width=1280, height=720)

    def run(self, command: str, /, **parameters: Any) -> dict[str, Any]:
        return self.computer.run(command, parameters)

    def sees(self, label: str, role: Role | None = None) -> bool:
        return any(self._named(label, role))

    def find(self, label: str, role: Role | None = None) -> Element:
        found = self._named(label, role)
        assert found, f"{label} is not among {[e.label for e in self.computer.scene().elements]}"
        return found[0]

    def value(self, label: str) -> str:
        return self.find(label).value

    def focus(self) -> list[str]:
        """What has the focus, apart from the window around it."""
        elements = self.computer.scene().named("field", "button", "checkbox", "choice", "link")
        return [element.label for element in elements if element.focused]

    def click(self, label: str, role: Role | None = None) -> None:
        x, y = self.find(label, role).box.middle
        self.run("click", x=x, y=y)

    def double_click(self, label: str, role: Role | None = None) -> None:
        x, y = self.find(label, role).box.middle
        self.run("double_click", x=x, y=y)

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        self.run("drag", from_x=start[0], from_y=start[1], to_x=end[0], to_y=end[1])

    def type(self, text: str) -> None:
        self.run("type", text=text)

    def press(self, *keys: str) -> None:
        self.run("key_combo", keys=list(keys))

    def go(self, url: str) -> None:
        self.run("browser_navigate", url=url)

    def titles(self) -> list[str]:
        """Return the titles of the windows, the frontmost first."""
        return [window["title"] for window in self.run("list_windows")["windows"]]

    def shell(self, command: str) -> str:
        return self.computer.shell(command)["output"]

    def read(self, path: str) -> str:
        return self.run("file_read", path=path)["content"]

    def _named(self, label: str, role: Role | None) -> list[Element]:
        elements = self.computer.scene().elements
        return [e for e in elements if e.label == label and role in (None, e.role)]
