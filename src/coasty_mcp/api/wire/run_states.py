"""What agent runs (`/runs`) and workflow runs (`/workflows/runs`) have in common."""

from typing import Any, Literal

from .base import Reply

Status = Literal[
    "queued", "running", "awaiting_human", "succeeded", "failed", "cancelled", "timed_out"
]
FINISHED = frozenset({"succeeded", "failed", "cancelled", "timed_out"})


class AnyRun(Reply):
    """A run of an agent or of a workflow."""

    id: str
    status: str
    """A Status, or a newer word."""
    machine_id: str | None = None
    error: dict[str, Any] | None = None
    awaiting_human_reason: str | None = None
    metadata: dict[str, Any] | None = None
    webhook_url: str | None = None
    webhook_secret: str | None = None
    """Only in the reply that starts the run."""
    action_policy: dict[str, Any] | None = None
    """What was sent: no reply tells it."""
    created_at: str | None = None
    started_at: str | None = None
    finished_at: str | None = None

    @property
    def cleaning_up(self) -> bool:
        """Whether the run has ended, and a machine of its own may still be there."""
        return False

    @property
    def spent(self) -> int:
        """The credits charged so far."""
        raise NotImplementedError

    @property
    def outcome(self) -> dict[str, Any] | None:
        """The result, in the agent's or the workflow's words."""
        raise NotImplementedError
