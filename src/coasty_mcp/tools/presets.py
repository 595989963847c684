"""Ready-made steering for predictions and agents, by name.

Each is shorter than the 500 characters from which a prediction costs one credit more.
"""

from typing import Annotated, Literal

from pydantic import Field

PRESETS = {
    "precise": "Act only on elements that the current screenshot really shows, never from memory. "
    "Aim at the centre of an element. Scroll towards what is out of sight instead of guessing "
    "where it is. Between look-alikes take the one whose label matches the task word for word. "
    "Check that a field has the focus before typing the next value.",
    "forms": "Fill in forms with the keyboard first: Tab from field to field, arrow keys in lists. "
    "Empty a field before typing into it. Type each value exactly as the task gives it, without "
    "correcting or completing it; leave out what the task does not give. Before submitting, look "
    "at every field once more and mend what differs. Submit once only.",
    "qa": "Test as a strict tester does: follow the steps literally and in order, with no detour "
    "and no workaround. Compare what the screen shows with what was expected, word for word. At "
    "the first thing that is unexpected, missing, slow beyond reason or only nearly right, stop "
    "with fail, and say which step it was, what was expected and what was there instead.",
    "read": "Only read: change, send, save, accept and submit nothing, and log in nowhere. Scroll "
    "through every screen and open every page of a list until its end, so that nothing is missed. "
    "Report values verbatim as they stand on the screen, with their labels and units. Say plainly "
    "what could not be found or read, and never fill a gap by guessing.",
    "cautious": "Do nothing that cannot be undone: no deleting, sending, buying, overwriting, "
    "closing of unsaved work, or granting of access. Where the task would need that, stop with "
    "fail and say what a person must decide. Prefer looking over acting, and one small step over "
    "several.",
    "batch": "The task repeats the same steps many times. Once the first round has worked, chain "
    "several actions in one answer and use shortcuts. Keep count of the rounds, and do none twice. "
    "When a screen differs from that of the rounds before, stop chaining and look; where it stays "
    "different, stop with fail and say how many rounds are done.",
}

Preset = Annotated[
    Literal["precise", "forms", "qa", "read", "cautious", "batch"],
    Field(description="Ready-made steering; precise fits most."),
]


def steering(preset: str | None, instructions: str | None) -> str | None:
    """Return the preset's text followed by the caller's own, or None where neither is given."""
    return "\n".join(filter(None, [PRESETS.get(preset or ""), instructions])) or None
