"""Finding the element of a scene that a description means."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from ..scene import Element, Role, Scene

ROLE_WORDS: dict[str, Role] = {
    "icon": "icon",
    "app": "icon",
    "window": "window",
    "button": "button",
    "field": "field",
    "input": "field",
    "bar": "field",
    "textbox": "field",
    "checkbox": "checkbox",
    "choice": "choice",
    "dropdown": "choice",
    "list": "choice",
    "menu": "choice",
    "link": "link",
    "page": "link",
    "tab": "tab",
    "text": "text",
    "scrollbar": "scrollbar",
}
FILLERS = frozenset({"a", "an", "called", "labelled", "my", "named", "that", "the", "this", "your"})
SPELLINGS = {r"\be-?mail address\b|\be-mail\b": "email", r"\b(check|text) box\b": r"\1box"}
UNLIKELY: tuple[Role, ...] = ("window", "scrollbar", "text", "tab", "field")  # least likely first
MAX_CHARACTERS = 300  # of a description
ROLE_BONUS = 1.5  # worth more than the same words: `the Browser window` is no icon called Browser
RELATED, SIMILAR = 0.6, 0.8  # difflib ratios: SIMILAR allows a typing error, not another word

Score = tuple[float, int, float]
"""How well a description fits an element, compared in this order: by label and role, by how likely
such a role is meant, by how similar the strings are."""


def ground(element: str, scene: Scene) -> tuple[int, int] | None:
    """Return the middle of the element that the description fits best, in the scene's pixels."""
    found = find(element, scene.elements)
    return found.box.middle if found else None


def find(words: str, elements: Iterable[Element]) -> Element | None:
    """Return the element that the words fit best, the frontmost of equals."""
    scores = [(score, element) for element in elements if (score := _score(words, element))]
    return max(scores, key=lambda pair: pair[0])[1] if scores else None


def could_mean(words: str, label: str) -> bool:
    """Return whether the words could mean an element with this label."""
    return _match(_words(words), _words(label)) > 0


def _score(words: str, element: Element) -> Score | None:
    wanted, label = _words(words), _words(element.label)
    bare, roles = (
        _without_role_words(wanted),
        {ROLE_WORDS[word] for word in wanted if word in ROLE_WORDS},
    )
    hinted, likeness = element.role in roles, _likeness(bare, label)
    match = _match(wanted, label)
    says_more = set(label) < set(bare)  # `Back to the start` is not the button `Back`
    if (says_more and not hinted and likeness < RELATED) or not (match or (hinted and not bare)):
        return None
    likely = UNLIKELY.index(element.role) if element.role in UNLIKELY else len(UNLIKELY)
    return match + ROLE_BONUS * hinted, likely, likeness


def _match(wanted: list[str], label: list[str]) -> int:
    """Return 4 or 3 for the same words, 2 where one holds the other, 1 if misspelt, 0 else."""
    bare = _without_role_words(wanted)
    if not label:
        return 0
    if label in (wanted, bare):
        return 4 if label == wanted else 3
    if bare and (set(bare) <= set(label) or set(label) <= set(bare)):
        return 2
    return int(_likeness(bare, label) >= SIMILAR)


def _words(text: str) -> list[str]:
    text = text[:MAX_CHARACTERS].casefold()
    for pattern, spelling in SPELLINGS.items():
        text = re.sub(pattern, spelling, text)
    return [word for word in re.findall(r"\w+", text) if word not in FILLERS]


def _without_role_words(words: list[str]) -> list[str]:
    """Return the words that do not merely name a role, such as `button`."""
    return [word for word in words if word not in ROLE_WORDS]


def _likeness(one: list[str], other: list[str]) -> float:
    return SequenceMatcher(None, " ".join(one), " ".join(other)).ratio()
