"""The machine commands that the API lets through: their scopes, and their shorter names."""

from collections.abc import Sequence
from typing import Any, get_args

from ...api.errors import InvalidRequest
from ...api.wire import actions as wire
from .validation import invalid_request

BROWSER_OPS = {
    **{op: f"browser_{op.replace('-', '_')}" for op in get_args(wire.BrowserOp)},
    "dom": "browser_get_dom",
    "clickables": "browser_get_clickables",
}
FILES_OPS = {
    "read": "file_read",
    "exists": "file_exists",
    "list": "directory_list",
    "list-directory": "directory_list",
    "download": "file_download",
    "list-downloads": "file_list_downloads",
    "write": "file_write",
    "edit": "file_edit",
    "append": "file_append",
    "delete": "file_delete",
    "delete-directory": "directory_delete",
}
DESKTOP_SCOPES = frozenset({"actions:exec", "browser:execute"})


def scopes_of(commands: Sequence[str]) -> set[str]:
    """Return all the scopes that these commands need."""
    from ..computer import SCOPES

    for command in commands:
        if command not in SCOPES:
            raise _unknown("command", command, valid_commands=list(SCOPES))
    return {SCOPES[command] for command in commands}


def command_of(op: str, ops: dict[str, str]) -> str:
    """Return the command behind `/browser/{op}` or `/files/{op}`."""
    if op not in ops:
        raise _unknown("op", op, valid_options=list(ops))
    return ops[op]


def shows_screen(command: str) -> bool:
    """Return whether the result of the command carries a picture."""
    return command == "screenshot" or command.startswith("browser_")


def _unknown(where: str, name: str, **valid: Any) -> InvalidRequest:
    return invalid_request(f"There is no {where} {name}.", "body", where, kind="enum", **valid)
