"""The machine commands: each one's handler, and the scope that it needs."""

from . import browser, file, mouse_and_keys, terminal, window
from .parameters import Handler

READS_FILES = {
    "file_read",
    "file_exists",
    "directory_list",
    "file_download",
    "file_list_downloads",
}

_DOCUMENTED: dict[str, Handler] = {
    **mouse_and_keys.HANDLERS,
    **window.HANDLERS,
    **terminal.HANDLERS,
    **file.HANDLERS,
    **browser.HANDLERS,
}
HANDLERS: dict[str, Handler] = {**_DOCUMENTED, **mouse_and_keys.ALIASES}

COMMANDS = tuple(_DOCUMENTED)


def _scope(command: str) -> str:
    if command == "browser_execute":
        return "browser:execute"
    if command in terminal.HANDLERS:
        return "terminal:exec"
    if command in file.HANDLERS:
        return "files:read" if command in READS_FILES else "files:write"
    return "actions:exec"


SCOPES = {command: _scope(command) for command in HANDLERS}
