"""The actions that the API speaks of, with every spelling of their parameters."""

from typing import Any, Literal, NotRequired, TypedDict

Direction = Literal["up", "down", "left", "right"]
Position = tuple[int, int]


class Action(TypedDict):
    """One action of a prediction, as the API spells it."""

    action_type: str
    params: dict[str, Any]
    description: NotRequired[str]
    raw_code: NotRequired[str]


def click(at: Position, button: str = "left", clicks: int = 1) -> Action:
    params: dict[str, Any] = {"x": at[0], "y": at[1]}
    if button != "left":
        params["button"] = button
    if clicks != 1:
        params["clicks"] = clicks
    return {"action_type": "click", "params": params}


def type_text(text: str) -> Action:
    return {"action_type": "type_text", "params": {"text": text}}


def press(keys: list[str]) -> Action:
    """Return a key_press for one key, a key_combo for several that are held together."""
    if len(keys) == 1:
        return {"action_type": "key_press", "params": {"keys": keys, "key": keys[0]}}
    return {"action_type": "key_combo", "params": {"keys": keys}}


def scroll(direction: Direction, amount: int, at: Position | None) -> Action:
    params: dict[str, Any] = {"direction": direction, "amount": amount}
    if at:
        params |= {"x": at[0], "y": at[1]}
    if direction in ("up", "down"):  # `clicks` alone would be read as a vertical scroll
        params["clicks"] = amount if direction == "up" else -amount
    return {"action_type": "scroll", "params": params}


def drag(start: Position, end: Position) -> Action:
    (x1, y1), (x2, y2) = start, end
    params = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
    params |= {"from_x": x1, "from_y": y1, "to_x": x2, "to_y": y2}
    return {"action_type": "drag", "params": params}


def move(to: Position) -> Action:
    return {"action_type": "move", "params": {"x": to[0], "y": to[1]}}


def wait(seconds: float) -> Action:
    return {"action_type": "wait", "params": {"seconds": seconds, "ms": round(seconds * 1000)}}


def done() -> Action:
    return {"action_type": "done", "params": {}}


def fail(reason: str) -> Action:
    return {"action_type": "fail", "params": {"reason": reason}}
