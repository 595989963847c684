"""Regular expressions of grep and sed, matched in bounded time.

Python's `re` tries every way of matching, which takes for ever on `(a+)+$`. Here all ways are
followed at once (Thompson's construction, https://swtch.com/~rsc/regexp/regexp1.html), so that a
line takes at most its length times the size of the pattern; the steps are charged to a budget.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ..command_error import CommandError
from .pattern_syntax import Assertion, Character, Choice, Node, Repeated, Sequence, parse_pattern

MAX_STATES = 2_000


@dataclass
class State:
    """A state of the automaton; without a test or an assertion it is passed at once."""

    following: list[int]
    test: Callable[[str], bool] | None = None
    assertion: str = ""


@dataclass
class Pattern:
    """A compiled pattern; `charge` is told the steps that its methods take, and may raise."""

    text: str
    extended: bool = False
    ignore_case: bool = False
    charge: Callable[[int], None] = lambda _: None
    _states: list[State] = field(default_factory=lambda: [State([])])

    def __post_init__(self) -> None:
        self._start = self._build(parse_pattern(self.text, self.extended, self.ignore_case), 0)

    def found_in(self, line: str) -> bool:
        return self._end(line, 0, anchored=False) is not None

    def spans(self, line: str) -> Iterator[tuple[int, int]]:
        """Yield where each match starts and ends, leftmost and longest first."""
        start = 0
        while start <= len(line):
            end = self._end(line, start, anchored=True)
            if end is not None:
                yield start, end
            start = max(end or 0, start + 1)

    def _build(self, node: Node, following: int) -> int:
        """Add the states of a node, and return the one that it starts with."""
        match node:
            case Character(test):
                return self._add(State([following], test))
            case Assertion(kind):
                return self._add(State([following], None, kind))
            case Sequence([]):
                return self._add(State([following]))
            case Sequence(nodes):
                for each in reversed(nodes):
                    following = self._build(each, following)
                return following
            case Choice(nodes):
                return self._add(State([self._build(each, following) for each in nodes]))
            case Repeated():
                return self._build_repeated(node, following)

    def _build_repeated(self, node: Repeated, following: int) -> int:
        if node.most is None:
            start = self._add(State([following]))
            self._states[start].following.append(self._build(node.node, start))
        else:
            start = following
            for _ in range(node.most - node.least):
                start = self._add(State([following, self._build(node.node, start)]))
        for _ in range(node.least):
            start = self._build(node.node, start)
        return start

    def _add(self, state: State) -> int:
        if len(self._states) > MAX_STATES:
            raise CommandError("bad pattern: the sandbox does not match patterns this large")
        self._states.append(state)
        return len(self._states) - 1

    def _end(self, line: str, start: int, *, anchored: bool) -> int | None:
        """Return where the longest match from there ends, or, unanchored, any match."""
        current, end = self._reached([self._start], line, start), None
        for at in range(start, len(line) + 1):
            if 0 in current:  # the state that accepts
                end = at
                if not anchored:
                    return end
            if at == len(line) or not (current or not anchored):
                break
            following = [
                state
                for number in current
                if (test := self._states[number].test) and test(line[at])
                for state in self._states[number].following
            ]
            if not anchored:
                following.append(self._start)
            current = self._reached(following, line, at + 1)
        return end

    def _reached(self, numbers: list[int], line: str, at: int) -> set[int]:
        """Return these states, and those that are reached from them without another letter."""
        reached, steps = set[int](), 0
        while numbers:
            number = numbers.pop()
            steps += 1
            if number not in reached:
                reached.add(number)
                state = self._states[number]
                if not state.test and (not state.assertion or _holds(state.assertion, line, at)):
                    numbers += state.following
        self.charge(steps)
        return reached


def _holds(assertion: str, line: str, at: int) -> bool:
    before, after = line[at - 1 : at] if at else "", line[at : at + 1]
    match assertion:
        case "^":
            return at == 0
        case "$":
            return at == len(line)
        case _:
            boundary = _is_word(before) != _is_word(after)
            sides = {"b": True, "B": True, "<": _is_word(after), ">": _is_word(before)}
            return boundary != (assertion == "B") and sides[assertion]


def _is_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"
