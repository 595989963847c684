"""The action policy that holds for every call: COASTY_ACTION_POLICY, a JSON file."""

from pathlib import Path

from pydantic import ValidationError

from ..api.errors import InvalidRequest
from ..api.files import read_regular
from ..api.policy import require_known_actions
from ..api.rules import explain_errors
from ..api.wire.policy import ActionPolicy
from ..settings import WrongSetting, variable

LARGEST = 1_000_000
"""Bytes: several times what the longest lists of a policy take."""


def read_action_policy(file: Path) -> ActionPolicy:
    """Return the policy in the file.

    Raises:
        WrongSetting: It cannot be read, or would not do what it says. The server must not start:
            whoever set a policy relies on it.
    """
    try:
        policy = ActionPolicy.model_validate_json(read_regular(file, LARGEST))
        require_known_actions(policy)
    except OSError as error:
        raise _wrong(file, f"cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        raise _wrong(file, f"holds no action policy: {_problem(error)}") from error
    except InvalidRequest as error:
        raise _wrong(file, f"holds no action policy: {error.facts['message']}") from error
    if not policy.model_dump(exclude_none=True):
        raise _wrong(file, "holds an action policy that forbids nothing.")
    return policy


def _problem(error: ValidationError) -> str:
    if error.errors()[0]["type"] == "json_invalid":
        return "it is no JSON."
    return explain_errors(error, ActionPolicy)


def _wrong(file: Path, what: str) -> WrongSetting:
    return WrongSetting(f"{variable('action_policy')} names {file}, which {what}")
