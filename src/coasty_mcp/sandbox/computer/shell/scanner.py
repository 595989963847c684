"""Reading a command line as words and operators."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ..command_error import CommandError

Kind = Literal["text", "variable", "command", "arithmetic"]
Operator = str

OPERATOR = re.compile(r"2>&1|1?>&2|&>|2>>|2>|&&|\|\||1?>>|1>|<<<|<<-?|[;|<>&()\n]")
SPACE = re.compile(r"(?:[^\S\n]|\\\n)+|\#[^\n]*")
LITERAL = re.compile(r"[^\s;&|<>()'\"\\$`]+")
VARIABLE = re.compile(r"\$(?:\{([^{}]*)\}|(\w+|[?#$@*!]))")
DOUBLE = re.compile(r"[^\"\\$`]+")
SAME = {">&2": ">&2", "1>&2": ">&2", "1>": ">", "1>>": ">>"}


@dataclass(frozen=True)
class Part:
    """A part of a word: text, or what is put in place of a variable, command or calculation."""

    kind: Kind
    text: str
    quoted: bool
    """Whether it stands in quotes, so that it is neither split nor matched with files."""


Word = list[Part]


def scan(line: str) -> list[Operator | Word]:
    """Return the words and operators of a line.

    Raises:
        CommandError: a quote or bracket is not closed.
    """
    return list(_Scanner(line.strip()).tokens())


class _Scanner:
    def __init__(self, line: str) -> None:
        self.line = line
        self.at = 0
        self.documents: list[tuple[bool, Word]] = []
        """The `<<` of this line, whose texts follow it: whether tabs are stripped, and the end."""

    def tokens(self) -> Iterator[Operator | Word]:
        while self.at < len(self.line):
            if space := SPACE.match(self.line, self.at):
                self.at = space.end()
            elif operator := OPERATOR.match(self.line, self.at):
                self.at = operator.end()
                yield from self._operator(operator[0])
            else:
                yield self._word()

    def _operator(self, sign: str) -> Iterator[Operator | Word]:
        if sign.startswith("<<") and sign != "<<<":
            yield from ("<<<", self._document(sign))
        else:
            yield SAME.get(sign, sign)

    def _document(self, sign: str) -> Word:
        """Return the text of a here document, and take it out of the line."""
        if space := SPACE.match(self.line, self.at):
            self.at = space.end()
        end = self._word()
        name = "".join(part.text for part in end)
        tabs = r"\t*" if sign == "<<-" else ""
        begin = self.line.find("\n", self.at)
        closing = re.compile(rf"^{tabs}{re.escape(name)}$", re.MULTILINE)
        found = closing.search(self.line, begin + 1) if begin >= 0 else None
        if not found:
            raise CommandError(f"here-document is not ended by `{name}'")
        text = self.line[begin + 1 : found.start()].removesuffix("\n")
        self.line = self.line[:begin] + self.line[found.end() :]
        if tabs:
            text = re.sub(r"(?m)^\t+", "", text)
        if any(part.quoted for part in end):
            return [Part("text", text, True)]
        return [*_Scanner(text).quoted_parts(closing="")]

    def _word(self) -> Word:
        parts = Word()
        while self.at < len(self.line):
            if literal := LITERAL.match(self.line, self.at):
                self.at = literal.end()
                parts.append(Part("text", literal[0], False))
            elif self.line[self.at] in "$`":
                parts.append(self._expansion(quoted=False))
            elif self.line[self.at] == "'":
                parts.append(Part("text", self._until("'"), True))
            elif self.line[self.at] == '"':
                parts += self._double_quoted()
            elif self.line[self.at] == "\\":
                parts.append(Part("text", self.line[self.at + 1 : self.at + 2], True))
                self.at += 2
            else:
                break
        return parts

    def _until(self, quote: str) -> str:
        """Return what stands between quotes that begin here."""
        end = self.line.find(quote, self.at + 1)
        if end < 0:
            raise CommandError("syntax error in quotes")
        text, self.at = self.line[self.at + 1 : end], end + 1
        return text

    def _double_quoted(self) -> Word:
        self.at += 1
        parts = [Part("text", "", True), *self.quoted_parts()]
        if self.at >= len(self.line):
            raise CommandError("syntax error in quotes")
        self.at += 1
        return parts

    def quoted_parts(self, closing: str = '"') -> Iterator[Part]:
        """Yield the parts up to the closing quote or the end."""
        while self.at < len(self.line) and self.line[self.at] != closing:
            if self.line[self.at] == '"':
                self.at += 1
                yield Part("text", '"', True)
            elif literal := DOUBLE.match(self.line, self.at):
                self.at = literal.end()
                yield Part("text", literal[0], True)
            elif self.line[self.at] == "\\":
                escaped = self.line[self.at + 1 : self.at + 2]
                kept = "" if escaped in ('"', "\\", "$", "`") else "\\"
                yield Part("text", kept + escaped, True)
                self.at += 2
            else:
                yield self._expansion(quoted=True)

    def _expansion(self, *, quoted: bool) -> Part:
        """Return the part that begins with `$` or a backtick."""
        if self.line[self.at] == "`":
            return Part("command", self._until("`"), quoted)
        if self.line.startswith("$((", self.at):
            inner = self._bracketed(self.at + 1)
            if inner.startswith("(") and inner.endswith(")"):
                return Part("arithmetic", inner[1:-1], quoted)
            return Part("command", inner, quoted)
        if self.line.startswith("$(", self.at):
            return Part("command", self._bracketed(self.at + 1), quoted)
        if found := VARIABLE.match(self.line, self.at):
            self.at = found.end()
            return Part("variable", found[1] or found[2] or "", quoted)
        self.at += 1
        return Part("text", "$", quoted)

    def _bracketed(self, start: int) -> str:
        """Return what stands in the brackets that begin at `start`, quotes in them respected."""
        depth, self.at = 0, start
        while self.at < len(self.line):
            letter = self.line[self.at]
            if letter == "'":
                self._until("'")
                continue
            self.at += 2 if letter == "\\" else 1
            depth += {"(": 1, ")": -1}.get(letter, 0)
            if depth == 0:
                return self.line[start + 1 : self.at - 1]
        raise CommandError("syntax error: a bracket is not closed")
