"""Results that list things, within the number of characters that hosts take."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from typing import Protocol, TypeVar

from ..api.untrusted import named
from ..api.wire.base import Reply
from ..server.results import TextResult, text_result

MAX_CHARACTERS = 9_000
"""The most for the text, and again for the structured content: hosts cut what is much longer."""
MAX_CHARACTERS_IN_FULL = 3_000
"""The most for the newest in full, where not all of them fit."""


class Listed(Protocol):
    """An entry of a list. Those that do not fit are named by id, grouped by their `status`."""

    @property
    def id(self) -> str: ...
    def model_dump_json(self, *, exclude_none: bool) -> str: ...


R = TypeVar("R", bound=Reply)
T = TypeVar("T")
Named = TypeVar("Named", bound=Listed)


def with_name(identity: str, name: str) -> str:
    """Return `mch_1 (desk)`; the id alone where the API gives no name."""
    return f"{identity} ({named(name)})" if name else identity


def summary_lines(found: Iterable[T], summary: Callable[[T], str], nothing: str) -> list[str]:
    """Return a line for each entry, or the line `nothing` where there is none."""
    return [summary(each) for each in found] or [nothing]


def list_result(
    reply: R,
    data: Sequence[Named],
    summary: Callable[[Named], str],
    nothing: str,
    *,
    rest: str = "",
    hint: str = "",
    more: bool = False,
    next_call: str = "",
    untrusted: str = "",
) -> TextResult[R]:
    """Return all entries of a list in full, or the newest in full and the others by their ids.

    Args:
        summary: writes the line of one entry.
        nothing: the line for an empty list.
        rest: a sentence that says how to read the entries that are only named.
        hint: a sentence with what the list does not tell, and where that is.
        more: whether the API has more entries than the limit that was asked for.
    """
    lines = _list_lines(data, summary) if data else [nothing]
    lines += ["There are more: raise the limit."] if more else []
    whole, others = _split_to_fit(data, lambda each: len(each.model_dump_json(exclude_none=True)))
    warnings = list[str]()
    if hint:
        lines.append(hint)
        reply.fill(hint=hint)
    if not others:
        return text_result(
            reply, *lines, next_call=next_call, warnings=warnings, untrusted=untrusted
        )
    short = reply.model_copy(update={"data": whole, "others": others})
    warnings.append(f"{len(data) - len(whole)} of {len(data)} are only named. {rest}")
    return text_result(short, *lines, next_call=next_call, warnings=warnings, untrusted=untrusted)


def _list_lines(data: Sequence[Named], summary: Callable[[Named], str]) -> list[str]:
    """Return a line for each entry that fits, then one with the ids of the others per status."""
    whole, others = _split_to_fit(data, lambda each: len(summary(each)))
    named = [f"{status}: {', '.join(ids)}" for status, ids in others.items()]
    return [*map(summary, whole), *named]


def _split_to_fit(
    data: Sequence[Named], size: Callable[[Named], int]
) -> tuple[Sequence[Named], dict[str, list[str]]]:
    """Return the entries that fit in full, and the ids of the others by status."""
    others = defaultdict[str, list[str]](list)
    sizes = [size(each) for each in data]
    if sum(sizes) <= MAX_CHARACTERS:
        return data, others
    fitting = sum(used <= MAX_CHARACTERS_IN_FULL for used in accumulate(sizes))
    for each in data[fitting:]:
        others[str(getattr(each, "status", "others"))].append(each.id)
    return data[:fitting], others
