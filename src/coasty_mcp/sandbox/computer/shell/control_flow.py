"""Runs what holds other commands in bash: loops, conditions and groups."""

from collections.abc import Callable, Generator, Iterator

from .grammar import Compound, Group, If, Loop, Pipelines
from .scanner import Word
from .session import MAX_TEXT, LeftLoop, ProgramResult, ShellSession

ROUND = 50
"""Steps of work that a round of a loop is counted as, besides what is done in it."""

Results = Iterator[ProgramResult]
Outcome = Generator[ProgramResult, None, int]
"""Yields what is printed, and returns the exit code."""


class ControlFlow:
    """Runs compound commands by what runs lists of commands, and what expands words."""

    def __init__(
        self,
        session: ShellSession,
        run: Callable[[Pipelines], Results],
        expand: Callable[[list[Word]], tuple[list[str], str]],
    ) -> None:
        self.session = session
        self._run = run
        self._expand = expand

    def results(self, command: Compound, stdin: str) -> Results:
        """Yield what the command prints, and at last its exit code."""
        kept, self.session.standing_input = self.session.standing_input, stdin
        try:
            code = yield from self._outcome(command)
        finally:
            self.session.standing_input = kept
        if not self.session.ended:
            yield ProgramResult(exit_code=code)

    def _outcome(self, command: Compound) -> Outcome:
        match command:
            case Loop():
                return (yield from self._loop(command))
            case If():
                return (yield from self._if(command))
            case Group(is_apart=True):
                with self.session.apart():
                    return (yield from self._list(command.body))
            case Group():
                return (yield from self._list(command.body))

    def _list(self, body: Pipelines) -> Outcome:
        code = 0
        for done in self._run(body):
            code = done.exit_code
            yield done
        return code

    def _if(self, command: If) -> Outcome:
        for condition, body in command.branches:
            if not (yield from self._list(condition)):
                return (yield from self._list(body))
        return (yield from self._list(command.otherwise))

    def _loop(self, loop: Loop) -> Outcome:
        words, errors = self._expand(loop.words)
        rounds, code = iter(words), 0
        if errors:
            yield ProgramResult(errors=errors)
        self.session.loops += 1
        try:
            while not self.session.ended:
                self.session.charge(ROUND)
                if not (yield from self._begins(loop, rounds)):
                    break
                try:
                    code = yield from self._list(loop.body)
                except LeftLoop as left:
                    code = 0
                    if left.levels > 1:
                        raise LeftLoop(left.levels - 1, for_good=left.for_good) from None
                    if left.for_good:
                        break
        finally:
            self.session.loops -= 1
        return code

    def _begins(self, loop: Loop, rounds: Iterator[str]) -> Generator[ProgramResult, None, bool]:
        """Return whether there is another round."""
        if loop.keyword == "for":
            value = next(rounds, None)
            if value is not None:
                self.session.variables[loop.name] = value
            return value is not None
        failed = yield from self._list(loop.condition)
        return bool(failed) is (loop.keyword == "until")


def merged(results: Results) -> ProgramResult:
    """Return the results as one, with the exit code of the last."""
    output, errors, code = "", "", 0
    for result in results:
        output = (output + result.output)[:MAX_TEXT]
        errors = (errors + result.errors)[:MAX_TEXT]
        code = result.exit_code
    return ProgramResult(output, errors, code)
