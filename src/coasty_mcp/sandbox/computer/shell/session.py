"""The state of a shell session, and the result of a program."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import inf
from typing import NamedTuple

from ..command_error import CommandError
from ..file_system import FileSystem

HOST = "sandbox"
MAX_TEXT = 1_000_000
"""The most characters that a program passes on, or a word expands to."""
MAX_WORK = 1_000_000
"""The steps of work for one command line, each about a microsecond of real time."""


class ProgramResult(NamedTuple):
    """What a program printed to its two outputs, and its exit code."""

    output: str = ""
    errors: str = ""
    exit_code: int = 0


class TimedOut(Exception):
    """A command line took longer than it may."""


class LeftLoop(Exception):
    """`break` or `continue` left this many loops, the outermost of them for good or not."""

    def __init__(self, levels: int, *, for_good: bool) -> None:
        super().__init__()
        self.levels = levels
        self.for_good = for_good


@dataclass
class ShellSession:
    """What a shell remembers between command lines: folder, variables, transcript."""

    files: FileSystem
    session_id: str = ""
    folder: str = ""
    variables: dict[str, str] = field(default_factory=dict[str, str])
    transcript: str = ""
    """The prompts, commands and outputs, as a terminal shows them."""
    ended: bool = False
    exit_code: int = 0
    """The code that `exit` ended a PowerShell with."""
    work_left: int = MAX_WORK
    time_left: float = inf
    """The seconds of simulated time that the command line may still take."""
    timed_out: bool = False
    standing_input: str = ""
    """What commands inside of a loop or group read where nothing else is given to them."""
    loops: int = 0
    """How many loops are running."""

    def __post_init__(self) -> None:
        home = self.files.home
        self.folder = self.folder or home
        self.variables |= {
            "HOME": self.files.shown(home),
            "LANG": "en_US.UTF-8",
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "PWD": self.files.shown(self.folder),
            "SHELL": "/bin/bash",
            "USER": "user",
        }
        if self.files.windows:
            self.variables |= {
                "env:computername": HOST.upper(),
                "env:home": self.files.shown(home),
                "env:homepath": "\\Users\\user",
                "env:os": "Windows_NT",
                "env:path": r"C:\Windows\system32;C:\Windows",
                "env:temp": self.files.shown("/C:/Windows/Temp"),
                "env:username": "user",
                "env:userprofile": self.files.shown(home),
            }

    def charge(self, steps: int) -> None:
        """Count real work: a step of a pattern, or ten characters that are read.

        Raises:
            CommandError: it is too much for one command line.
        """
        self.work_left -= steps
        if self.work_left < 0:
            raise CommandError("the sandbox does not do this much work for one command line")

    @contextmanager
    def in_background(self) -> Generator[None]:
        """Let what is done in the block take no time of the command line; it is done at once."""
        left, self.time_left = self.time_left, inf
        try:
            with self.files.clock.beside():
                yield
        finally:
            self.time_left = left

    @contextmanager
    def apart(self) -> Generator[None]:
        """Undo in the end what the block does to the folder and the variables, but for `$?`."""
        kept = self.folder, dict(self.variables), self.ended
        try:
            yield
        finally:
            code = self.variables.get("?", "0")
            self.folder, self.variables, self.ended = kept
            self.variables["?"] = code

    def spend(self, seconds: float) -> None:
        """Let simulated time pass.

        Raises:
            TimedOut: the command line has no such time left.
        """
        spent = min(seconds, self.time_left)
        self.files.clock.spend(spent)
        self.time_left -= spent
        if spent < seconds:
            raise TimedOut

    @property
    def prompt(self) -> str:
        folder, home = self.folder, self.files.home
        if self.files.windows:
            return f"PS {self.files.shown(folder)}> "
        below_home = folder == home or folder.startswith(f"{home}/")
        return f"user@{HOST}:{'~' + folder.removeprefix(home) if below_home else folder}$ "

    def path(self, text: str) -> str:
        return self.files.resolve(text, self.folder)

    def enter(self, folder: str) -> None:
        path = self.path(folder)
        self.files.names(path)  # refuses what is no folder
        self.variables |= {"OLDPWD": self.variables["PWD"], "PWD": self.files.shown(path)}
        self.folder = path
