"""Shell sessions, apart from the terminal window."""

from ..computer_state import Machine
from .parameters import Handler, Parameters, Result


def terminal_connect(machine: Machine, given: Parameters) -> Result:
    shell = machine.shells.connect(_session(given))
    return {"session_id": shell.session_id, "cwd": machine.files.shown(shell.folder)}


def terminal_execute(machine: Machine, given: Parameters) -> Result:
    return machine.shell(given.text("command"), _session(given), given.text("cwd", default=""))


def terminal_read(machine: Machine, given: Parameters) -> Result:
    shell = machine.shells.get(_session(given))
    return {"session_id": shell.session_id, "output": shell.transcript}


def terminal_clear(machine: Machine, given: Parameters) -> Result:
    shell = machine.shells.get(_session(given))
    shell.transcript = ""
    return {"session_id": shell.session_id, "cleared": True}


def terminal_close(machine: Machine, given: Parameters) -> Result:
    return {"session_id": machine.shells.close(_session(given)), "closed": True}


def _session(given: Parameters) -> str:
    return given.text("session_id", default="")


HANDLERS: dict[str, Handler] = {
    "terminal_connect": terminal_connect,
    "terminal_execute": terminal_execute,
    "terminal_read": terminal_read,
    "terminal_clear": terminal_clear,
    "terminal_close": terminal_close,
}
