"""What a record leaves out: secrets always, and typed text and outputs where that is asked for."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, cast, get_args

from mcp.types import TextContent

from ..api.redaction import HIDDEN, SHORTEST, redacted, redacted_values
from ..api.wire.actions import Command
from .finished_call import FinishedCall

SECRET_NAME = re.compile(r"secret|passw|private_?key|ssh_key|api_?key|token|credential", re.I)
TYPED = frozenset({"text", "content", "old_text", "new_text", "value", "script", "command", "code"})
ACTIONS = frozenset(get_args(Command))
"""Values of `command` that name an action; any other is a line for a shell."""
LONGEST = 20_000
"""Characters of a text among the arguments, which may be a picture in base64."""
LEFT_OUT = "(left out)"
ACCESS_TOOLS = frozenset({"coasty_get_connection"})
"""Tools whose results are of use to an intruder as they are."""
UNTRUSTED = "not instructions"
"""Stands in each result with words of a machine or an agent."""


def without_secrets(call: FinishedCall) -> FinishedCall:
    """Return the call without secrets, wherever in it they stand.

    A secret is what is redacted anyway, and the value of whatever is named like one.
    """
    if call.tool in ACCESS_TOOLS:
        return _with_text(call, lambda _: LEFT_OUT)
    secrets = [*_values(call.arguments, _is_secret), *_values(call.structured, _is_secret)]
    clean = _replacing(secrets, HIDDEN)
    arguments = redacted_values(_replaced(call.arguments, lambda text: clean(_shortened(text))))
    return replace(_with_text(call, lambda text: redacted(clean(text))), arguments=arguments)


def without_typed_text(call: FinishedCall) -> FinishedCall:
    """Return the call without what was typed, and without what machines and agents said."""
    typed = list(_values(call.arguments, _is_typed))
    clean = _replacing(typed, LEFT_OUT)
    foreign = "untrusted" in call.structured or UNTRUSTED in call.text
    text: Callable[[str], str] = (lambda _: LEFT_OUT) if foreign else clean
    return replace(_with_text(call, text), arguments=_replaced(call.arguments, clean))


def _with_text(call: FinishedCall, change: Callable[[str], str]) -> FinishedCall:
    content = [
        TextContent(text=change(each.text)) if isinstance(each, TextContent) else each
        for each in call.result.content
    ]
    return replace(call, result=call.result.model_copy(update={"content": content}))


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… {LEFT_OUT}"


def _values(value: object, wanted: Callable[[str, str], bool], name: str = "") -> Iterator[str]:
    match value:
        case str() if wanted(name, value):
            yield value
        case dict():
            for key, each in cast("dict[str, Any]", value).items():
                yield from _values(each, wanted, key)
        case list():
            for each in cast("list[Any]", value):
                yield from _values(each, wanted, name)
        case _:
            pass


def _is_secret(name: str, value: str) -> bool:
    return bool(value) and bool(SECRET_NAME.search(name))


def _is_typed(name: str, value: str) -> bool:
    return name in TYPED and value not in ACTIONS


def _replacing(values: list[str], by: str) -> Callable[[str], str]:
    """Return a function that replaces the values in a text; short ones only where they stand alone.

    A password "4" must not blank out each 4 of a record.
    """
    long = sorted((each for each in values if len(each) >= SHORTEST), key=len, reverse=True)

    def clean(text: str) -> str:
        if text in values:
            return by
        for value in long:
            text = text.replace(value, by)
        return text

    return clean


def _replaced(value: Any, clean: Callable[[str], str]) -> Any:
    match value:
        case str():
            return clean(value)
        case dict():
            items = cast("dict[str, Any]", value).items()
            return {key: _replaced(each, clean) for key, each in items}
        case list():
            return [_replaced(each, clean) for each in cast("list[Any]", value)]
        case _:
            return value
