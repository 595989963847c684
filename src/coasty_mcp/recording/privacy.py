"""What a record leaves out: secrets always, and typed text and outputs where that is asked for."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, cast

from mcp.types import TextContent

from ..api.commands import ALIASES, COMMANDS
from ..api.redaction import HIDDEN, SHORTEST, redacted, redacted_values, with_texts
from .finished_call import FinishedCall

SECRET_NAME = re.compile(
    r"secret|passw|passphrase|pwd|private_?key|ssh_key|api_?key|token|credential|authorization",
    re.I,
)
"""In the name of a value, or of what it stands in."""
TEXTS = frozenset({"text", "content", "old_text", "new_text", "script", "command"})
ORDERS = frozenset({"instruction", "instructions", "task", "task_prompt"})
TYPED = (
    TEXTS
    | ORDERS
    | {
        written
        for command in COMMANDS.values()
        for written, usual in command.renamed.items()
        if usual in TEXTS
    }
)
"""What holds that which is typed, written or run, in every spelling, or to be typed."""
ACTIONS = frozenset({*COMMANDS, *ALIASES})
"""Values of `command` that name an action; any other is a line for a shell."""
LONGEST = 20_000
"""Characters of a text among the arguments, which may be a picture in base64."""
MOST_TEXTS, MOST_CHARACTERS = 1_000, 500_000
"""Of all arguments of a call together; each text is looked for in each other."""
LEFT_OUT = "(left out)"
Wanted = Callable[[str, str], bool]
"""Says of a path of names and the value at its end whether it is to be left out."""
ACCESS_TOOLS = frozenset({"coasty_get_connection"})
"""Tools whose results are of use to an intruder as they are."""


def without_secrets(call: FinishedCall) -> FinishedCall:
    """Return the call without secrets, wherever in it they stand.

    A secret is what is redacted anyway, and the value of whatever is named like one. Of arguments
    that nobody means nothing is kept.
    """
    if call.tool in ACCESS_TOOLS:
        return _with_result(call, str, lambda _: LEFT_OUT)
    if _is_excessive(call.arguments):
        kept = replace(call, arguments={"arguments": LEFT_OUT})
        return _with_result(kept, lambda _: LEFT_OUT)
    secrets = [*_values(call.arguments, _is_secret), *_values(call.structured, _is_secret)]
    clean = _replacing(secrets, HIDDEN)
    call = _without_numbers_of(call, _is_secret, HIDDEN)
    arguments = redacted_values(_values_of(call.arguments, lambda text: clean(_shortened(text))))
    return replace(_with_result(call, lambda text: redacted(clean(text))), arguments=arguments)


def without_typed_text(call: FinishedCall) -> FinishedCall:
    """Return the call without what was typed, and without what machines and agents said.

    Of what they said only the id of a picture stays.
    """
    predicted = call.structured.get("actions")
    clean = _replacing([*_values(call.arguments, _is_typed), *_values(predicted, _is_typed)])
    call = _without_numbers_of(call, _is_typed, LEFT_OUT)
    kept = " ".join(filter(None, [call.screenshot_id, LEFT_OUT]))
    text: Callable[[str], str] = (lambda _: kept) if call.untrusted else clean
    changed = _with_result(call, clean, text)
    return replace(changed, arguments=_values_of(call.arguments, clean))


def _with_result(
    call: FinishedCall,
    change: Callable[[str], str],
    change_text: Callable[[str], str] | None = None,
) -> FinishedCall:
    """Return the call with another result: its structured content changed, and its text."""
    content = [
        TextContent(text=(change_text or change)(each.text))
        if isinstance(each, TextContent)
        else each
        for each in call.result.content
    ]
    changed = {"content": content, "structured_content": _values_of(call.structured, change)}
    return replace(call, result=call.result.model_copy(update=changed))


def _is_excessive(arguments: dict[str, Any]) -> bool:
    lengths = list(_lengths(arguments))
    return len(lengths) > MOST_TEXTS or sum(lengths) > MOST_CHARACTERS


def _lengths(value: object) -> Iterator[int]:
    """Yield how long each text will be, and each name is."""
    match value:
        case str():
            yield min(len(value), LONGEST)
        case dict():
            for name, each in cast("dict[str, Any]", value).items():
                yield len(name)
                yield from _lengths(each)
        case list():
            for each in cast("list[Any]", value):
                yield from _lengths(each)
        case _:
            pass


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… {LEFT_OUT}"


def _values(value: object, wanted: Wanted, path: str = "") -> Iterator[str]:
    """Yield the texts that are wanted, and the numbers that are as long as a text must be."""
    match value:
        case str() if wanted(path, value):
            yield value
        case int() | float() if len(str(value)) >= SHORTEST and wanted(path, str(value)):
            yield str(value)
        case dict():
            for name, each in cast("dict[str, Any]", value).items():
                yield from _values(each, wanted, f"{path}/{name}")
        case list():
            for each in cast("list[Any]", value):
                yield from _values(each, wanted, path)
        case _:
            pass


def _without_numbers_of(call: FinishedCall, wanted: Wanted, by: str) -> FinishedCall:
    structured = _without_numbers(call.structured, wanted, by)
    result = call.result.model_copy(update={"structured_content": structured})
    return replace(call, arguments=_without_numbers(call.arguments, wanted, by), result=result)


def _without_numbers(value: Any, wanted: Wanted, by: str, path: str = "") -> Any:
    """Return the value with other words for the numbers that are wanted, however short."""
    match value:
        case bool():
            return value
        case int() | float() if wanted(path, str(value)):
            return by
        case dict():
            items = cast("dict[str, Any]", value).items()
            return {
                name: _without_numbers(each, wanted, by, f"{path}/{name}") for name, each in items
            }
        case list():
            values = cast("list[Any]", value)
            return [_without_numbers(each, wanted, by, path) for each in values]
        case _:
            return value


def _is_secret(path: str, value: str) -> bool:
    return bool(value) and bool(SECRET_NAME.search(path))


def _is_typed(path: str, value: str) -> bool:
    return path.rpartition("/")[2] in TYPED and value not in ACTIONS


def _replacing(values: list[str], by: str = LEFT_OUT) -> Callable[[str], str]:
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


def _values_of(value: Any, change: Callable[[str], str]) -> Any:
    """Return the value with its texts changed, but no names: those are of the tools."""
    return with_texts(value, change, names=False)
