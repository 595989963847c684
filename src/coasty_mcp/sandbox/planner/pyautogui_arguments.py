"""The literal arguments of a call in source code."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass

Literal = str | int | float | list["Literal"] | None


@dataclass(frozen=True)
class Arguments:
    """The arguments of one call; its methods raise ValueError for a value of a wrong type."""

    positional: list[Literal]
    named: dict[str, Literal]
    """Arguments by name, those given by position included if their position has a name."""

    @classmethod
    def of(cls, call: ast.Call, names: Sequence[str]) -> "Arguments":
        positional = [_literal(argument) for argument in call.args]
        keywords = {word.arg: _literal(word.value) for word in call.keywords if word.arg}
        return cls(positional, dict(zip(names, positional, strict=False)) | keywords)

    def __contains__(self, name: str) -> bool:
        return self.named.get(name) is not None

    def number(self, name: str) -> float:
        value = self.named.get(name)
        if isinstance(value, int | float):
            return value
        raise ValueError(f"{name} is not a number")

    def whole(self, name: str, default: int | None = None) -> int:
        return default if default is not None and name not in self else round(self.number(name))

    def text(self, name: str, default: str = "") -> str:
        (text,) = texts(self.named.get(name) or default)
        return text


def texts(value: Literal) -> list[str]:
    """Return the strings of one string or a list.

    Raises:
        ValueError: there is no string.
    """
    found = [
        item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)
    ]
    if not found:
        raise ValueError("no text")
    return found


def _literal(node: ast.expr) -> Literal:
    return ast.literal_eval(node)
