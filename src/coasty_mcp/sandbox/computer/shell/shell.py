"""The shell of a session: it runs lines of bash, or of PowerShell on Windows."""

from math import inf

from ..command_error import CommandError
from ..file_system import readable
from .bash import Bash
from .powershell import PowerShell
from .session import MAX_WORK, ProgramResult, ShellSession, TimedOut

MAX_OUTPUT = 5000
TIMED_OUT = 124  # the exit code of coreutils' timeout


class Shell(ShellSession):
    """A session that can run command lines."""

    def run(self, line: str, seconds: float | None = None) -> ProgramResult:
        """Run a line and return everything that it printed, errors included.

        It may take so many seconds of simulated time; `timed_out` tells whether it would need more.
        """
        self.time_left, self.timed_out = seconds or inf, False
        self.work_left = MAX_WORK
        self.transcript += f"{self.prompt}{line}\n"
        interpreter = PowerShell(self) if self.files.windows else Bash(self)
        printed, code = "", 0
        try:
            for result in interpreter.results(line):
                printed = (printed + readable(result.output + result.errors))[:MAX_OUTPUT]
                code = result.exit_code
        except CommandError as problem:
            printed, code = f"{printed}{interpreter.name}: {problem}\n", 2
        except TimedOut:
            self.timed_out, code = True, TIMED_OUT
        printed = printed[:MAX_OUTPUT]
        self.transcript = (self.transcript + printed)[-MAX_OUTPUT:]
        return ProgramResult(printed, exit_code=code)
