"""Parameters of each command of a machine: which there are, and their usual other spellings."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from ..api.key_names import chord, usual_key

Parameters = Mapping[str, Any]

WINDOW = ("title", "window_id")
PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "click": ("x y button? clicks?",),
    "double_click": ("x y button?",),
    "click_with_modifiers": ("x y modifiers button?",),
    "type": ("text",),
    "key_press": ("key", "keys"),
    "key_combo": ("keys",),
    "scroll": ("direction amount? x? y?", "clicks x? y?"),
    "drag": ("from_x from_y to_x to_y button?", "x1 y1 x2 y2 button?"),
    "wait": ("seconds?", "ms?"),
    "move": ("x y",),
    "switch_to_window": WINDOW,
    "close_window": WINDOW,
    "minimize_window": WINDOW,
    "maximize_window": WINDOW,
    "restore_window": WINDOW,
    "move_window": ("title x? y? width? height?", "window_id x? y? width? height?"),
    "arrange_windows": ("layout?",),
    "terminal_execute": ("command cwd? timeout_ms? session_id?",),
    "file_read": ("path",),
    "file_exists": ("path",),
    "file_download": ("path",),
    "file_delete": ("path",),
    "file_write": ("path content",),
    "file_append": ("path content",),
    "file_edit": ("path old_text new_text",),
    "directory_list": ("path",),
    "directory_delete": ("path",),
    "browser_open": ("url?",),
    "browser_navigate": ("url",),
    "browser_click": ("selector", "x y"),
    "browser_type": ("text selector?",),
    "browser_scroll": ("direction? amount?",),
    "browser_wait": ("selector?", "seconds?", "ms?"),
    "browser_open_tab": ("url?",),
    "browser_switch_tab": ("tab_id", "index"),
    "browser_execute": ("script",),
}
"""The alternatives that each command takes, `?` marking what may be left out."""

RENAMED: Mapping[str, Mapping[str, str]] = {
    "drag": {
        **{f"start_{axis}": f"from_{axis}" for axis in "xy"},
        **{f"end_{axis}": f"to_{axis}" for axis in "xy"},
    },
    "scroll": {"scroll_direction": "direction", "scroll_amount": "amount"},
    "type": {"value": "text", "content": "text"},
    "key_press": {"text": "key", "key_name": "key"},
    "key_combo": {"key": "keys", "text": "keys", "hotkey": "keys"},
    "file_write": {"text": "content"},
    "file_append": {"text": "content"},
    "file_edit": {"old_string": "old_text", "new_string": "new_text"},
    "browser_execute": {"code": "script", "javascript": "script"},
}
"""What other agents call a parameter, and what the API calls it."""
SCROLL_AMOUNT = 3


def usual_parameters(command: str, parameters: Parameters) -> dict[str, Any]:
    """Return the parameters under the names, and with the keys, that the API knows."""
    names = {"file_path": "path", **RENAMED.get(command, {})}
    given = dict[str, Any]()
    for name, value in parameters.items():
        given[name if names.get(name, name) in parameters else names.get(name, name)] = value
    for name, axes in _points(command):
        match given.get(name):
            case [x, y]:
                del given[name]
                given = {**dict(zip(axes, (x, y), strict=True)), **given}
            case _:
                pass
    if command == "scroll" and given.get("direction") and not _has(given, "amount", "clicks"):
        given["amount"] = SCROLL_AMOUNT
    return _usual_keys(command, given)


def missing_parameters(command: str, parameters: Parameters) -> str:
    """Return a sentence with all that the command takes, where something is missing, else ""."""
    alternatives = PARAMETERS.get(command, ("",))
    lacking = [
        [name for name in each.split() if not name.endswith("?") and not _has(parameters, name)]
        for each in alternatives
    ]
    if not all(lacking):
        return ""
    nearest = min(lacking, key=len)
    verb = "is" if len(nearest) == 1 else "are"
    return f"{command} takes {usage(command)}: {' and '.join(nearest)} {verb} missing."


def usage(command: str) -> str:
    """Return what a command takes: `x, y, button (optional), clicks (optional)`."""
    written = [
        ", ".join(name.replace("?", " (optional)") for name in each.split())
        for each in PARAMETERS.get(command, ())
    ]
    return "; or ".join(filter(None, written)) or "no parameters"


def _points(command: str) -> list[tuple[str, tuple[str, str]]]:
    """Return the lists of two that other agents send for a point, and the names of its axes."""
    if command == "drag":
        start, end = ("from_x", "from_y"), ("to_x", "to_y")
        return [("start_coordinate", start), ("start", start), ("coordinate", end), ("end", end)]
    return [("coordinate", ("x", "y")), ("position", ("x", "y"))]


def _usual_keys(command: str, given: dict[str, Any]) -> dict[str, Any]:
    names: Mapping[str, Callable[[str], Any]] = {
        "key_press": {"key": usual_key, "keys": usual_key},
        "key_combo": {"keys": chord},
        "click_with_modifiers": {"modifiers": usual_key},
    }.get(command, {})
    for name, usual in names.items():
        value: Any = given.get(name)
        if isinstance(value, str):
            given[name] = usual(value)
        elif isinstance(value, list):
            keys = cast("list[Any]", value)
            given[name] = [usual_key(key) if isinstance(key, str) else key for key in keys]
    return given


def _has(parameters: Parameters, *names: str) -> bool:
    return any(parameters.get(name) is not None for name in names)
