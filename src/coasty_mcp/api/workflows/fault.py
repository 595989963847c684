"""One thing that is wrong with a definition or with the inputs of a run."""

from typing import NamedTuple


class Fault(NamedTuple):
    """A place in a JSON value, and what is wrong there."""

    path: str
    """Such as `steps[1].then[0].condition.left`; empty for the whole."""
    message: str
    """A sentence."""
