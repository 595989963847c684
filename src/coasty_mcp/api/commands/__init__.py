"""What machines can be told to do: one table, and the functions that read it."""

from .spelling import (
    ALIASES,
    NAMES,
    PARAMETERS,
    known_command,
    refuse_unusable_parameters,
    refuse_wrong_parameters,
    usual_keys,
    usual_parameters,
)
from .table import (
    COMMANDS,
    MOUSE_AND_KEYS,
    POINTS,
    SIZES,
    THIS_COMPUTER,
    Command,
    Parameters,
    described_commands,
    described_parameters,
)

__all__ = [
    "ALIASES",
    "COMMANDS",
    "MOUSE_AND_KEYS",
    "NAMES",
    "PARAMETERS",
    "POINTS",
    "SIZES",
    "THIS_COMPUTER",
    "Command",
    "Parameters",
    "described_commands",
    "described_parameters",
    "known_command",
    "refuse_unusable_parameters",
    "refuse_wrong_parameters",
    "usual_keys",
    "usual_parameters",
]
