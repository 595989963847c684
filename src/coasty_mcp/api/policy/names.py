"""The names of actions: predictions and agents type with `type_text`, machines with `type`."""

from collections.abc import Iterable, Mapping
from typing import get_args

from ..errors import InvalidRequest
from ..rules import unknown_name
from ..untrusted import named
from ..wire.actions import Command
from ..wire.policy import ActionPolicy
from ..wire.predict import ActionTaken

ALWAYS_ALLOWED = frozenset({"done", "fail", "awaiting_human"})
ACTION_TYPES: tuple[str, ...] = get_args(ActionTaken.model_fields["action_type"].annotation)
KNOWN_ACTIONS = (*dict.fromkeys((*ACTION_TYPES, *get_args(Command), *sorted(ALWAYS_ALLOWED))),)
MACHINE_NAMES = {"type_text": "type"}
AGENT_NAMES = {"type": "type_text"}


def require_known_actions(policy: ActionPolicy) -> None:
    """Refuse a policy with an action that does not exist: it would block nothing.

    Raises:
        InvalidRequest: The sentence says which names are near.
    """
    for name in (*(policy.allowed_actions or ()), *(policy.blocked_actions or ())):
        if name not in KNOWN_ACTIONS:
            raise InvalidRequest(unknown_name(named(name), KNOWN_ACTIONS, "action"))


def machine_names(names: Iterable[str] | None) -> list[str]:
    """Return the names as machines have them, each once."""
    return _renamed(names or (), MACHINE_NAMES)


def in_agent_names(policy: ActionPolicy) -> ActionPolicy:
    """Return the policy as predictions and agents name actions."""
    fields = ("allowed_actions", "blocked_actions")
    given = {name: names for name in fields if (names := getattr(policy, name))}
    renamed = {name: _renamed(names, AGENT_NAMES) for name, names in given.items()}
    return policy.model_copy(update=renamed)


def _renamed(names: Iterable[str], other: Mapping[str, str]) -> list[str]:
    return [*dict.fromkeys(other.get(name, name) for name in names)]
