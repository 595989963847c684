"""The arguments of an action policy that people set most, and what is said of one."""

import json
from typing import Annotated, Any

from pydantic import Field, ValidationError

from ..api.errors import InvalidRequest
from ..api.rules import EXAMPLE, explain_errors
from ..api.wire.policy import ActionPolicy, CoordinateBounds

CORNERS = ("min_x", "min_y", "max_x", "max_y")

BlockedActions = Annotated[
    list[str],
    Field(
        max_length=128,
        description="Forbidden actions, as type_text.",
        json_schema_extra={EXAMPLE: ["drag"]},
    ),
]
BlockedKeys = Annotated[
    list[str],
    Field(
        max_length=128,
        description="Forbidden keys, as win+r.",
        json_schema_extra={EXAMPLE: ["win+r"]},
    ),
]
Bounds = Annotated[
    list[int],
    Field(
        min_length=4,
        max_length=4,
        description="Act only within min_x, min_y, max_x, max_y.",
    ),
]


def action_policy(
    blocked_actions: list[str] | None = None,
    blocked_keys: list[str] | None = None,
    bounds: list[int] | None = None,
) -> ActionPolicy | None:
    """Return the policy that the arguments ask for; None where they ask for none.

    Raises:
        InvalidRequest: An action does not exist, or a key is too long to be one.
    """
    if not (blocked_actions or blocked_keys or bounds):
        return None
    from ..api.policy import require_known_actions  # most calls have no policy

    within = _bounds(bounds) if bounds else None
    try:
        policy = ActionPolicy(
            blocked_actions=blocked_actions, blocked_keys=blocked_keys, coordinate_bounds=within
        )
    except ValidationError as error:
        raise InvalidRequest(explain_errors(error, ActionPolicy)) from error
    require_known_actions(policy)
    return policy


def policy_lines(sent: dict[str, Any] | None) -> list[str]:
    """Return a line about the policy that was sent, which no later reply tells."""
    return [f"Its action policy: {json.dumps(sent, ensure_ascii=False)}"] if sent else []


def _bounds(given: list[int]) -> CoordinateBounds:
    try:
        return CoordinateBounds.model_validate(dict(zip(CORNERS, given, strict=True)))
    except ValidationError as error:
        raise InvalidRequest(
            f"bounds must be {', '.join(CORNERS)} in pixels. For example, bounds=[0, 0, 1279, 719]."
        ) from error
