"""The machine commands that the API lets through: their scopes, and their shorter names."""

from collections.abc import Mapping, Sequence
from typing import Any

from ...api.errors import InvalidRequest
from ...api.wire.actions import Command
from .validation import invalid_request

DESKTOP_SCOPES = frozenset({"actions:exec", "browser:execute"})


def scopes_of(commands: Sequence[str]) -> set[str]:
    """Return all the scopes that these commands need."""
    from ..computer import SCOPES

    for command in commands:
        if command not in SCOPES:
            raise _unknown("command", command, valid_commands=list(SCOPES))
    return {SCOPES[command] for command in commands}


def command_of(op: str, ops: Mapping[str, Command]) -> str:
    """Return the command behind `/browser/{op}` or `/files/{op}`."""
    if op not in ops:
        raise _unknown("op", op, valid_options=list(ops))
    return ops[op]


def shows_screen(command: str) -> bool:
    """Return whether the result of the command carries a picture."""
    return command == "screenshot" or command.startswith("browser_")


def _unknown(where: str, name: str, **valid: Any) -> InvalidRequest:
    return invalid_request(f"There is no {where} {name}.", "body", where, kind="enum", **valid)
