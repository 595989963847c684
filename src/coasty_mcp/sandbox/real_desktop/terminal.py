"""Terminal sessions: each is a bash in the cage that runs one command line after the other."""

from dataclasses import dataclass, field

from ..computer.command_error import CommandError
from .bash import Bash
from .cage import HOME
from .running_cage import RunningCage

MAX_OUTPUT = 5000
MAX_SESSIONS = 32
TIMED_OUT = 124  # the exit code of coreutils' timeout


@dataclass
class Shell:
    """A session; its bash is started for the first line, and again when one has ended."""

    cage: RunningCage
    session_id: str
    folder: str = HOME
    transcript: str = ""
    _bash: Bash | None = None

    def run(self, line: str, folder: str, timeout_ms: float) -> dict[str, object]:
        """Run a line and return its result; one that takes too long ends together with its bash.

        Raises:
            CommandError: it took too long, there is no such folder, or the machine has ended.
        """
        if "\0" in line + folder:
            raise CommandError("A command line has no NUL characters in it.")
        bash = self._bash = self._bash or Bash(self.cage, self.folder)
        done = bash.run(line, folder, timeout_ms / 1000)
        if done.no_folder:
            raise CommandError(f"There is no folder {folder}.")
        self._note(line, done.output)
        if done.exit_code is None or done.ended:
            self.close()
        self.folder = done.folder or self.folder
        result: dict[str, object] = {
            "output": done.output[:MAX_OUTPUT],
            "exit_code": TIMED_OUT if done.exit_code is None else done.exit_code,
            "session_id": self.session_id,
            "cwd": self.folder,
        }
        if done.exit_code is None:
            raise CommandError(
                f"The command did not end within {timeout_ms:g} ms, and was stopped, with the "
                "variables of its shell. Give it more time with timeout_ms, or end it with &.",
                result,
            )
        return result

    def close(self) -> None:
        """End the bash; what it left running in the background goes on."""
        if self._bash:
            self._bash.close()
            self._bash = None

    def _note(self, line: str, output: str) -> None:
        prompt = f"user@sandbox:{self.folder.replace(HOME, '~', 1)}$ "
        self.transcript = f"{self.transcript}{prompt}{line}\n{output}"[-MAX_OUTPUT:]


@dataclass
class TerminalSessions:
    """The sessions of a machine; beyond a limit, the one used longest ago is closed."""

    cage: RunningCage
    _open: dict[str, Shell] = field(default_factory=dict[str, Shell])
    _made: int = 0

    def connect(self, session_id: str = "") -> Shell:
        """Return the session with that id, made when there is none; no id makes a new one."""
        if not session_id:
            self._made += 1
            session_id = f"term_{self._made}"
        shell = self._open.pop(session_id, None) or Shell(self.cage, session_id)
        self._open[session_id] = shell
        while len(self._open) > MAX_SESSIONS:
            self._open.pop(next(iter(self._open))).close()
        return shell

    def get(self, session_id: str = "") -> Shell:
        """Return an open session, the one used last when no id is given.

        Raises:
            CommandError: there is none.
        """
        session_id = session_id or next(reversed(self._open), "")
        if not session_id:
            raise CommandError("No terminal session is open.")
        if session_id not in self._open:
            raise CommandError(f"There is no terminal session {session_id}.")
        return self._open[session_id]

    def close(self, session_id: str = "") -> str:
        closed = self.get(session_id).session_id
        self._open.pop(closed).close()
        return closed

    def close_all(self) -> None:
        for shell in self._open.values():
            shell.close()
        self._open.clear()
