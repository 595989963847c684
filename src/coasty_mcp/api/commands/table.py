"""The one table of what a machine can be told to do, and of how models write it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Parameters = Mapping[str, Any]

POINTS = (("x", "y"), ("from_x", "from_y"), ("to_x", "to_y"), ("x1", "y1"), ("x2", "y2"))
SIZES = ("width", "height")
"""The parameters that are pixels: positions by their axes, and lengths."""


@dataclass(frozen=True)
class Command:
    """A command: its parameters, an example of them, and the other spellings that are taken."""

    takes: str = ""
    """The parameters, `?` marking what may be left out; `|` stands between alternatives."""
    example: Parameters = field(default_factory=dict[str, Any])
    aliases: Mapping[str, Parameters] = field(default_factory=dict[str, Parameters])
    """Other names of the command, each with the parameters that it implies."""
    renamed: Mapping[str, str] = field(default_factory=dict[str, str])
    """Other names of its parameters."""
    points: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    """Parameters that hold a list of two numbers, and the axes that they are."""
    tells: bool = False
    """Whether what it answers is what it is called for, and not an echo."""

    @property
    def alternatives(self) -> list[list[str]]:
        """The parameters of each way to call it, `?` marking what may be left out."""
        return [each.split() for each in self.takes.split("|")]

    @property
    def names(self) -> list[str]:
        """The parameters that it knows, each once."""
        return list(dict.fromkeys(name.rstrip("?") for each in self.alternatives for name in each))


def _named(*names: str, **implied: object) -> dict[str, Parameters]:
    return dict.fromkeys(names, implied)


AT: Mapping[str, tuple[str, str]] = dict.fromkeys(
    ("coordinate", "coordinates", "position", "point"), ("x", "y")
)
POINT = {"x": 640, "y": 360}
WINDOW = "title | window_id"
BROWSER_WINDOW = {"title": "Browser"}
PATH = {"file_path": "path", "filename": "path"}
FILE = {"path": "notes.txt"}
SHELL = "session_id?"
PAUSE = {
    "duration": "seconds",
    "time": "seconds",
    "milliseconds": "ms",
    "duration_ms": "ms",
}

MOUSE_AND_KEYS = {
    "click": Command(
        "x y button? clicks?",
        POINT,
        {
            **_named("left_click", "single_click", "tap"),
            **_named("right_click", "context_click", button="right"),
            **_named("middle_click", button="middle"),
            **_named("triple_click", clicks=3),
        },
        {"count": "clicks", "num_clicks": "clicks"},
        AT,
    ),
    "double_click": Command(
        "x y button?", POINT, _named("doubleclick", "left_double_click"), points=AT
    ),
    "click_with_modifiers": Command(
        "x y modifiers button?", {**POINT, "modifiers": ["ctrl"]}, points=AT
    ),
    "type": Command(
        "text",
        {"text": "hello"},
        _named("type_text", "write", "typewrite", "input_text"),
        {"value": "text", "content": "text"},
    ),
    "key_press": Command(
        "key | keys",
        {"key": "enter"},
        _named("press", "press_key", "keypress", "key"),
        {"text": "key", "key_name": "key"},
    ),
    "key_combo": Command(
        "keys",
        {"keys": ["ctrl", "a"]},
        _named("hotkey", "key_chord", "keyboard_shortcut", "shortcut"),
        {"key": "keys", "text": "keys", "hotkey": "keys"},
    ),
    "scroll": Command(
        "direction amount? x? y? | clicks direction? x? y?",
        {"direction": "down", "amount": 3},
        {f"scroll_{way}": {"direction": way} for way in ("up", "down", "left", "right")},
        {"scroll_direction": "direction", "scroll_amount": "amount"},
        AT,
    ),
    "drag": Command(
        "from_x from_y to_x to_y button? | x1 y1 x2 y2 button?",
        {"from_x": 100, "from_y": 100, "to_x": 300, "to_y": 200},
        _named("left_click_drag", "drag_to", "drag_and_drop"),
        {
            **{f"start_{axis}": f"from_{axis}" for axis in "xy"},
            **{f"end_{axis}": f"to_{axis}" for axis in "xy"},
        },
        {
            **dict.fromkeys(("start_coordinate", "start", "from"), ("from_x", "from_y")),
            **dict.fromkeys(("coordinate", "end_coordinate", "end", "to"), ("to_x", "to_y")),
        },
    ),
    "move": Command("x y", POINT, _named("mouse_move", "move_to", "hover"), points=AT),
    "wait": Command("seconds? | ms?", {"seconds": 2}, _named("sleep", "pause"), PAUSE),
    "done": Command(),
    "fail": Command("reason?", {"reason": "The page asks for a login."}),
}
"""What predictions say too; the API has no command for the last four."""
WINDOWS = {
    "screenshot": Command(tells=True),
    "list_windows": Command(tells=True),
    "switch_to_window": Command(WINDOW, BROWSER_WINDOW, _named("focus_window", "activate_window")),
    "close_window": Command(WINDOW, {"window_id": "win_1"}),
    "minimize_window": Command(WINDOW, BROWSER_WINDOW),
    "maximize_window": Command(WINDOW, BROWSER_WINDOW),
    "restore_window": Command(WINDOW, BROWSER_WINDOW),
    "arrange_windows": Command("layout?", {"layout": "tile"}),
    "move_window": Command(
        "title x? y? width? height? | window_id x? y? width? height?",
        {**BROWSER_WINDOW, "x": 0, "y": 0, "width": 800, "height": 600},
        _named("resize_window"),
    ),
}
TERMINAL = {
    "terminal_connect": Command(SHELL, tells=True),
    "terminal_execute": Command(
        "command cwd? timeout_ms? session_id?", {"command": "ls -l"}, tells=True
    ),
    "terminal_read": Command(SHELL, tells=True),
    "terminal_clear": Command(SHELL),
    "terminal_close": Command(SHELL),
}
FILES = {
    "file_read": Command("path", FILE, renamed=PATH, tells=True),
    "file_write": Command(
        "path content", {**FILE, "content": "hello"}, renamed={**PATH, "text": "content"}
    ),
    "file_edit": Command(
        "path old_text new_text",
        {**FILE, "old_text": "helo", "new_text": "hello"},
        renamed={**PATH, "old_string": "old_text", "new_string": "new_text"},
        tells=True,
    ),
    "file_append": Command(
        "path content", {**FILE, "content": "hello"}, renamed={**PATH, "text": "content"}
    ),
    "file_delete": Command("path", FILE, renamed=PATH),
    "file_exists": Command("path", FILE, renamed=PATH, tells=True),
    "file_download": Command("path", FILE, renamed=PATH, tells=True),
    "file_list_downloads": Command(tells=True),
    "directory_list": Command("path", {"path": "."}, renamed=PATH, tells=True),
    "directory_delete": Command("path", {"path": "old"}, renamed=PATH),
}
PAGE = {"url": "https://example.com"}
BROWSER = {
    "browser_open": Command("url?", PAGE, tells=True),
    "browser_navigate": Command("url", PAGE, _named("navigate", "goto"), tells=True),
    "browser_click": Command(
        "selector | index | x y", {"selector": "#send"}, points=AT, tells=True
    ),
    "browser_type": Command(
        "text selector? index?", {"selector": "#name", "text": "Ada"}, renamed={"value": "text"}
    ),
    "browser_get_dom": Command(tells=True),
    "browser_get_clickables": Command(tells=True),
    "browser_state": Command(tells=True),
    "browser_info": Command(tells=True),
    "browser_scroll": Command("direction amount?", {"direction": "down", "amount": 3}),
    "browser_wait": Command("selector? | seconds? | ms?", {"selector": "#send"}, renamed=PAUSE),
    "browser_screenshot": Command(tells=True),
    "browser_close": Command(),
    "browser_list_tabs": Command(tells=True),
    "browser_open_tab": Command("url?", PAGE, tells=True),
    "browser_close_tab": Command("tab_id? | index?", {"index": 0}, tells=True),
    "browser_switch_tab": Command("tab_id | index", {"index": 0}, tells=True),
    "browser_execute": Command(
        "script",
        {"script": "document.title"},
        renamed={"code": "script", "javascript": "script"},
        tells=True,
    ),
}
COMMANDS: Mapping[str, Command] = {
    **MOUSE_AND_KEYS,
    **WINDOWS,
    **TERMINAL,
    **FILES,
    **BROWSER,
}

_REPEAT = {"times": "repeat", "presses": "repeat", "count": "repeat"}
THIS_COMPUTER: Mapping[str, Command] = {
    **MOUSE_AND_KEYS,
    "click": replace(MOUSE_AND_KEYS["click"], takes="x y button? clicks? modifiers?"),
    "double_click": replace(MOUSE_AND_KEYS["double_click"], takes="x y button? modifiers?"),
    "key_press": replace(
        MOUSE_AND_KEYS["key_press"],
        takes="key repeat? | keys repeat?",
        renamed={**MOUSE_AND_KEYS["key_press"].renamed, **_REPEAT},
    ),
    "key_combo": replace(
        MOUSE_AND_KEYS["key_combo"],
        takes="keys repeat?",
        renamed={**MOUSE_AND_KEYS["key_combo"].renamed, **_REPEAT},
    ),
    "key_down": Command("key", {"key": "shift"}, renamed={"text": "key", "keys": "key"}),
    "key_up": Command("key", {"key": "shift"}, renamed={"text": "key", "keys": "key"}),
}
"""What this computer's own mouse and keyboard do, which is a little more than the API has."""

LISTED_ALIASES = {"click": ("right_click",)}
"""Other names that a tool lists too, as models look for them."""
SOUGHT = frozenset({"button", "clicks", "amount", "index", "window_id", "ms"})
"""Parameters that a tool lists though one can do without them."""
VERDICTS = ("done", "fail")
"""Actions of predictions that ask for nothing."""


def described_commands() -> list[str]:
    """Return the names that a tool lists: all but those that have a tool of their own."""
    groups = (MOUSE_AND_KEYS, WINDOWS, FILES, BROWSER)
    named = [name for group in groups for name in group if name not in VERDICTS]
    return [name for each in named for name in (each, *LISTED_ALIASES.get(each, ()))]


def described_parameters() -> list[str]:
    """Return what these commands cannot do without, or models look for, each once."""
    commands = [COMMANDS[name] for name in described_commands() if name in COMMANDS]
    return list(dict.fromkeys(name for each in commands for name in _described(each)))


def _described(command: Command) -> list[str]:
    required = [name for name in command.alternatives[0] if not name.endswith("?")]
    return [name for name in command.names if name in required or name in SOUGHT]
