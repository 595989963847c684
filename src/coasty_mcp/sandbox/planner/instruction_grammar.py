"""What an instruction may say: each clause is read by the first rule that it fits as a whole."""

import re
from collections.abc import Callable, Iterator
from textwrap import shorten
from typing import Literal

from .action_goals import Click, Drag, Press, Run, Scroll, Type
from .goal import Wish
from .instruction_clauses import Clause, clauses
from .keys import key_names
from .screen_goals import Complete, Fill, GoTo, Open, Tick

MOST_CLAUSES = 40  # no more fit a machine's history
SIGN_IN = ("Sign in", "Log in")
SUBMIT = ("Submit", "Send", *SIGN_IN, "Save", "Search", "Continue")
ADDRESS = re.compile(
    r"(?:https?://|about:|localhost\b)\S*"
    r"|(?!\S+\.(?:csv|json|log|md|pdf|png|py|txt)$)[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:/\S*)?"
)
WITH_VALUES = re.compile(  # what is left of the clause is the first value
    r"(?:(?:fill(?: in| out)?|complete) (?:\w+ )*?form|(?P<sign_in>(?:sign|log) ?in))"
    r"(?: with| using|:) ?(?=.)",
    re.IGNORECASE,
)

SET = r"(?:type|enter|write|put|input|fill(?: in| out)?|choose|select|pick|use)"
INTO = r"(?:in|into|as|for|from|to)"
Q = r"⟦\d+⟧"
KNOWN = r"(?:user ?name|(?:first |last |full )?name|e-?mail(?: address)?|password|phone|message)"


class NotUnderstood(ValueError):
    """A clause that no rule fits."""


def click(name: str) -> Wish:
    return Click((name,))


def double_click(name: str) -> Wish:
    return Click((name,), clicks=2)


def right_click(name: str) -> Wish:
    return Click((name,), button="right")


def untick(label: str) -> Wish:
    return Tick(label, "off")


def visit(place: str) -> Wish:
    return GoTo(place) if ADDRESS.fullmatch(place) else click(place)


def start(name: str) -> Wish:
    return GoTo(name) if ADDRESS.fullmatch(name) else Open(name)


def press(what: str) -> Wish:
    keys = key_names(what)
    return Press(keys) if keys else click(what)


def choose(value: str) -> Wish:
    return Fill("the choice", value)


def scroll(direction: Literal["up", "down", "left", "right"], amount: str) -> Wish:
    return Scroll(direction, int(amount)) if amount else Scroll(direction)


RULES: list[tuple[str, Callable[..., Wish]]] = [
    (r"(?:fill(?: in| out)?|complete) (?:\w+ )*form", Complete),
    (r"(?:submit|send)(?: it| the (?:\w+ )?form)?", lambda: Click(SUBMIT)),
    (r"(?:sign|log) ?in", lambda: Click(SIGN_IN)),
    (r"(?:(?:go|navigate|browse) to|visit) (?P<place>.+?)(?: in the browser)?", visit),
    (r"(?:open|launch|start) (?P<name>.+)", start),
    (r"(?:run|execute)(?: the command)? (?P<command>.+?)(?: in the terminal)?", Run),
    (r"scroll (?P<direction>up|down|left|right)(?: (?:by )?(?P<amount>\d{1,3}))?", scroll),
    (r"drag (?P<what>.+?) (?:on|in)?to (?P<onto>.+)", Drag),
    (r"(?:untick|uncheck|disable) (?P<label>.+)", untick),
    (r"(?:tick|check|enable) (?P<label>.+)", Tick),
    (r"double[- ]?click (?:on )?(?P<name>.+)", double_click),
    (r"right[- ]?click (?:on )?(?P<name>.+)", right_click),
    (r"(?:click|tap|push)(?: on)? (?P<name>.+)", click),
    (r"(?:press|hit) (?P<what>.+)", press),
    (r"(?:set|change) (?P<label>.+?) to (?P<value>.+)", Fill),
    (r"fill(?: in| out)? (?P<label>.+?) with (?P<value>.+)", Fill),
    (rf"(?:{SET} )?(?P<label>[^\W\d][^:=⟧]*?|{Q})\s*[:=]\s*(?P<value>.+)", Fill),
    (rf"(?:{SET} )?(?P<value>{Q}) {INTO} (?P<label>.+)", Fill),
    (rf"(?:choose|select|pick) (?P<value>{Q})", choose),
    (rf"(?:type|enter|write) (?P<text>{Q})", Type),
    (rf"(?:{SET} )?(?P<label>[^⟦]+?) (?P<value>{Q})", Fill),
    (rf"(?:{SET} )?(?:the |my )?(?P<label>{KNOWN}) (?!{INTO} )(?P<value>.+)", Fill),
    (rf"{SET} (?P<value>.+) {INTO} (?P<label>.+)", Fill),
    (r"(?:choose|select|pick) (?P<value>.+)", choose),
    (r"(?:type|enter|write) (?P<text>.+)", Type),
]
READERS = [(re.compile(pattern, re.IGNORECASE), made) for pattern, made in RULES]


def read(instruction: str) -> list[Wish]:
    """The wishes of an instruction, in its order; raises NotUnderstood."""
    parts = clauses(instruction)
    if not 1 <= len(parts) <= MOST_CLAUSES:
        count = f"{len(parts)} parts" if parts else "nothing to do"
        raise NotUnderstood(
            f"The instruction has {count}; the sandbox follows 1 to {MOST_CLAUSES}."
        )
    return list(_wishes(parts))


def _wishes(parts: list[Clause]) -> Iterator[Wish]:
    closing = list[Wish]()  # what the values are given for
    for clause in parts:
        opening = WITH_VALUES.match(clause.text)
        if opening and opening["sign_in"]:
            closing = [Click(SIGN_IN)]
        wish = _wish(clause, clause.text[opening.end() :] if opening else clause.text)
        if not isinstance(wish, Fill):  # the values are complete
            yield from () if isinstance(wish, Click | Press) else closing
            closing.clear()
        yield wish
    yield from closing


def _wish(clause: Clause, text: str) -> Wish:
    for pattern, made in READERS:
        if match := pattern.fullmatch(text):
            parts = match.groupdict(default="").items()
            return made(**{name: clause.restored(part) for name, part in parts})
    said = shorten(clause.restored(text), 100)
    raise NotUnderstood(
        f'The sandbox does not understand "{said}". It can open, go to, fill in, choose, tick, '
        "click, type, press, scroll, drag and run what the instruction names."
    )
