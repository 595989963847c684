"""Keeps action policies: before anything is done, and for all that was asked at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from ...api.errors import ActionBlocked
from ...api.policy import ActionWithParameters, refuse_forbidden
from ...api.wire.policy import ActionPolicy
from .validation import invalid_request


def check_policy(policy: ActionPolicy | None, actions: Sequence[ActionWithParameters]) -> None:
    """Refuse all of the actions where one is against the policy.

    Raises:
        InvalidRequest: The sentence says which one, and why.
    """
    try:
        refuse_forbidden(policy, actions)
    except ActionBlocked as error:
        raise invalid_request(error.facts["message"], "body", "action_policy") from error


class PolicyWatch:
    """Checks what an agent is about to do; one counts the actions of a run with all its tasks."""

    def __init__(self, policy: ActionPolicy | None) -> None:
        self.policy = policy
        self._done = 0

    def check(self, actions: Sequence[Mapping[str, Any]]) -> None:
        """Count the actions of one step.

        Raises:
            CommandError: One of them is against the policy, or they are too many.
        """
        from ..computer import CommandError

        most = self.policy and self.policy.max_actions
        try:
            refuse_forbidden(
                self.policy, [(each["action_type"], each["params"]) for each in actions]
            )
        except ActionBlocked as error:
            raise CommandError(error.facts["message"]) from error
        self._done += len(actions)
        if most and self._done > most:
            raise CommandError(f"The action policy allows {most} actions.")
