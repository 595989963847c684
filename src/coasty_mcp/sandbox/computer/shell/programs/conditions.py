"""Conditions: `test`, and `[`."""

from ...command_error import CommandError
from ..session import ProgramResult, ShellSession


def test(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    """Check a condition, as `[` does."""
    negated = arguments[:1] == ["!"]
    holds = _holds(session, arguments[1:] if negated else arguments)
    return ProgramResult(exit_code=int(holds == negated))


def bracket(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    if arguments[-1:] != ["]"]:
        raise CommandError("missing `]'")
    return test(session, arguments[:-1], stdin)


def _holds(session: ShellSession, words: list[str]) -> bool:
    files = session.files
    match words:
        case [] | [""]:
            return False
        case ["-e" | "-f" | "-d" | "-s" as kind, name]:
            path = session.path(name)
            folder = files.is_folder(path)
            if kind in ("-e", "-d"):
                return folder or (kind == "-e" and files.exists(path))
            is_file = files.exists(path) and not folder
            return is_file and (kind == "-f" or bool(files.read(path)))
        case ["-n", text] | [text]:
            return bool(text)
        case ["-z", text]:
            return not text
        case [left, "=" | "==", right]:
            return left == right
        case [left, "!=", right]:
            return left != right
        case [left, "-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge" as sign, right]:
            try:
                difference = int(left[:20]) - int(right[:20])
            except ValueError as error:
                raise CommandError("integer expression expected") from error
            signs = {"-eq": difference == 0, "-ne": difference != 0, "-lt": difference < 0}
            signs |= {"-le": difference <= 0, "-gt": difference > 0, "-ge": difference >= 0}
            return signs[sign]
        case _:
            raise CommandError(
                "the sandbox does not test this: one comparison, -e, -f, -d, -n or -z"
            )
