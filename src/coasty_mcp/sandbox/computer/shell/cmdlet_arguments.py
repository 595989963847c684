"""The arguments of a cmdlet."""

import re
from dataclasses import dataclass

from ..command_error import CommandError

SWITCHES = {
    *("force", "recurse", "verbose", "confirm", "asbytestream", "nonewline", "file", "directory"),
    *("name", "raw", "append", "casesensitive", "simplematch", "line", "word", "character"),
}
FIRST = ("path", "filepath", "pattern")  # parameters that the first argument stands for


Lines = list[str]
"""What a cmdlet takes and gives."""


@dataclass(frozen=True)
class Arguments:
    """The arguments of a cmdlet: by position, and by name in small letters."""

    positional: list[str]
    named: dict[str, str]

    @classmethod
    def of(cls, arguments: list[tuple[str, bool]]) -> "Arguments":
        """Sort arguments; each is a text, and whether it may be the name of a parameter."""
        positional, named = list[str](), dict[str, str]()
        pending = iter(arguments)
        for text, plain in pending:
            if not (plain and re.match(r"-[A-Za-z]", text)):
                positional.append(text)
            elif (name := text[1:].lower().split(":")[0]) in SWITCHES:
                named[name] = ""
            else:
                named[name] = next(pending, ("", False))[0]
        return cls(positional, named)

    def known(self, *names: str) -> None:
        """Raise CommandError for a parameter that is not among these."""
        for name in self.named:
            if not any(each.startswith(name) for each in (*names, "erroraction")):
                listed = ", ".join(f"-{each}" for each in names) or "none"
                raise CommandError(f"the sandbox does not know -{name} here; it knows: {listed}.")

    def get(self, name: str, position: int | None = None, default: str | None = None) -> str:
        """Return a parameter by its name, a beginning of it, or its position."""
        for given, value in self.named.items():
            if name.startswith(given):
                return value
        if position and any(given in FIRST for given in self.named):
            position -= 1
        if position is not None and position < len(self.positional):
            return self.positional[position]
        if default is None:
            raise CommandError(f"Cannot bind argument to parameter '{name}': it is missing.")
        return default

    def has(self, name: str) -> bool:
        return any(name.startswith(given) for given in self.named)


def whole_number(text: str) -> int:
    """Return a number.

    Raises:
        CommandError: it is none.
    """
    if not re.fullmatch(r"\d{1,9}", text):
        raise CommandError(f"'{text}' is not a whole number.")
    return int(text)
