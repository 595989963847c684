"""How a run stands, of an agent or of a workflow, and what can be done with it then."""

from ...api.errors import InvalidState, NotAwaitingHuman
from ...api.wire.run_states import FINISHED, AnyRun
from .event_log import PAUSED

UNFINISHED = ["queued", "running", PAUSED]
ANNOUNCED = FINISHED | {PAUSED}
"""What a webhook is told of."""


def require_awaiting_human(run: AnyRun) -> None:
    if run.status != PAUSED:
        raise NotAwaitingHuman(
            f"Run {run.id} is {run.status}: it waits for nobody.",
            current_state=run.status,
            allowed_from=[PAUSED],
        )


def require_unfinished(run: AnyRun) -> None:
    if run.status in FINISHED:
        raise InvalidState(
            f"Run {run.id} has {run.status} already.",
            current_state=run.status,
            allowed_from=UNFINISHED,
        )
