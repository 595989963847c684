"""How the work of a run ends, of an agent or of a workflow."""

import logging
from collections.abc import Awaitable
from typing import Any

import anyio

from .runs import Run
from .workflow_runs import WorkflowRun

log = logging.getLogger(__name__)


class RunStopped(Exception):
    """The work is over before it is done; a run's `watch` may raise it after a step."""

    def __init__(self, code: str, message: str, status: str = "failed") -> None:
        super().__init__(message)
        self.status = status
        self.error = {"code": code, "message": message}


async def finish_with(run: Run | WorkflowRun, work: Awaitable[dict[str, Any] | None]) -> None:
    """Do the work; whatever happens in it, the run has ended afterwards and says how."""
    try:
        run.end("succeeded", await work)
    except RunStopped as stopped:
        run.end(stopped.status, error=stopped.error)
    except anyio.get_cancelled_exc_class():
        run.end("cancelled")
        raise
    except Exception:
        log.exception("The run %s failed.", run.record.id)
        message = "Something went wrong in the sandbox."
        run.end("failed", error={"code": "INTERNAL_ERROR", "message": message})
