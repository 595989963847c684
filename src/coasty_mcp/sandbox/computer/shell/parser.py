"""Parses a bash command line."""

import re
from collections.abc import Callable

from ..command_error import CommandError
from .grammar import Compound, Group, If, Loop, Pipeline, Pipelines, Redirections, Simple
from .scanner import Operator, Word, scan

MAX_LEVELS = 20
REDIRECTIONS = (">", ">>", "2>", "2>>", "&>", "<", "<<<")
ENDS = ("do", "done", "then", "elif", "else", "fi", "}", "esac")
NOT_THERE = ("case", "select", "function", "coproc", "[[")
NAME = re.compile(r"[A-Za-z_]\w*")
UNFINISHED = "syntax error: unexpected end of command"


def parse(line: str) -> Pipelines:
    """Return the pipelines of a line; its words are not expanded yet.

    Raises:
        CommandError: the syntax is wrong, or one that the sandbox does not run.
    """
    parser = _Parser(scan(line))
    found = parser.pipelines()
    if parser.token is not None:
        raise parser.unexpected()
    return found


class _Parser:
    def __init__(self, tokens: list[Operator | Word]) -> None:
        self.tokens = tokens
        self.at = 0
        self.level = 0

    @property
    def token(self) -> Operator | Word | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    @property
    def keyword(self) -> str:
        """The word here, where it is written as a keyword is, or ""."""
        match self.token:
            case [part] if part.kind == "text" and not part.quoted:
                return part.text
            case _:
                return ""

    def pipelines(self) -> Pipelines:
        """Return the pipelines up to the end, a closing bracket, or a keyword that ends a list."""
        found, joined_by = Pipelines(), ";"
        while True:
            self._skip("\n", *[";"] * (joined_by == ";"))
            if self.token in (None, ")") or self.keyword in ENDS:
                break
            found.append(self._pipeline(joined_by))
            match self.token:
                case ";" | "\n" | "&" as sign:
                    found[-1].in_background, joined_by = sign == "&", ";"
                case "&&" | "||" as sign:
                    joined_by = sign
                case _:
                    return found
            self.at += 1
        if joined_by != ";":
            raise CommandError(UNFINISHED)
        return found

    def unexpected(self) -> CommandError:
        shown = self.token if isinstance(self.token, str) else self.keyword
        return CommandError(f"syntax error near unexpected token `{shown}'")

    def _skip(self, *signs: str) -> None:
        while self.token in signs:
            self.at += 1

    def _take(self, keyword: str) -> None:
        if self.token is None:
            raise CommandError(UNFINISHED)
        if keyword not in (self.keyword, self.token):
            raise self.unexpected()
        self.at += 1

    def _pipeline(self, joined_by: str) -> Pipeline:
        negated = self.keyword == "!"
        self.at += negated
        commands = [self._command()]
        while self.token == "|":  # noqa: S105 - an operator
            self.at += 1
            self._skip("\n")
            commands.append(self._command())
        return Pipeline(joined_by, commands, negated)

    def _command(self) -> Simple | Compound:
        if self.token == "(":  # noqa: S105 - an operator
            return self._compound(lambda: Group(self._between("(", ")"), is_apart=True))
        match self.keyword:
            case "for":
                return self._compound(self._for)
            case "while" | "until" as keyword:
                return self._compound(lambda: self._while(keyword))
            case "if":
                return self._compound(self._if)
            case "{":
                return self._compound(lambda: Group(self._between("{", "}"), is_apart=False))
            case keyword if keyword in NOT_THERE:
                raise _not_there(keyword)
            case keyword if keyword in ENDS:
                raise self.unexpected()
            case _:
                return self._simple()

    def _compound(self, read: Callable[[], Compound]) -> Compound:
        self.level += 1
        if self.level > MAX_LEVELS:
            raise CommandError("the sandbox does not run commands this deep in commands")
        command = read()
        self.level -= 1
        while redirection := self._redirection():
            command.redirections += redirection
        return command

    def _between(self, begin: str, end: str) -> Pipelines:
        self._take(begin)
        if self.token == "(" == begin:  # noqa: S105 - an operator
            raise _not_there("((")
        body = self._body()
        self._take(end)
        return body

    def _body(self) -> Pipelines:
        body = self.pipelines()
        if not body:
            raise CommandError(UNFINISHED) if self.token is None else self.unexpected()
        return body

    def _for(self) -> Loop:
        self._take("for")
        name, words = self.keyword, list[Word]()
        if self.token == "(":  # noqa: S105 - an operator
            raise _not_there("for ((")
        if not NAME.fullmatch(name):
            raise CommandError(f"`{name}': not a valid identifier")
        self.at += 1
        if self.keyword == "in":
            self.at += 1
            while isinstance(self.token, list):
                words.append(self.token)
                self.at += 1
        self._skip(";", "\n")
        return Loop("for", self._between("do", "done"), name=name, words=words)

    def _while(self, keyword: str) -> Loop:
        self._take(keyword)
        condition = self._body()
        return Loop(keyword, self._between("do", "done"), condition)

    def _if(self) -> If:
        found = If([])
        while self.keyword in ("if", "elif"):
            self.at += 1
            condition = self._body()
            self._take("then")
            found.branches.append((condition, self._body()))
        if self.keyword == "else":
            self.at += 1
            found.otherwise = self._body()
        self._take("fi")
        return found

    def _simple(self) -> Simple:
        simple = Simple()
        while True:
            if redirection := self._redirection():
                simple.redirections += redirection
            elif isinstance(self.token, list):
                simple.words.append(self.token)
                self.at += 1
            else:
                break
        if self.token == "(" and simple.words:  # noqa: S105 - an operator
            raise _not_there("(")
        if not (simple.words or simple.redirections):
            raise CommandError(UNFINISHED)
        return simple

    def _redirection(self) -> Redirections:
        """Return the redirection that stands here, if there is one."""
        match self.token:
            case "2>&1" | ">&2" as sign:
                self.at += 1
                return [(sign, [])]
            case str() as sign if sign in REDIRECTIONS:
                self.at += 1
                target = self.token
                if not isinstance(target, list):
                    raise CommandError(UNFINISHED)
                self.at += 1
                return [(sign, target)]
            case _:
                return []


def _not_there(sign: str) -> CommandError:
    return CommandError(
        f"the sandbox does not run `{sign}': its shell has programs, ; && || |, redirections, "
        "variables, $(command), $((arithmetic)), for, while, until, if, { } and ( ), but no case, "
        "[[, ((, functions or arrays"
    )
