"""The machines that were started here, as they are remembered and as they are named at the end."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from ..api.untrusted import named
from ..api.wire.machines import Machine
from .known_state import moment
from .spend_log import Line

GONE = frozenset({"deleting", "terminating", "terminated", "gone", "error"})
RESTING = frozenset({"stopped", "suspended"})
MACHINE_FIELDS = {"display_name", "status", "auto_destroy_at", "os_type"}
"""The fields of a machine that are remembered."""


def line_of(machine: Machine) -> Line:
    """Return what is remembered of a machine."""
    return {"machine": machine.id, **machine.model_dump(include=MACHINE_FIELDS)}


def still_running(
    machines: Mapping[str, Line], unanswered: Iterable[str], now: datetime
) -> list[str]:
    """Return the machines that, for all that is known, still cost money.

    Args:
        machines: What is remembered of each, by its id.
        unanswered: The names of those whose start was never answered.
        now: The time.
    """
    known = [
        f"{named(machine)} ({named(line.get('display_name'))})"
        for machine, line in machines.items()
        if line["status"] not in RESTING and (moment(line.get("auto_destroy_at")) or now) >= now
    ]
    return known + [f"perhaps {named(each)}, whose start was not answered" for each in unanswered]
