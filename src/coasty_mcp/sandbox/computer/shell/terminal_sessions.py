"""The terminal sessions of a computer, by id."""

from ..command_error import CommandError
from ..file_system import FileSystem
from .shell import Shell

MAX_SESSIONS = 32


class TerminalSessions:
    """The open terminal sessions; beyond a limit, the one used longest ago is closed."""

    def __init__(self, files: FileSystem) -> None:
        self.files = files
        self._sessions: dict[str, Shell] = {}
        self._made = 0

    def connect(self, session_id: str | None = None) -> Shell:
        """Return the session with that id, made when there is none; no id makes a new one."""
        if not session_id:
            self._made += 1
            session_id = f"term_{self._made}"
        shell = self._sessions.pop(session_id, None)
        if shell is None or shell.ended:
            shell = Shell(self.files, session_id)
        self._sessions[session_id] = shell
        while len(self._sessions) > MAX_SESSIONS:
            del self._sessions[next(iter(self._sessions))]
        return shell

    def get(self, session_id: str = "") -> Shell:
        """Return an open session, the one used last when no id is given.

        Raises:
            CommandError: there is none.
        """
        session_id = session_id or next(reversed(self._sessions), "")
        if not session_id:
            raise CommandError("No terminal session is open.")
        if session_id not in self._sessions:
            raise CommandError(f"There is no terminal session {session_id}.")
        return self._sessions[session_id]

    def latest(self) -> Shell:
        """Return the session that was used last, or a new one."""
        return next(reversed(self._sessions.values()), None) or Shell(self.files)

    def close(self, session_id: str = "") -> str:
        closed = self.get(session_id).session_id
        del self._sessions[closed]
        return closed
