"""The action policy of this server, which every request keeps and none can loosen."""

from typing import Any

from ..policy import ActionWithParameters, in_agent_names, refuse_forbidden, stricter
from ..wire.actions import (
    BROWSER_OPS,
    FILES_OPS,
    BatchAction,
    BrowserAction,
    FilesAction,
    MachineAction,
    TerminalCommand,
)
from ..wire.base import Request
from ..wire.policy import ActionPolicy

ON_PICTURES = frozenset({"predict", "sessions", "parse"})
"""Their points are pixels of a picture, not of the machine: bounds hold where something acts."""


def under_policy(own: ActionPolicy | None, path: list[str], body: Request) -> Request:
    """Return the body with the stricter of its own action policy and the server's.

    Raises:
        ActionBlocked: What it would do on a machine is against either of them.
        InvalidRequest: The two cannot be kept at once.
    """
    policy = stricter(own, getattr(body, "action_policy", None))
    acts = _machine_actions(path, body)
    refuse_forbidden(policy, acts)
    if not policy or "action_policy" not in type(body).model_fields:
        return body
    if path[0] in ON_PICTURES:
        policy = policy.model_copy(update={"coordinate_bounds": None})
    sent = policy if acts else in_agent_names(policy)
    return body.model_copy(update={"action_policy": sent if _says_anything(sent) else None})


def policy_sent(body: Request | None) -> dict[str, Any] | None:
    """Return the action policy of a body: no reply ever tells it."""
    policy: ActionPolicy | None = getattr(body, "action_policy", None)
    return policy and policy.model_dump(exclude_none=True)


def _says_anything(policy: ActionPolicy) -> bool:
    return bool(policy.model_dump(exclude_none=True))


def _machine_actions(path: list[str], body: Request) -> list[ActionWithParameters]:
    """Return what a request does on a machine, by the names of commands."""
    match body:
        case MachineAction():
            return [(body.command, body.parameters)]
        case BatchAction():
            return [(step.command, step.parameters) for step in body.steps]
        case BrowserAction():
            return [(BROWSER_OPS[path[-1]], body.parameters)]
        case FilesAction():
            return [(FILES_OPS[path[-1]], body.parameters)]
        case TerminalCommand():
            return [("terminal_execute", {})]
        case _:
            return []
