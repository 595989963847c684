"""The stricter of two action policies."""

from collections.abc import Iterable, Sequence

from pydantic import ValidationError

from ..errors import InvalidRequest
from ..rules import explain_errors
from ..wire.policy import ActionPolicy, CoordinateBounds
from .names import machine_names


def stricter(one: ActionPolicy | None, other: ActionPolicy | None) -> ActionPolicy | None:
    """Return the policy that allows what both allow, in the names of machines.

    Raises:
        InvalidRequest: The two have no common bounds, or too many entries together.
    """
    policies = [each for each in (one, other) if each]
    if not policies:
        return None
    blocked = _union(machine_names(each.blocked_actions) for each in policies)
    limits = [each.max_actions for each in policies if each.max_actions]
    try:
        return ActionPolicy(
            allowed_actions=_both_allow(policies, blocked),
            blocked_actions=blocked,
            blocked_keys=_union(each.blocked_keys or [] for each in policies),
            block_window_close=any(each.block_window_close for each in policies) or None,
            max_actions=min(limits, default=None),
            coordinate_bounds=_common_bounds(policies),
        )
    except ValidationError as error:
        problem = explain_errors(error, ActionPolicy)
        raise InvalidRequest(f"With this server's own action policy: {problem}") from error


def _union(lists: Iterable[list[str]]) -> list[str] | None:
    return [*dict.fromkeys(each for names in lists for each in names)] or None


def _both_allow(policies: Sequence[ActionPolicy], blocked: list[str] | None) -> list[str] | None:
    """Return the actions that all policies allow, or None for every action.

    Where none is left it is `done`, which is allowed anyway: the API takes no empty list.
    """
    lists = [machine_names(each.allowed_actions) for each in policies if each.allowed_actions]
    if not lists:
        return None
    common = [name for name in lists[0] if all(name in other for other in lists)]
    return [name for name in common if name not in (blocked or ())] or ["done"]


def _common_bounds(policies: Iterable[ActionPolicy]) -> CoordinateBounds | None:
    given = [each.coordinate_bounds for each in policies if each.coordinate_bounds]
    if not given:
        return None
    return CoordinateBounds(
        min_x=max(each.min_x for each in given),
        min_y=max(each.min_y for each in given),
        max_x=min(each.max_x for each in given),
        max_y=min(each.max_y for each in given),
    )
