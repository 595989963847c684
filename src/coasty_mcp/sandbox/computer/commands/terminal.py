"""Terminal commands; their sessions are not those of the terminal windows."""

from ..state import ComputerState
from .parameters import Handler, Parameters, Result

TIMEOUT_MS = 30_000


def terminal_connect(computer: ComputerState, parameters: Parameters) -> Result:
    shell = computer.terminal_sessions.connect(_session(parameters))
    return {"session_id": shell.session_id, "cwd": computer.files.shown(shell.folder)}


def terminal_execute(computer: ComputerState, parameters: Parameters) -> Result:
    return computer.shell(
        parameters.text("command"),
        _session(parameters),
        parameters.text("cwd", default=""),
        parameters.number("timeout_ms", default=TIMEOUT_MS),
    )


def terminal_read(computer: ComputerState, parameters: Parameters) -> Result:
    shell = computer.terminal_sessions.get(_session(parameters))
    return {"session_id": shell.session_id, "output": shell.transcript}


def terminal_clear(computer: ComputerState, parameters: Parameters) -> Result:
    shell = computer.terminal_sessions.get(_session(parameters))
    shell.transcript = ""
    return {"session_id": shell.session_id, "cleared": True}


def terminal_close(computer: ComputerState, parameters: Parameters) -> Result:
    return {"session_id": computer.terminal_sessions.close(_session(parameters)), "closed": True}


def _session(parameters: Parameters) -> str:
    return parameters.text("session_id", default="")


HANDLERS: dict[str, Handler] = {
    "terminal_connect": terminal_connect,
    "terminal_execute": terminal_execute,
    "terminal_read": terminal_read,
    "terminal_clear": terminal_clear,
    "terminal_close": terminal_close,
}
