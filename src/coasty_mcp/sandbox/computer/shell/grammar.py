"""The grammar of a bash command line: words, pipes, lists and redirections."""

from dataclasses import dataclass, field

from ..command_error import CommandError
from .scanner import Operator, Word, scan

REDIRECTIONS = (">", ">>", "2>", "2>>", "&>", "<", "<<<")
NOT_THERE = {
    *("if", "for", "while", "until", "case", "select", "function", "do", "then", "else", "fi"),
    *("done", "esac", "{", "}", "[[", "!"),
}


@dataclass
class Simple:
    """One program, its arguments, and where its output goes."""

    words: list[Word] = field(default_factory=list[Word])
    redirections: list[tuple[str, Word]] = field(default_factory=list[tuple[str, Word]])


@dataclass
class Pipeline:
    """Programs that are joined by pipes."""

    joined_by: str
    """The operator before it: `&&`, `||` or `;`."""
    programs: list[Simple] = field(default_factory=lambda: [Simple()])
    in_background: bool = False
    """Whether `&` stands after it."""


def parse(line: str) -> list[Pipeline]:
    """Return the pipelines of a line; its words are not expanded yet.

    Raises:
        CommandError: the syntax is wrong, or one that the sandbox does not run.
    """
    pipelines = [Pipeline(";")]
    tokens = iter(scan(line))
    for token in tokens:
        simple = pipelines[-1].programs[-1]
        match token:
            case list():
                _refuse_keywords(simple, token)
                simple.words.append(token)
            case "2>&1" | ">&2":
                simple.redirections.append((token, []))
            case str() if token in REDIRECTIONS:
                target = next(tokens, "")
                if isinstance(target, str):
                    raise CommandError("syntax error: unexpected end of command")
                simple.redirections.append((token, target))
            case "|":
                pipelines[-1].programs.append(Simple())
            case "(" | ")":
                raise CommandError(f"syntax error near unexpected token `{token}'")
            case _:
                pipelines[-1].in_background = token == "&"  # noqa: S105 - an operator
                pipelines.append(Pipeline(_joint(token)))
    return [_complete(p) for p in pipelines if p.joined_by != ";" or p.programs != [Simple()]]


def _joint(operator: Operator) -> str:
    return operator if operator in ("&&", "||") else ";"


def _refuse_keywords(simple: Simple, word: Word) -> None:
    if simple.words or len(word) != 1 or word[0].quoted or word[0].text not in NOT_THERE:
        return
    raise CommandError(
        f"the sandbox does not run `{word[0].text}': its shell has programs, ; && || |, "
        "redirections, variables, $(command) and $((arithmetic)), but no loops or conditions"
    )


def _complete(pipeline: Pipeline) -> Pipeline:
    for simple in pipeline.programs:
        if not (simple.words or simple.redirections):
            raise CommandError("syntax error: unexpected end of command")
    return pipeline
