"""A whole task carried out at once, as a schedule runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...api.wire.policy import ActionPolicy
from .action_policies import PolicyWatch
from .computers import Computer

if TYPE_CHECKING:  # they bring Pillow along
    pass
from .desktop_task import FAIL, DesktopTask

MOST_STEPS = 20
"""The most steps of a scheduled run, which is carried out in one go."""


def carry_out_at_once(
    text: str, computer: Computer, policy: ActionPolicy | None = None
) -> tuple[str, str | None]:
    """Carry a scheduled task out; return what was done, and why it failed, if it did.

    Nobody watches a scheduled run, so that one which needs a person fails.
    """
    from ..computer import CommandError

    task = DesktopTask(text, watch=PolicyWatch(policy))
    try:
        for _ in range(MOST_STEPS):
            step = task.step(computer)
            match step.status:
                case "acted":
                    continue
                case "done":
                    return step.text, f"The task says {FAIL}." if task.fails else None
                case "not_understood":
                    return task.so_far, step.text
                case _:
                    return task.so_far, f"{step.text} A scheduled run cannot wait for a person."
    except CommandError as error:
        return task.so_far, str(error)
    return task.so_far, f"The task needs more than {MOST_STEPS} steps."
