"""The state of a thing, or an earlier request, does not allow the request: 409."""

from .base import ApiError


class InvalidState(ApiError):
    """The machine is in `current_state`, which the request does not allow."""

    code, status, kind = "INVALID_STATE", 409, "state_error"

    def advise(self) -> str:
        match self.facts.get("current_state"), self.facts.get("tool"):
            case "terminated" | "deleting", _:
                return "It is gone for good: use another, or coasty_provision_machine."
            case "running", "coasty_start_machine":
                return "It runs already: go on."
            case "stopped" | "suspended", "coasty_stop_machine":
                return "It is stopped already: go on."
            case "stopped" | "suspended", _:
                return "Call coasty_start_machine, then try again."
            case "creating" | "provisioning" | "starting" | "stopping" | "restarting", _:
                return (
                    "It is on its way: call coasty_get_machine until it is there, then try again."
                )
            case "error", _:
                return "It is broken: terminate it and provision another."
            case _:
                return "Look at its state again before you go on."


class NotAwaitingHuman(ApiError):
    """The run that was to be resumed does not wait for a human."""

    code, status, kind = "NOT_AWAITING_HUMAN", 409, "state_error"
    advice = "Only a run that waits for a human can be resumed: look at its status."


class ResumeConflict(ApiError):
    """Two calls resumed the run at once, and the other one was first."""

    code, status, kind = "RESUME_CONFLICT", 409, "state_error"
    advice = "Somebody else resumed it first: look at its status and go on."


class ScheduleInactive(ApiError):
    """The schedule is paused, so its trigger starts nothing."""

    code, status, kind = "SCHEDULE_INACTIVE", 409, "state_error"
    advice = "The schedule is paused: call coasty_resume_schedule first."


class IdempotencyInFlight(ApiError):
    """The first request with this idempotency key has not been answered yet."""

    code, status, kind, retryable = "IDEMPOTENCY_IN_FLIGHT", 409, "state_error", True
    advice = (
        "The first call with this idempotency_key is still at work: wait, then repeat it as is."
    )


class IdempotencyKeyReused(ApiError):
    """The idempotency key was sent before with another body."""

    code, status, kind = "IDEMPOTENCY_KEY_REUSED", 409, "state_error"
    advice = "Leave idempotency_key out to do something new, or repeat the first call exactly."


class IdempotencyAlreadyRefunded(ApiError):
    """The first request with this idempotency key failed and was refunded."""

    code, status, kind = "IDEMPOTENCY_ALREADY_REFUNDED", 409, "state_error"
    advice = "The first call failed and was refunded: call again without idempotency_key."
