"""The PowerShell dialect: cmdlets in a pipeline, and variables. What it does not know, it says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..command_error import CommandError
from .cmdlet_arguments import Arguments
from .cmdlets import ALIASES, CMDLETS, Lines
from .session import ProgramResult, ShellSession
from .static_call_parser import QUOTES, TEXT, parse, unquoted
from .static_calls import StaticCall, shown

TOKEN = re.compile(
    r"""(?P<space>[^\S\n]+|\#[^\n]*)|(?P<sign>\|\||&&|\||;|\n|>>|2>&1|2>\$null|>)"""
    rf"""|(?P<single>{TEXT.pattern})|(?P<double>"(?:`.|""|[^"`])*")"""
    rf"""|(?P<variable>\$(?:env:)?\w+(?![\w.\[]))|(?P<word>[^\s;|>"$(){{}}`@&{QUOTES}]+)""",
    re.IGNORECASE,
)
EXPRESSION = re.compile(r"[-+]?[\d\[]")
"""How words begin that are no names of commands."""
SIMPLE = re.compile(r"(?s)[-+]?\d+(?:\.\d+)?|['\"$].*")
"""Numbers, texts and variables, which put themselves out."""
INTERPOLATED = re.compile(r"`(.)|\$\{?((?:env:)?\w+)\}?|(\$\()", re.IGNORECASE | re.DOTALL)
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": ""}
KNOWN = (
    "cmdlets with parameters, pipes, ;, > and >>, strings, $env:NAME, $name = 'text' and static "
    "calls such as [IO.File]::Delete('path'), but no other expressions"
)


@dataclass(frozen=True)
class Token:
    """A piece of a line: a sign that joins commands, or a text."""

    kind: str
    text: str
    call: StaticCall | None = None


class PowerShell:
    """Runs lines in a session."""

    name = "powershell"

    def __init__(self, session: ShellSession) -> None:
        self.session = session

    def results(self, line: str) -> Iterator[ProgramResult]:
        """Run a line, and yield what each of its pipelines prints."""
        statement, joint = list[Token](), ";"
        code = 0
        for token in [*self._tokens(line), Token("sign", ";")]:
            if token.kind != "sign" or token.text not in (";", "\n", "&&", "||"):
                statement.append(token)
                continue
            runs = {"&&": code == 0, "||": code != 0}.get(joint, True)
            if statement and runs and not self.session.ended:
                result = self._run(statement)
                code = result.exit_code
                yield result
            statement, joint = [], token.text

    def _tokens(self, line: str) -> Iterator[Token]:
        at, line = 0, line.strip()
        while at < len(line):
            if call := parse(line, at):
                yield Token("call", line[at : call[1]], call[0])
                at = call[1]
                continue
            found = TOKEN.match(line, at)
            if not found:
                raise CommandError(
                    f"the sandbox's PowerShell does not run `{line[at : at + 40]}': it has {KNOWN}"
                )
            at = found.end()
            if found.lastgroup and found.lastgroup != "space":
                yield Token(found.lastgroup, found[0])

    def _run(self, statement: list[Token]) -> ProgramResult:
        try:
            return self._pipeline(statement)
        except CommandError as problem:
            return ProgramResult(errors=f"{problem}\n", exit_code=1)

    def _pipeline(self, statement: list[Token]) -> ProgramResult:
        first = statement[0]
        assignment = first.kind == "variable" and statement[1:2] == [Token("word", "=")]
        if assignment:
            statement = statement[2:]
        lines, target = Lines(), ("", "")
        for command in _split(statement):
            command, target = self._redirection(command)
            lines = self._command(command, lines)
        text = "".join(f"{line}\n" for line in lines)
        if assignment:
            self._set(first.text, text.removesuffix("\n"))
        elif target[0]:
            self._save(*target, text)
        else:
            return ProgramResult(text, exit_code=self.session.exit_code)
        return ProgramResult(exit_code=self.session.exit_code)

    def _command(self, tokens: list[Token], given: Lines) -> Lines:
        """Return what a command puts out; a bare text or variable puts itself out."""
        if not tokens:
            raise CommandError("An empty pipe element is not allowed.")
        if len(tokens) == 1 and (call := tokens[0].call):
            return shown(call.value(self.session.files))
        if tokens[0].kind != "word" or EXPRESSION.match(tokens[0].text):
            if len(tokens) > 1 or not SIMPLE.fullmatch(tokens[0].text):
                raise CommandError(f"the sandbox's PowerShell has {KNOWN}.")
            return [self._text(tokens[0])]
        name = tokens[0].text.lower().removesuffix(".exe")
        cmdlet = CMDLETS.get(ALIASES.get(name, name))
        if cmdlet is None:
            raise CommandError(_not_recognized(tokens[0].text))
        return cmdlet(self.session, Arguments.of([self._argument(t) for t in tokens[1:]]), given)

    def _argument(self, token: Token) -> tuple[str, bool]:
        """Return the text of an argument, and whether it may be the name of a parameter."""
        return self._text(token), token.kind == "word"

    def _text(self, token: Token) -> str:
        match token.kind:
            case "single":
                return unquoted(token.text[1:-1])
            case "double":
                text = token.text[1:-1].replace('""', '`"')
                return INTERPOLATED.sub(self._interpolated, text)
            case "variable":
                return self._variable(token.text[1:])
            case _:
                return token.text

    def _interpolated(self, found: re.Match[str]) -> str:
        if found[3]:
            raise CommandError(f"the sandbox's PowerShell has {KNOWN}: $(...) is not among them.")
        return ESCAPES.get(found[1], found[1]) if found[1] else self._variable(found[2])

    def _variable(self, name: str) -> str:
        name, variables = name.lower(), self.session.variables
        constants = {"true": "True", "false": "False", "null": ""}
        constants |= {"home": variables["HOME"], "pwd": variables["PWD"]}
        value = constants.get(name, variables.get(name))
        self.session.charge(len(value or "") // 10)
        if value is None:
            names = ", ".join(f"${each}" for each in variables if ":" in each)
            raise CommandError(f"the sandbox has no variable ${name}; it has {names}.")
        return value

    def _set(self, name: str, value: str) -> None:
        self.session.variables[name[1:].lower()] = value

    def _redirection(self, tokens: list[Token]) -> tuple[list[Token], tuple[str, str]]:
        """Return a command without its redirection, and the sign and file of that."""
        signs = [token for token in tokens if token.kind == "sign"]
        rest = [t for t in tokens if t.text not in ("2>&1", "2>$null") or t.kind != "sign"]
        for index, token in enumerate(rest):
            if token.kind == "sign":
                if len(rest) != index + 2:
                    raise CommandError("Missing file specification after redirection operator.")
                return rest[:index], (token.text, self._text(rest[-1]))
        return rest if signs else tokens, ("", "")

    def _save(self, sign: str, name: str, text: str) -> None:
        files, path = self.session.files, self.session.path(name)
        before = files.read(path) if sign == ">>" and files.exists(path) else ""
        files.write(path, before + text)


def _split(statement: list[Token]) -> Iterator[list[Token]]:
    """Yield the commands that pipes join."""
    command = list[Token]()
    for token in statement:
        if token == Token("sign", "|"):
            yield command
            command = []
        else:
            command.append(token)
    yield command


def _not_recognized(name: str) -> str:
    there = ", ".join(sorted({*CMDLETS, *ALIASES}))
    return (
        f"{name}: The term '{name}' is not recognized as a name of a cmdlet, function, script "
        f"file, or executable program. The sandbox does not have it; it has: {there}."
    )
