"""Expanding the words of a bash line: variables and splitting."""

import re
from collections.abc import Iterable, Mapping

from ..command_error import CommandError
from .scanner import Part

PARAMETER = re.compile(r"(#)?(\w+|[?#$@*!])(?:(:?[-+])(.*))?", re.DOTALL)

Field = list[tuple[str, bool]]
"""The pieces of one argument, and whether each was quoted."""


def joined(parts: Iterable[tuple[Part, str]]) -> list[Field]:
    """Return the fields of a word: values that are not quoted are split at spaces."""
    fields, open_field = list[Field](), False
    for part, value in parts:
        split = part.kind != "text" and not part.quoted
        pieces = value.split() if split else [value]
        if split and value[:1].isspace():
            open_field = False
        for index, piece in enumerate(pieces):
            if index or not open_field:
                fields.append([])
            fields[-1].append((piece, part.quoted))
            open_field = True
        if split and value[-1:].isspace():
            open_field = False
    return fields


def variable(expression: str, variables: Mapping[str, str]) -> str:
    """Return the value of `NAME`, `#NAME`, `NAME:-default` or `NAME:+other`.

    Raises:
        CommandError: it is another expression.
    """
    found = PARAMETER.fullmatch(expression)
    if not found:
        raise CommandError(
            f"the sandbox does not expand ${{{expression[:40]}}}, only ${{NAME}}, ${{#NAME}}, "
            "${NAME:-default} and ${NAME:+other}"
        )
    count, name, operator, other = found.groups()
    specials = {"$": "1", "#": "0", "@": "", "*": "", "!": "", "?": "0"}
    value = variables.get(name, specials.get(name))
    if count:
        return str(len(value or ""))
    is_set = bool(value) if (operator or "").startswith(":") else value is not None
    if (operator or "").endswith("+"):
        return other if is_set else ""
    return value or "" if is_set or not operator else other
