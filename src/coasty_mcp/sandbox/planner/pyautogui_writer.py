"""Writing actions as the lines of Python that would carry them out with pyautogui."""

from typing import Any


def raw_code(action_type: str, params: dict[str, Any]) -> str:
    """Return the line for an action, empty if pyautogui has no call for it."""
    match action_type:
        case "click":
            return _click(params)
        case "type_text":
            return f"pyautogui.write({params['text']!r})"
        case "key_press":
            return f"pyautogui.press({params['key']!r})"
        case "key_combo":
            return f"pyautogui.hotkey({', '.join(map(repr, params['keys']))})"
        case "scroll":
            return _scroll(params)
        case "drag":
            start, end = (params["x1"], params["y1"]), (params["x2"], params["y2"])
            return f"pyautogui.moveTo{start}; pyautogui.dragTo{end}"
        case "move":
            return f"pyautogui.moveTo({params['x']}, {params['y']})"
        case "wait":
            return f"time.sleep({params['seconds']})"
        case _:
            return ""


def _click(params: dict[str, Any]) -> str:
    extras = {name: params[name] for name in ("clicks", "button") if name in params}
    return f"pyautogui.click({_arguments(params['x'], params['y'], **extras)})"


def _scroll(params: dict[str, Any]) -> str:
    forwards = params["direction"] in ("up", "right")
    clicks = params["amount"] if forwards else -params["amount"]
    name = "scroll" if params["direction"] in ("up", "down") else "hscroll"
    place = {axis: params[axis] for axis in ("x", "y") if axis in params}
    return f"pyautogui.{name}({_arguments(clicks, **place)})"


def _arguments(*values: object, **named: object) -> str:
    return ", ".join([*map(repr, values), *(f"{name}={value!r}" for name, value in named.items())])
