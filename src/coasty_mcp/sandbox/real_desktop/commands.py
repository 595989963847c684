"""Every machine command, carried out on a running machine."""

from typing import Any

from ..computer.command_error import CommandError
from ..computer.commands.parameters import Parameters
from . import browser, inputs, windows
from .files import COMMANDS as FILE_COMMANDS
from .files import run_file_command
from .parts import Parts

Result = dict[str, Any]

TIMEOUT_MS = 30_000
MOST_TIMEOUT_MS = 120_000


def run_command(parts: Parts, parameters: Parameters) -> Result:
    """Carry out one command and return its result.

    Raises:
        CommandError: it failed on the machine.
    """
    command = parameters.command
    if command == "screenshot":
        return {"width": parts.screen.width, "height": parts.screen.height}
    if command == "browser_click" and not parameters.has("selector"):
        clicked = parts.inputs.run(_named(parameters, "click"))
        return clicked | browser.location(parts.tabs)
    if command in inputs.HANDLERS:
        return parts.inputs.run(parameters)
    if command in windows.HANDLERS:
        return windows.HANDLERS[command](parts.screen, parameters)
    if command in browser.HANDLERS:
        return browser.HANDLERS[command](parts.tabs, parameters)
    if command in FILE_COMMANDS:
        return run_file_command(parts.cage, parameters)
    return _in_terminal(parts, parameters)


def _in_terminal(parts: Parts, parameters: Parameters) -> Result:
    sessions, session_id = parts.terminal, parameters.text("session_id", default="")
    match parameters.command:
        case "terminal_connect":
            shell = sessions.connect(session_id)
            return {"session_id": shell.session_id, "cwd": shell.folder}
        case "terminal_execute":
            milliseconds = parameters.number("timeout_ms", default=TIMEOUT_MS)
            line, folder = parameters.text("command"), parameters.text("cwd", default="")
            timeout = max(1.0, min(milliseconds, MOST_TIMEOUT_MS))
            return sessions.connect(session_id).run(line, folder, timeout)
        case "terminal_read":
            shell = sessions.get(session_id)
            return {"session_id": shell.session_id, "output": shell.transcript}
        case "terminal_clear":
            shell = sessions.get(session_id)
            shell.transcript = ""
            return {"session_id": shell.session_id, "cleared": True}
        case "terminal_close":
            return {"session_id": sessions.close(session_id), "closed": True}
        case unknown:
            raise CommandError(f"A real machine does not know {unknown}.")


def _named(parameters: Parameters, command: str) -> Parameters:
    return Parameters(command, parameters.values, parameters.width, parameters.height)
