"""The syntax of POSIX regular expressions, basic or extended, with `\\d`, `\\w`, `\\s`, `\\b`."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from ..command_error import CommandError

Test = Callable[[str], bool]
MAX_DEPTH = 50
SPECIAL = "(){}|+?"  # in a basic expression they are so only behind a backslash
CLASSES: dict[str, Test] = {
    "alpha": str.isalpha,
    "digit": str.isdigit,
    "alnum": str.isalnum,
    "space": str.isspace,
    "upper": str.isupper,
    "lower": str.islower,
    "punct": lambda letter: letter.isprintable() and not letter.isalnum() and letter != " ",
    "blank": lambda letter: letter in " \t",
    "xdigit": lambda letter: letter in "0123456789abcdefABCDEF",
}
ESCAPES: dict[str, Test] = {
    "d": str.isdigit,
    "w": lambda letter: letter.isalnum() or letter == "_",
    "s": str.isspace,
}
SET = re.compile(r"\[\^?\]?(?:\[:\w+:\]|[^\]])*\]")
SET_ITEM = re.compile(r"\[:(\w+):\]|(\\[dws])|(.)-([^\]])|(.)", re.DOTALL)


@dataclass(frozen=True)
class Character:
    """One letter that passes a test."""

    test: Test


@dataclass(frozen=True)
class Assertion:
    """A condition on a place in the line: `^`, `$`, or with a backslash `b`, `B`, `<`, `>`."""

    kind: str


@dataclass(frozen=True)
class Sequence:
    """Nodes one after the other."""

    nodes: list["Node"]


@dataclass(frozen=True)
class Choice:
    """One of several nodes."""

    nodes: list["Node"]


@dataclass(frozen=True)
class Repeated:
    """A node, from `least` to `most` times; None is any number of times."""

    node: "Node"
    least: int
    most: int | None


Node = Character | Assertion | Sequence | Choice | Repeated


def parse_pattern(text: str, extended: bool, ignore_case: bool) -> Node:
    """Return the syntax tree of a pattern.

    Raises:
        CommandError: it is no pattern, or one that the sandbox does not match.
    """
    parser = _Parser(text, extended, ignore_case)
    node = parser.choice(0)
    if parser.at < len(text):
        raise _bad("unmatched )")
    return node


def _bad(reason: str) -> CommandError:
    return CommandError(f"bad pattern: {reason}")


@dataclass
class _Parser:
    text: str
    extended: bool
    ignore_case: bool
    at: int = 0

    def choice(self, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise _bad("the sandbox does not match groups this deep")
        nodes = [self._sequence(depth)]
        while self._peek() == "|":
            self._take()
            nodes.append(self._sequence(depth))
        return Choice(nodes) if len(nodes) > 1 else nodes[0]

    def _sequence(self, depth: int) -> Node:
        nodes = list[Node]()
        while self.at < len(self.text) and self._peek() not in ("|", ")"):
            node = self._atom(depth, first=not nodes)
            if not isinstance(node, Assertion) and (times := self._times()):
                node = Repeated(node, *times)
                if self._times():
                    raise _bad("two repetitions in a row")
            nodes.append(node)
        return Sequence(nodes)

    def _peek(self) -> str:
        """Return the special sign that comes next, empty for a letter that stands for itself."""
        escaped = self.text.startswith("\\", self.at)
        letter = self.text[self.at + escaped : self.at + escaped + 1]
        if letter and letter in SPECIAL:
            return letter if escaped != self.extended else ""
        return "" if escaped else letter

    def _take(self) -> str:
        """Return the next letter, with its backslash if it has one."""
        size = 2 if self.text.startswith("\\", self.at) else 1
        taken = self.text[self.at : self.at + size]
        self.at += size
        return taken

    def _atom(self, depth: int, *, first: bool) -> Node:
        sign, start = self._peek(), self.at
        taken = self._take()
        match sign:
            case "(":
                if self.text.startswith("?", self.at) and self.extended:
                    raise _bad('the sandbox does not match "(?"')
                node = self.choice(depth + 1)
                if self._peek() != ")":
                    raise _bad("unmatched (")
                self._take()
                return node
            case "^" if first or self.extended:
                return Assertion("^")
            case "$" if self.extended or self._at_the_end():
                return Assertion("$")
            case ".":
                return Character(lambda _: True)
            case "[":
                return Character(self._set(start))
            case "+" | "?" | "{" if first and self.extended:
                raise _bad(f"nothing to repeat before {sign}")
            case _:
                return self._letter(taken)

    def _at_the_end(self) -> bool:
        return self.at == len(self.text) or self._peek() in ("|", ")")

    def _letter(self, taken: str) -> Node:
        if len(taken) == 1:
            if taken == "\\":
                raise _bad("trailing backslash")
            return Character(self._same(taken))
        letter = taken[1]
        if letter in "bB<>":
            return Assertion(letter)
        if letter.isdigit():
            raise _bad("the sandbox does not match back references")
        if test := ESCAPES.get(letter.lower()):
            return Character(test if letter.islower() else lambda each: not test(each))
        return Character(self._same({"n": "\n", "t": "\t"}.get(letter, letter)))

    def _same(self, letter: str) -> Test:
        if self.ignore_case:
            return lambda other: other.casefold() == letter.casefold()
        return letter.__eq__

    def _set(self, start: int) -> Test:
        found = SET.match(self.text, start)
        if not found:
            raise _bad("unmatched [")
        self.at = found.end()
        inner = found[0][1:-1].removeprefix("^")
        tests = [self._item(item) for item in SET_ITEM.finditer(inner)]
        negated = found[0].startswith("[^")
        return lambda letter: any(test(letter) for test in tests) != negated

    def _item(self, item: re.Match[str]) -> Test:
        name, escape, low, high, letter = item.groups()
        if name:
            if name not in CLASSES:
                raise _bad(f"there is no class [:{name}:]")
            return CLASSES[name]
        if escape:
            return ESCAPES[escape[1]]
        if low:
            cases = (str.lower, str.upper) if self.ignore_case else (str,)
            return lambda other: any(low <= case(other) <= high for case in cases)
        return self._same(letter)

    def _times(self) -> tuple[int, int | None] | None:
        """Return how often the last node is repeated, if it says so."""
        sign = self._peek()
        if sign in ("*", "+", "?"):
            self._take()
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
        if sign != "{":
            return None
        close = r"\}" if self.extended else r"\\\}"
        self._take()
        found = re.compile(rf"(\d{{1,4}})?(,)?(\d{{1,4}})?{close}").match(self.text, self.at)
        if not found or not (found[1] or found[2]):
            raise _bad("wrong repetition in braces")
        self.at = found.end()
        least = int(found[1] or 0)
        most = int(found[3]) if found[3] else None if found[2] else least
        if most is not None and most < least:
            raise _bad("wrong repetition in braces")
        return least, most
