"""A list of things, told within what a model can take in."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

from ..api.wire.base import Reply
from ..server.results import TextResult, text_result

MAX_CHARACTERS = 9_000
"""Characters, of the text and of the structured content; hosts cut what is much longer."""
MAX_CHARACTERS_IN_FULL = 3_000
"""Of those, for the newest in full, where not all of them can be."""


class Listed(Protocol):
    """Where it has a status, it is grouped by that."""

    @property
    def id(self) -> str: ...
    def model_dump_json(self, *, exclude_none: bool) -> str: ...


R = TypeVar("R", bound=Reply)
T = TypeVar("T")
Named = TypeVar("Named", bound=Listed)


def summary_lines(found: Iterable[T], told: Callable[[T], str], nothing: str) -> list[str]:
    """A line each."""
    return [told(each) for each in found] or [nothing]


def list_result(
    reply: R,
    data: Sequence[Named],
    told: Callable[[Named], str],
    nothing: str,
    *,
    rest: str = "",
    more: bool = False,
    next_call: str = "",
    untrusted: str = "",
) -> TextResult[R]:
    """All of the list's data, or the newest, and the others by their ids.

    `rest`: how to get at what is not told of those; `more`: whether the limit has cut the list.
    """
    lines = _list_lines(data, told) if data else [nothing]
    lines += ["There are more: raise the limit."] if more else []
    whole, others = _split_to_fit(data, lambda each: len(each.model_dump_json(exclude_none=True)))
    if not others:
        return text_result(reply, *lines, next_call=next_call, untrusted=untrusted)
    short = reply.model_copy(update={"data": whole, "others": others})
    warning = f"{len(data) - len(whole)} of {len(data)} are only named. {rest}"
    return text_result(short, *lines, next_call=next_call, warnings=[warning], untrusted=untrusted)


def _list_lines(data: Sequence[Named], told: Callable[[Named], str]) -> list[str]:
    """A line each, then one for all others of a status."""
    whole, others = _split_to_fit(data, lambda each: len(told(each)))
    named = [f"{status}: {', '.join(ids)}" for status, ids in others.items()]
    return [*map(told, whole), *named]


def _split_to_fit(
    data: Sequence[Named], size: Callable[[Named], int]
) -> tuple[Sequence[Named], dict[str, list[str]]]:
    """What is told in full, and the ids of the others, by status."""
    others = defaultdict[str, list[str]](list)
    sizes = [size(each) for each in data]
    if sum(sizes) <= MAX_CHARACTERS:
        return data, others
    fitting = sum(
        sum(sizes[: number + 1]) <= MAX_CHARACTERS_IN_FULL for number in range(len(sizes))
    )
    for each in data[fitting:]:
        others[str(getattr(each, "status", "others"))].append(each.id)
    return data[:fitting], others
