"""The grammar of a command line: words and their quotes, pipes, lists and redirections."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..command_error import CommandError

QUOTED = r"""'[^']*'|"(?:\\.|[^"\\])*"|\\."""
WORD = rf"""(?:{QUOTED}|[^\s;&|<>()'"\\])+"""
TOKEN = re.compile(rf"""[^\S\n]*(?:\#[^\n]*)?+(2>&1|&>|2>>|2>|&&|\|\||>>|[;|<>&\n]|{WORD})""")
PIECE = re.compile(rf"""({QUOTED}|[^'"\\]+)""")
VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+|\?))")
REDIRECTIONS = (">", ">>", "2>", "2>>", "&>", "<")


@dataclass
class Simple:
    """One program, its arguments, and where its output goes."""

    words: list[str] = field(default_factory=list[str])
    redirections: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])


@dataclass
class Pipeline:
    """Programs that are joined by pipes."""

    joined_by: str
    """The operator before it: `&&`, `||` or `;`."""
    programs: list[Simple] = field(default_factory=lambda: [Simple()])


def parse(line: str) -> list[Pipeline]:
    """Return the pipelines of a line; its words still carry their quotes.

    Raises:
        CommandError: the syntax is wrong.
    """
    pipelines = [Pipeline(";")]
    tokens = iter(_tokens(line))
    for part in tokens:
        simple = pipelines[-1].programs[-1]
        if part in REDIRECTIONS:
            simple.redirections.append((part, next(tokens, "")))
        elif part == "2>&1":
            simple.redirections.append((part, ""))
        elif part == "|":
            pipelines[-1].programs.append(Simple())
        elif part in ("&&", "||", ";", "\n", "&"):
            pipelines.append(Pipeline(part if part in ("&&", "||") else ";"))
        else:
            simple.words.append(part)
    return [_complete(p) for p in pipelines if p.joined_by != ";" or p.programs != [Simple()]]


def expand(
    word: str, variables: Mapping[str, str], home: str, match: Callable[[str], list[str]]
) -> list[str]:
    """Return the word without its quotes, or the names of the files that it matches."""
    if word == "~" or word.startswith("~/"):
        word = home + word[1:]
    if not re.search(r"['\"\\]", word) and re.search(r"[*?]", word):
        pattern = _filled(word, variables)
        return match(pattern) or [pattern]
    return ["".join(_unquoted(piece, variables) for piece in PIECE.findall(word))]


def _tokens(line: str) -> list[str]:
    tokens: list[str] = []
    line, at = line.strip(), 0
    while at < len(line):
        found = TOKEN.match(line, at)
        if not found:
            rest = line[at:].lstrip()
            if rest.startswith("#"):
                break
            near = f"near unexpected token `{rest[:1]}'" if rest[:1] in "()" else "in quotes"
            raise CommandError(f"syntax error {near}")
        tokens.append(found[1])
        at = found.end()
    return tokens


def _complete(pipeline: Pipeline) -> Pipeline:
    for simple in pipeline.programs:
        nowhere = any(not target for sign, target in simple.redirections if sign != "2>&1")
        if nowhere or not (simple.words or simple.redirections):
            raise CommandError("syntax error: unexpected end of command")
    return pipeline


def _unquoted(piece: str, variables: Mapping[str, str]) -> str:
    if piece.startswith("'"):
        return piece[1:-1]
    if piece.startswith('"'):
        return re.sub(r'\\(["\\$`])', r"\1", _filled(piece[1:-1], variables))
    return piece[1:] if piece.startswith("\\") else _filled(piece, variables)


def _filled(text: str, variables: Mapping[str, str]) -> str:
    return VARIABLE.sub(lambda found: variables.get(found[1] or found[2], ""), text)
