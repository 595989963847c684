"""When an instruction says to ask a person: `ask me before you press Send`."""

import re
from collections.abc import Iterator, Sequence

from .action_goals import AskHuman, Click
from .goal import Goal
from .grounding import could_mean

PERSON = r"(?:me|us|(?:a|the|my|your) (?:person|human|user|boss|manager|owner))"
ASK = re.compile(
    r"(?:(?:stop|pause|wait) and )?(?:always |first )?"
    rf"(?:(?:ask|consult|check with|confirm with) {PERSON}"
    rf"|(?:wait for|get|ask(?: {PERSON})? for) (?:my|our|{PERSON}'s|a|an)? ?"
    rf"(?:approval|permission|consent|confirmation|ok(?:ay)?|go-ahead)"
    rf"|let {PERSON} (?:confirm|approve|check|decide))(?: first)?"
    r"(?:,? (?:before|prior to) (?P<what>.+))?"
    rf"|(?:don't|do not|never) (?P<act>.+) (?:without|before) asking(?: {PERSON})?(?: first)?",
    re.IGNORECASE,
)


def base_forms(act: str) -> Iterator[str]:
    """Yield what an act may be called as an order: `send it` for `you send it`, `sending it`."""
    words = re.sub(r"\A(?:you|it|the agent) (?:actually |really )?", "", act, flags=re.IGNORECASE)
    verb, space, rest = words.partition(" ")
    if verb.casefold().endswith("ing"):
        stem = verb[:-3]
        yield from (f"{form}{space}{rest}" for form in (stem, f"{stem}e", stem[:-1]))
    yield words


def arranged(goals: Sequence[Goal]) -> list[Goal]:
    """Return the goals with each question before what it asks about.

    That is the goal which does the same, wherever it stands in the instruction; if there is none,
    the question is followed by what it asks about. What is not understood is asked at once.
    """
    found = [goal for goal in goals if not isinstance(goal, AskHuman)]
    for goal in goals:
        if isinstance(goal, AskHuman):
            _insert(found, goal, goals.index(goal))
    return found


def _insert(goals: list[Goal], question: AskHuman, position: int) -> None:
    act = question.before
    if act is None:
        goals.insert(position if question.about == "go on" else 0, question)
        return
    same = next((index for index, goal in enumerate(goals) if _same_act(goal, act)), None)
    if same is None:
        goals[position:position] = [question, act]
    else:
        goals.insert(same, question)


def _same_act(goal: Goal, act: Goal) -> bool:
    if isinstance(goal, Click) and isinstance(act, Click):
        return any(could_mean(one, other) for one in goal.names for other in act.names)
    return goal == act
