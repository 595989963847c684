"""Whether an action policy allows an action."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any, cast

from ..errors import ActionBlocked
from ..untrusted import named
from ..wire.policy import ActionPolicy, CoordinateBounds
from .keys import holds_one, keys_of, presses
from .names import ALWAYS_ALLOWED, MACHINE_NAMES, machine_names

ActionWithParameters = tuple[str, Mapping[str, Any]]

BLOCKED_WITH = {
    "click": ("double_click", "click_with_modifiers", "browser_click"),
    "type": ("browser_type",),
    "scroll": ("browser_scroll",),
    "key_press": ("key_down",),
    "key_combo": ("key_down",),
}
"""What is blocked along with an action, because it does the same in another way."""
CLOSING = frozenset({"close_window", "browser_close", "browser_close_tab"})
CLOSING_CHORDS = [
    keys_of(chord) for chord in ("alt+f4", "ctrl+f4", "ctrl+w", "ctrl+q", "win+w", "win+q")
]
AXES = {
    **dict.fromkeys(("x", "from_x", "to_x", "x1", "x2"), "x"),
    **dict.fromkeys(("y", "from_y", "to_y", "y1", "y2"), "y"),
}


def refuse_forbidden(policy: ActionPolicy | None, actions: Sequence[ActionWithParameters]) -> None:
    """Refuse all of the actions if the policy forbids one of them.

    Raises:
        ActionBlocked: The sentence says which one, and why.
    """
    if not policy:
        return
    most = policy.max_actions
    if most and len(actions) > most:
        raise ActionBlocked(f"The action policy allows {most} actions, not {len(actions)}.")
    for number, (action, parameters) in enumerate(actions, 1):
        if reason := violation(policy, action, parameters):
            which = f"Action {number}, {named(action)}," if len(actions) > 1 else named(action)
            raise ActionBlocked(f"{which} is against the action policy: {reason}.")


def violation(policy: ActionPolicy, action: str, parameters: Mapping[str, Any]) -> str:
    """Return why the policy forbids the action, or "" where it does not."""
    name = MACHINE_NAMES.get(action, action)
    if name in ALWAYS_ALLOWED:
        return ""
    return (
        next(filter(None, (_forbidden_name(each, policy) for each in _names(name, parameters))), "")
        or _forbidden_keys(name, parameters, policy)
        or _out_of_bounds(parameters, policy.coordinate_bounds)
    )


def _names(name: str, parameters: Mapping[str, Any]) -> list[str]:
    """Return all names that the action goes by with these parameters."""
    twice = name == "click" and str(parameters.get("clicks") or 1) != "1"
    names = ["double_click" if twice else name]
    with_keys = name in ("click", "double_click") and parameters.get("modifiers")
    return [*names, "click_with_modifiers"] if with_keys else names


def _forbidden_name(name: str, policy: ActionPolicy) -> str:
    allowed, blocked = policy.allowed_actions, machine_names(policy.blocked_actions)
    click = {"click"} if name == "double_click" else set[str]()  # predictions have one word
    if allowed is not None and not {name, *click} & {*machine_names(allowed)}:
        return "it is not one of the allowed actions"
    if name in blocked or any(name in BLOCKED_WITH.get(each, ()) for each in blocked):
        return "it is blocked"
    return "it closes a window" if policy.block_window_close and name in CLOSING else ""


def _forbidden_keys(action: str, parameters: Mapping[str, Any], policy: ActionPolicy) -> str:
    pressed = presses(action, parameters)
    if policy.block_window_close and holds_one(pressed, CLOSING_CHORDS):
        return "its keys close a window"
    blocked = [keys_of(key) for key in policy.blocked_keys or ()]
    return "it presses a key that is blocked" if holds_one(pressed, blocked) else ""


def _out_of_bounds(parameters: Mapping[str, Any], bounds: CoordinateBounds | None) -> str:
    for name in parameters if bounds else ():
        if axis := AXES.get(name):
            place = _number(parameters[name])
            least, most = getattr(bounds, f"min_{axis}"), getattr(bounds, f"max_{axis}")
            if place is None or not least <= place <= most:
                return f"{name} must be from {least} up to {most}"
    return ""


def _number(value: object) -> float | None:
    try:
        number = float(cast("float", value))
    except (TypeError, ValueError, OverflowError):
        return None
    return number if isfinite(number) else None
