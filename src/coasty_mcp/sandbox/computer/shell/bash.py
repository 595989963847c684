"""The bash dialect: expands the words of a line, and runs its programs."""

import re
from collections.abc import Iterator
from contextlib import nullcontext
from fnmatch import fnmatchcase
from posixpath import basename, dirname
from time import thread_time

from ..command_error import CommandError
from . import arithmetic
from .braces import braces
from .control_flow import ControlFlow, merged
from .expansion import joined, variable
from .grammar import Compound, Pipeline, Pipelines, Simple
from .parser import parse
from .programs import PROGRAMS
from .scanner import Part, Word
from .session import MAX_TEXT, ProgramResult, ShellSession

BULK = frozenset({"base64", "sha256sum"})
"""Programs that look at no letter by itself."""
MICROSECONDS = 1e6
NULL_DEVICE = "/dev/null"
STEP = 50
"""Steps of work that a command is counted as, whatever it does."""
MAX_DEPTH = 8  # of commands in commands
ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
WILDCARD = re.compile(r"[*?]|\[[^\]]+\]")


class Bash:
    """Runs lines in a session; an inner one runs what stands in `$(...)`."""

    name = "bash"

    def __init__(self, session: ShellSession, depth: int = 0) -> None:
        self.session = session
        self.depth = depth
        self.errors = ""
        """What commands in `$(...)` printed to standard error."""
        self.flow = ControlFlow(session, self._run, self._words_of_loop)

    def results(self, line: str) -> Iterator[ProgramResult]:
        """Run a line, and yield what each of its pipelines prints."""
        return self._run(parse(line))

    def _run(self, pipelines: Pipelines) -> Iterator[ProgramResult]:
        code = 0
        for pipeline in pipelines:
            if not self.session.ended and _should_run(pipeline, code):
                self.session.charge(STEP * len(pipeline.commands))
                job = self.session.in_background() if pipeline.in_background else nullcontext()
                with job:
                    for done in self._pipeline_results(pipeline):
                        code = done.exit_code
                        yield done
                self.session.variables["?"] = str(code)

    def _pipeline_results(self, pipeline: Pipeline) -> Iterator[ProgramResult]:
        first = pipeline.commands[0]
        if isinstance(first, Simple) or len(pipeline.commands) > 1 or pipeline.negated:
            yield self._run_pipeline(pipeline)
        elif first.redirections:
            yield self._run_command(first, self.session.standing_input)
        else:
            yield from self.flow.results(first, self.session.standing_input)

    def _run_pipeline(self, pipeline: Pipeline) -> ProgramResult:
        passed, errors, code = self.session.standing_input, "", 0
        is_piped = len(pipeline.commands) > 1
        for command in pipeline.commands:
            with self.session.apart() if is_piped else nullcontext():
                passed, problem, code = self._run_command(command, passed[:MAX_TEXT])
            errors += problem
        return ProgramResult(passed, errors, int(not code) if pipeline.negated else code)

    def _run_command(self, command: Simple | Compound, stdin: str) -> ProgramResult:
        self.errors = ""
        try:
            words = self._words(command) if isinstance(command, Simple) else []
            for sign, target in command.redirections:
                stdin = self._input(sign, target, stdin)
            if not isinstance(command, Simple):
                done = merged(self.flow.results(command, stdin))
            else:
                done = self._call(words, stdin) if words else ProgramResult()
                done = done._replace(errors=self.errors + done.errors)
            for sign, target in command.redirections:
                done = self._redirected(done, sign, target)
        except CommandError as problem:
            return ProgramResult(errors=f"{self.errors}bash: {problem}\n", exit_code=1)
        return done

    def _words(self, simple: Simple) -> list[str]:
        return [text for word in self._assigned(simple.words) for text in self._expanded(word)]

    def _words_of_loop(self, words: list[Word]) -> tuple[list[str], str]:
        """Return the texts that a `for` goes through, and what `$(...)` in them complained of."""
        self.errors = ""
        return [text for word in words for text in self._expanded(word)], self.errors

    def _call(self, words: list[str], stdin: str) -> ProgramResult:
        name, *arguments = words
        program = PROGRAMS.get(basename(name))
        if program is None:
            return ProgramResult(errors=_not_found(name), exit_code=127)
        begun = thread_time()
        try:
            self.session.charge(len(stdin) // (100 if basename(name) in BULK else 10))
            done = program(self.session, arguments, stdin)
            self.session.charge(int(MICROSECONDS * (thread_time() - begun)))
        except CommandError as problem:
            return ProgramResult(errors=f"{name}: {problem}\n", exit_code=1)
        return done

    def _assigned(self, words: list[Word]) -> list[Word]:
        """Set the variables that the words begin with, and return the others."""
        for index, word in enumerate(words):
            found = ASSIGNMENT.match(word[0].text) if word and not word[0].quoted else None
            if not found or word[0].kind != "text":
                return words[index:]
            rest = [Part("text", found[2], True), *word[1:]]
            self.session.variables[found[1]] = "".join(map(self._value, rest))
        return []

    def _expanded(self, word: Word) -> list[str]:
        """Return the texts that a word stands for."""
        return [text for each in braces(word) for text in self._fields(each)]

    def _fields(self, word: Word) -> list[str]:
        if word and word[0].kind == "text" and not word[0].quoted:
            home = re.sub(r"\A~(?=/|\Z)", lambda _: self.session.files.home, word[0].text)
            word = [Part("text", home, False), *word[1:]]
        fields = joined((part, self._value(part)) for part in word)
        return [match for field in fields for match in self._matched(field)]

    def _matched(self, field: list[tuple[str, bool]]) -> list[str]:
        """Return the names of the files that a field matches, or its text."""
        text = "".join(text for text, _ in field)
        if len(text) > MAX_TEXT:
            raise CommandError("the sandbox does not expand a word to this much text")
        if not any(WILDCARD.search(text) and not quoted for text, quoted in field):
            return [text]
        pattern = "".join(re.sub(r"([*?[])", r"[\1]", t) if quoted else t for t, quoted in field)
        folder = self.session.path(dirname(text) or ".")
        names = self.session.files.names(folder) if self.session.files.is_folder(folder) else []
        found = [n for n in names if fnmatchcase(n, basename(pattern)) and not n.startswith(".")]
        before = f"{dirname(text).rstrip('/')}/" if "/" in text else ""
        return [before + name for name in found] or [text]

    def _value(self, part: Part) -> str:
        value = self._put_in(part)
        self.session.charge(len(value) // 10)
        return value

    def _put_in(self, part: Part) -> str:
        """Return what stands for a part of a word."""
        match part.kind:
            case "text":
                return part.text
            case "variable":
                return variable(part.text, self.session.variables)
            case "arithmetic":
                inner = re.sub(r"\$\{(\w+)\}", r"\1", part.text)
                return str(arithmetic.evaluate(inner, self.session.variables))
            case "command":
                return self._captured(part.text)

    def _captured(self, command: str) -> str:
        """Return what a command prints; its folder and variables are its own."""
        if self.depth >= MAX_DEPTH:
            raise CommandError("the sandbox does not run commands this deep in commands")
        with self.session.apart():
            results = list(Bash(self.session, self.depth + 1).results(command))
        self.errors += "".join(result.errors for result in results)
        return "".join(result.output for result in results)[:MAX_TEXT].rstrip("\n")

    def _input(self, sign: str, target: Word, stdin: str) -> str:
        match sign:
            case "<":
                return self.session.files.read(self._target(target))
            case "<<<":
                return "".join(map(self._value, target)) + "\n"
            case _:
                return stdin

    def _redirected(self, done: ProgramResult, sign: str, target: Word) -> ProgramResult:
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
            case ">&2":
                return ProgramResult("", done.output + done.errors, done.exit_code)
            case _:
                return done

    def _save(self, target: Word, text: str, *, append: bool) -> None:
        path = self._target(target)
        if path != NULL_DEVICE:
            files = self.session.files
            before = files.read(path) if append and files.exists(path) else ""
            files.write(path, before + text)

    def _target(self, word: Word) -> str:
        names = self._expanded(word)
        if len(names) != 1:
            raise CommandError(f"{word[0].text if word else ''}: ambiguous redirect")
        return self.session.path(names[0])


def _should_run(pipeline: Pipeline, code: int) -> bool:
    return {"&&": code == 0, "||": code != 0}.get(pipeline.joined_by, True)


def _not_found(name: str) -> str:
    there = ", ".join(sorted(PROGRAMS))
    return f"bash: {name}: command not found. The sandbox does not have it; it has: {there}.\n"
