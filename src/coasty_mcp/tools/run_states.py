"""Results about one run of an agent or of a workflow: its state, warnings and next call."""

from typing import Annotated, Any, TypeVar

from pydantic import Field

from ..api.errors import RUN_ADVICE
from ..api.untrusted import named, quoted
from ..api.wire.run_states import FINISHED, AnyRun
from ..server.results import TextResult, text_result
from .action_policies import policy_lines
from .machine_output import delimited

R = TypeVar("R", bound=AnyRun)
AWAITING_HUMAN = "awaiting_human"
NO_REASON = "no reason given"
USERS_WORD = "<what the user says>"
"""Stands in a next call for what nobody but the user may fill in."""

RunMetadata = Annotated[dict[str, Any], Field(description="Labels.")]


def run_result(run: R, summary: str, next_call: str) -> TextResult[R]:
    """Return a run with its outcome, delimited as untrusted, and its warnings."""
    secret = [f"webhook_secret: {run.webhook_secret}"] if run.webhook_secret else []
    lines = [summary, *secret, *policy_lines(run.action_policy), *delimited(run.outcome)]
    untrusted = "result, output, error"
    return text_result(
        run, *lines, next_call=next_call, warnings=run_warnings(run), untrusted=untrusted
    )


def status_text(run: AnyRun) -> str:
    """Return the run's status and why: `failed, TASK_FAILED: "No such page."`.

    What an agent said is quoted, and so cannot begin a line of its own.
    """
    if awaits_human(run):
        return f"{run.status}: {quoted(run.awaiting_human_reason or NO_REASON)}"
    if run.error:
        code, reason = (run.error.get(name) for name in ("code", "message"))
        return f"{run.status}, {named(code or 'UNKNOWN_ERROR')}: {quoted(reason or NO_REASON)}"
    return run.status


def next_run_call(run: AnyRun, watch: str, answer: str) -> str:
    """Return `answer` while the run waits for a person, `watch` while it works, else ""."""
    if awaits_human(run):
        return answer
    return "" if run.status in FINISHED else watch


def run_warnings(run: AnyRun) -> list[str]:
    """Return warnings: a secret shown once, a person who is waited for, what a failure needs."""
    warnings: list[str] = []
    if run.webhook_secret:
        warnings.append("Store the webhook_secret now: it is never shown again.")
    if awaits_human(run):
        warnings.append("It waits for a person: ask the user before you answer.")
    if advice := RUN_ADVICE.get(str((run.error or {}).get("code"))):
        warnings.append(advice)
    return warnings


def awaits_human(run: AnyRun) -> bool:
    """Return whether the run has stopped until a person answers it."""
    return run.status == AWAITING_HUMAN
