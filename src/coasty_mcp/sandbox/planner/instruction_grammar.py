"""The grammar of instructions: the first rule that matches a whole clause makes its goal."""

import re
from collections.abc import Callable, Iterator
from textwrap import shorten
from typing import Literal

from .action_goals import AskHuman, Click, Drag, Press, RunCommand, Scroll, Type, Wait
from .approvals import ASK, arranged, base_forms
from .goal import Goal
from .instruction_clauses import Clause, split_clauses
from .keys import key_names
from .screen_goals import CompleteForm, Fill, GoTo, OpenProgram, Tick

EXAMPLES = (
    'open the browser; go to example.com/contact; type "Ada" into Name; type "ada@example.com" '
    'into Email; type "Hello" into Message; tick Subscribe; click Send'
)
MAX_CLAUSES = 40  # no more fit a machine's history
SIGN_IN = ("Sign in", "Log in")
SUBMIT = ("Submit", "Send", *SIGN_IN, "Save", "Search", "Continue")
ADDRESS = re.compile(
    r"(?:https?://|about:|localhost\b)\S*"
    r"|(?!\S+\.(?:csv|json|log|md|pdf|png|py|txt)$)[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:/\S*)?"
)
WITH_VALUES = re.compile(  # what is left of the clause is the first value
    r"(?:(?:fill(?: in| out)?|complete) (?:\w+ )*?form"
    r"|(?P<sign_in>(?:sign|log) ?in(?: to [\w.]+)?))"
    r"(?: with| using| as|:) ?(?=.)",
    re.IGNORECASE,
)

SET = r"(?:type|enter|write|put|input|fill(?: in| out)?|choose|select|pick|use)"
INTO = r"(?:in|into|as|for|from|to)"
Q = r"⟦\d+⟧"
USER = r"user(?: ?name)?|login"
KNOWN = rf"(?:{USER}|(?:first |last |full )?name|e-?mail(?: address)?|password|phone|message)"


class NotUnderstood(ValueError):
    """No rule matches a clause; the message says which, and what can be asked for."""


def click(name: str) -> Goal:
    return Click((name,))


def double_click(name: str) -> Goal:
    return Click((name,), clicks=2)


def right_click(name: str) -> Goal:
    return Click((name,), button="right")


def untick(label: str) -> Goal:
    return Tick(label, "off")


def visit(place: str) -> Goal:
    return GoTo(place) if ADDRESS.fullmatch(place) else click(place)


def start(name: str) -> Goal:
    return GoTo(name) if ADDRESS.fullmatch(name) else OpenProgram(name)


def press(what: str) -> Goal:
    keys = key_names(what)
    return Press(keys) if keys else click(what)


def wait(seconds: str) -> Goal:
    return Wait(int(seconds))


def close() -> Goal:
    return Click(("Close",))


def leave_empty(label: str) -> Goal:
    return Fill(label, "")


def choose(value: str) -> Goal:
    return Fill("the choice", value)


def scroll(direction: Literal["up", "down", "left", "right"], amount: str) -> Goal:
    return Scroll(direction, int(amount)) if amount else Scroll(direction)


RULES: list[tuple[str, Callable[..., Goal]]] = [
    (r"(?:fill(?: in| out)?|complete) (?:\w+ )*form", CompleteForm),
    (
        r"(?:submit|send)(?: it| this| anything| the (?:\w+ )?(?:form|message))?",
        lambda: Click(SUBMIT),
    ),
    (r"(?:sign|log) ?in", lambda: Click(SIGN_IN)),
    (r"(?:(?:go|navigate|browse) to|visit) (?P<place>.+?)(?: in the browser)?", visit),
    (r"(?:open|launch|start) (?P<name>.+)", start),
    (r"(?:run|execute)(?: the command)? (?P<command>.+?)(?: in the terminal)?", RunCommand),
    (r"scroll (?P<direction>up|down|left|right)(?: (?:by )?(?P<amount>\d{1,3}))?", scroll),
    (r"drag (?P<what>.+?) (?:on|in)?to (?P<onto>.+)", Drag),
    (r"(?:untick|uncheck|disable) (?P<label>.+)", untick),
    (r"(?:tick|check|enable) (?P<label>.+)", Tick),
    (r"double[- ]?click (?:on )?(?P<name>.+)", double_click),
    (r"right[- ]?click (?:on )?(?P<name>.+)", right_click),
    (r"(?:click|tap|push)(?: on)? (?P<name>.+)", click),
    (r"(?:press|hit) (?P<what>.+)", press),
    (r"(?:go )?back(?: a page| to the (?:last|previous) page)?", lambda: Press(("alt", "left"))),
    (r"(?:reload|refresh)(?: it| the page)?", lambda: Press(("f5",))),
    (r"wait(?: for)? (?P<seconds>\d{1,3}) ?(?:s|sec|seconds?)", wait),
    (r"close (?:it|(?:the |this )?(?:\w+ )?(?:window|browser|terminal|editor))", close),
    (r"save(?: it| the (?:file|document|text))?", lambda: Click(("Save",))),
    (r"(?:search|google|look)(?: the web)? for (?P<address>.+)", GoTo),
    (r"(?:leave|keep) (?P<label>.+) (?:empty|blank)", leave_empty),
    (r"(?:clear|empty) (?P<label>.+)", leave_empty),
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
COMPILED_RULES = [(re.compile(pattern, re.IGNORECASE), make_goal) for pattern, make_goal in RULES]


def parse_instruction(instruction: str) -> list[Goal]:
    """Return the goals of an instruction, in its order.

    Raises:
        NotUnderstood: a clause matches no rule, or there are none or too many.
    """
    parts = split_clauses(instruction)
    if not 1 <= len(parts) <= MAX_CLAUSES:
        count = f"{len(parts)} parts" if parts else "nothing to do"
        raise NotUnderstood(f"The instruction has {count}; the sandbox follows 1 to {MAX_CLAUSES}.")
    goals = arranged(list(_goals(parts)))
    named = tuple(goal.label for goal in goals if isinstance(goal, Fill))
    return [CompleteForm(named) if isinstance(goal, CompleteForm) else goal for goal in goals]


def _goals(parts: list[Clause]) -> Iterator[Goal]:
    closing = list[Goal]()  # the goals that follow once the values are filled in
    for clause in parts:
        opening = WITH_VALUES.match(clause.text)
        rest = clause.text[opening.end() :] if opening else clause.text
        if opening and opening["sign_in"]:
            closing = [Click(SIGN_IN)]
            user, *values = re.split(r" (?:with|using) ", rest)
            goals = [_user(clause, user), *(_goal(clause, value) for value in values)]
        else:
            goals = [_question(clause) or _goal(clause, rest)]
        if not isinstance(goals[-1], Fill):  # the values are complete
            yield from () if isinstance(goals[-1], Click | Press) else closing
            closing.clear()
        yield from goals
    yield from closing


def _user(clause: Clause, text: str) -> Goal:
    """Return the goal for what follows `sign in as`, maybe the bare name of the user."""
    if re.fullmatch(rf"{Q}|[^\s:=]+", text):
        return Fill("user", clause.with_quotations(text))
    return _goal(clause, text)


def _question(clause: Clause) -> AskHuman | None:
    """Return the goal of a clause that says when a person is to be asked."""
    if not (asked := ASK.fullmatch(clause.text)):
        return None
    what = asked["what"] or asked["act"]
    if not what:
        return AskHuman("go on")
    for form in base_forms(what):
        try:
            goal = _goal(clause, form)
        except NotUnderstood:
            continue
        return AskHuman(str(goal), goal)
    return AskHuman(clause.with_quotations(what))


def _goal(clause: Clause, text: str) -> Goal:
    for pattern, make_goal in COMPILED_RULES:
        if match := pattern.fullmatch(text):
            parts = match.groupdict(default="").items()
            return make_goal(**{name: clause.with_quotations(part) for name, part in parts})
    said = shorten(clause.with_quotations(text), 100)
    raise NotUnderstood(
        f'The sandbox does not understand "{said}". It can open, go to, fill in, choose, tick, '
        "click, type, press, scroll, drag and run what the instruction names, and ask a person "
        f"before. Say it as in: {EXAMPLES}."
    )
