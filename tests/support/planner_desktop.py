"""A desktop in a few lines: actions go in, scenes come out."""

from dataclasses import dataclass, field

from coasty_mcp.sandbox.planner import Action
from coasty_mcp.sandbox.scene import Box, Element, Role, Scene

CONTACT = "https://example.com/contact"
ICONS = ("Browser", "Files", "Text Editor", "Terminal")
FIELDS = ("Name", "Email", "Message")
TOPICS = ("Sales", "Support")
NEWSLETTER = "Subscribe to the newsletter"


def element(role: Role, label: str, row: int, value: str = "", **more: str | bool) -> Element:
    box = Box(400, 40 * row, 600, 40 * row + 30)
    window = str(more.get("window", ""))
    return Element(role, label, box, value, bool(more.get("focused")), window)


def scene(*elements: Element, history: tuple[str, ...] = ()) -> Scene:
    return Scene(1920, 1080, elements, history)


@dataclass
class Desk:
    """A desktop with a browser and a terminal; the actions that it gets change it."""

    url: str = ""
    page: str = ""
    values: dict[str, str] = field(default_factory=dict[str, str])
    focus: str = ""
    selected: bool = False
    windows: set[str] = field(default_factory=set[str])
    history: list[str] = field(default_factory=list[str])
    ran: list[str] = field(default_factory=list[str])
    sent: list[dict[str, str]] = field(default_factory=list[dict[str, str]])

    def scene(self) -> Scene:
        return scene(*self._elements(), history=tuple(self.history))

    def _elements(self) -> list[Element]:
        found = [element("icon", name, 20 + row) for row, name in enumerate(ICONS)]
        if "Terminal" in self.windows:
            found = [self._field("Command line", 18, "Terminal"), *found]
            found.append(element("window", "Terminal", 19))
        if "Browser" in self.windows:
            found = [*self._page(), self._field("Address", 0, "Browser"), *found]
            found.append(element("window", f"{self.page or 'Home'} - Browser", 17))
        return found

    def _page(self) -> list[Element]:
        if self.page == "sent":
            return [element("text", "Thank you", 1)]
        if self.page != "contact":
            return [self._field("Search", 1, "Browser"), element("button", "Search", 2)]
        box = element("checkbox", NEWSLETTER, 8, self.values.get(NEWSLETTER, "off"))
        topic = self.values.get("Topic", "")
        topics = [element("choice", name, 4 + row, topic) for row, name in enumerate(TOPICS)]
        fields = [self._field(name, row, "Browser") for row, name in enumerate(FIELDS, 1)]
        return [element("button", "Send", 9), box, *topics, *reversed(fields)]

    def _field(self, label: str, row: int, window: str) -> Element:
        value = self.values.get(label, "")
        return element("field", label, row, value, focused=label == self.focus, window=window)

    def act(self, action: Action) -> None:
        params = action["params"]
        match action["action_type"]:
            case "click":
                self._click(params["x"], params["y"], params.get("clicks", 1))
            case "type_text":
                self._type(params["text"])
            case "key_press" | "key_combo":
                self._press("+".join(params["keys"]))
            case "scroll":
                self.history.append(f"scroll {params['direction']}")
            case kind:
                raise AssertionError(kind)

    def _click(self, x: int, y: int, clicks: int) -> None:
        hit = next(e for e in self.scene().elements if e.box.contains(x, y))
        self.history.append(f"{'double ' if clicks == 2 else ''}click {hit.label}")
        self.focus = hit.label if hit.role == "field" else ""
        match hit.role:
            case "icon" if clicks == 2:
                self.windows.add(hit.label)
            case "checkbox":
                self.values[hit.label] = "off" if hit.value == "on" else "on"
            case "choice":
                self.values["Topic"] = hit.label
            case "button":
                self.sent.append({name: self.values[name] for name in sorted(self.values)})
                self.load("sent", f"{CONTACT}/sent")
            case _:
                pass

    def _type(self, text: str) -> None:
        self.history.append(f"type {text}")
        if self.focus:
            before = "" if self.selected else self.values.get(self.focus, "")
            self.values[self.focus] = before + text
        self.selected = False

    def _press(self, keys: str) -> None:
        self.history.append(f"press {keys}")
        self.selected = keys == "ctrl+a"
        if keys == "enter" and self.focus == "Command line":
            self.ran.append(self.values.pop("Command line"))
        if keys == "enter" and self.focus == "Address":
            url = self.values["Address"]
            self.load("contact" if url.endswith("contact") else "home", f"https://{url}")

    def load(self, page: str, url: str) -> None:
        self.page, self.values, self.focus = page, {"Address": url}, ""
