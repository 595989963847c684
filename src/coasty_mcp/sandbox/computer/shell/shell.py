"""The shell: it runs command lines with pipes, lists and redirections."""

import re
from fnmatch import fnmatch
from math import inf
from posixpath import basename, dirname

from ..command_error import CommandError
from .grammar import Pipeline, Simple, expand, parse
from .programs import PROGRAMS
from .session import ProgramResult, ShellSession, TimedOut

MAX_OUTPUT = 5000
TIMED_OUT = 124  # the exit code of coreutils' timeout
NULL_DEVICE = "/dev/null"
NOT_RECOGNIZED = (
    "{0}: The term '{0}' is not recognized as the name of a cmdlet, function, script file, or "
    "operable program.\n"
)


class Shell(ShellSession):
    """A session that can run command lines."""

    def run(self, line: str, seconds: float | None = None) -> ProgramResult:
        """Run a line and return everything that it printed, errors included.

        It may take so many seconds of simulated time; `timed_out` tells whether it would need more.
        """
        self.time_left, self.timed_out = seconds or inf, False
        self.transcript += f"{self.prompt}{line}\n"
        printed, code = "", 0
        try:
            pipelines = parse(line.replace("\\", "/") if self.files.windows else line)
        except CommandError as problem:
            pipelines, printed, code = [], f"{self._name}: {problem}\n", 2
        for pipeline in pipelines:
            if not self.ended and _should_run(pipeline, code):
                try:
                    done = self._run_pipeline(pipeline)
                except TimedOut:
                    self.timed_out, code = True, TIMED_OUT
                    break
                printed, code = printed + done.output, done.exit_code
                self.variables["?"] = str(code)
        printed = printed[:MAX_OUTPUT]
        self.transcript = (self.transcript + printed)[-MAX_OUTPUT:]
        return ProgramResult(printed, exit_code=code)

    @property
    def _name(self) -> str:
        return "powershell" if self.files.windows else "bash"

    def _run_pipeline(self, pipeline: Pipeline) -> ProgramResult:
        passed, errors, code = "", "", 0
        for simple in pipeline.programs:
            passed, problem, code = self._run_simple(simple, passed)
            errors += problem
        return ProgramResult(passed + errors, exit_code=code)

    def _run_simple(self, simple: Simple, stdin: str) -> ProgramResult:
        words = [part for word in simple.words for part in self._expanded(word)]
        while words and (assignment := re.fullmatch(r"([A-Za-z_]\w*)=(.*)", words[0], re.DOTALL)):
            self.variables[assignment[1]] = assignment[2]
            words.pop(0)
        try:
            for sign, target in simple.redirections:
                stdin = self.files.read(self._target(target)) if sign == "<" else stdin
            done = self._call(words, stdin) if words else ProgramResult()
            for sign, target in simple.redirections:
                done = self._redirected(done, sign, target)
        except CommandError as problem:
            return ProgramResult(errors=f"{self._name}: {problem}\n", exit_code=1)
        return done

    def _call(self, words: list[str], stdin: str) -> ProgramResult:
        name, *arguments = words
        program = PROGRAMS.get(name.lower() if self.files.windows else basename(name))
        if program is None and self.files.windows:
            return ProgramResult(errors=NOT_RECOGNIZED.format(name), exit_code=1)
        if program is None:
            return ProgramResult(errors=f"bash: {name}: command not found\n", exit_code=127)
        try:
            return program(self, arguments, stdin)
        except CommandError as problem:
            return ProgramResult(errors=f"{name}: {problem}\n", exit_code=1)

    def _redirected(self, done: ProgramResult, sign: str, target: str) -> ProgramResult:
        match sign:
            case ">" | ">>":
                self._save(target, done.output, append=sign == ">>")
                return done._replace(output="")
            case "2>" | "2>>":
                self._save(target, done.errors, append=sign == "2>>")
                return done._replace(errors="")
            case "&>":
                self._save(target, done.output + done.errors, append=False)
                return ProgramResult(exit_code=done.exit_code)
            case "2>&1":
                return ProgramResult(done.output + done.errors, exit_code=done.exit_code)
            case _:
                return done

    def _save(self, target: str, text: str, *, append: bool) -> None:
        path = self._target(target)
        if path != NULL_DEVICE:
            before = self.files.read(path) if append and self.files.exists(path) else ""
            self.files.write(path, before + text)

    def _target(self, word: str) -> str:
        return self.path(self._expanded(word)[0])

    def _expanded(self, word: str) -> list[str]:
        return expand(word, self.variables, self.files.home, self._matching)

    def _matching(self, pattern: str) -> list[str]:
        folder, name = self.path(dirname(pattern) or "."), basename(pattern)
        names = self.files.names(folder) if self.files.is_folder(folder) else []
        found = [n for n in names if fnmatch(n, name) and not n.startswith(".")]
        return [f"{dirname(pattern).rstrip('/')}/{n}" if "/" in pattern else n for n in found]


def _should_run(pipeline: Pipeline, code: int) -> bool:
    return {"&&": code == 0, "||": code != 0}.get(pipeline.joined_by, True)
