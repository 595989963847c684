"""Results about one run of an agent or of a workflow: its state, warnings and next call."""

from typing import Annotated, Any, TypeVar

from pydantic import Field

from ..api.errors.failed_runs import RUN_ADVICE
from ..api.untrusted import named, quoted
from ..api.wire.run_states import FINISHED, AnyRun
from ..api.wire.runs import OwnMachine, Run
from ..server.results import TextResult, call_text, text_result
from .action_policies import policy_lines
from .machine_output import delimited
from .machines import coasty_list_machines, coasty_terminate_machine

R = TypeVar("R", bound=AnyRun)
AWAITING_HUMAN = "awaiting_human"
NO_REASON = "no reason given"
CLEANUPS = {
    "": "which nobody says the state of",
    "pending": "which is still to be removed",
    "terminating": "which is being removed",
    "retrying": "which is being removed",
    "terminated": "which is gone",
    "failed": "which could not be removed",
}
"""What is said of the machine of a run that has ended, by its cleanup_status."""
USERS_WORD = "<what the user says>"
"""Stands in a next call for what nobody but the user may fill in."""

RunMetadata = Annotated[dict[str, Any], Field(description="Labels.")]


def run_result(run: R, summary: str, next_call: str, *more: str) -> TextResult[R]:
    """Return a run with its outcome, delimited as untrusted, its warnings and `more` lines."""
    secret = [f"webhook_secret: {run.webhook_secret}"] if run.webhook_secret else []
    lines = [summary, *more, *secret, *policy_lines(run.action_policy), *delimited(run.outcome)]
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
    return "" if run.status in FINISHED and not run.cleaning_up else watch


def own_machine(run: AnyRun) -> OwnMachine | None:
    """Return the machine that was started for the run alone, if there is one."""
    return run.machine if isinstance(run, Run) else None


def machine_text(run: Run) -> str:
    """Return where the run works; of its own machine, whether that is there or gone."""
    own = run.machine
    if not own:
        return run.machine_id or "a machine of its own"
    name = f"{named(own.id or run.machine_id or 'a machine')} of its own"
    if run.status in FINISHED:
        return f"{name}, {CLEANUPS.get(own.cleanup_status or '', named(own.cleanup_status))}"
    return f"{name}, {named(own.status or 'not ready yet')}"


def _machine_warnings(own: OwnMachine, machine_id: str | None) -> list[str]:
    said = f" {quoted(own.error)}" if own.error else ""
    if own.cleanup_status == "failed":
        call = call_text(coasty_terminate_machine, machine_id=machine_id)
        way = f"Call {call}." if machine_id else f"Find it with {call_text(coasty_list_machines)}."
        return [f"Its machine could not be removed, and may go on to cost.{said} {way}"]
    return [f"Its machine failed.{said}"] if own.status == "failed" else []


def run_warnings(run: AnyRun) -> list[str]:
    """Return warnings: a secret shown once, a person who is waited for, what a failure needs."""
    warnings: list[str] = []
    if run.webhook_secret:
        warnings.append("Store the webhook_secret now: it is never shown again.")
    if awaits_human(run):
        warnings.append("It waits for a person: ask the user before you answer.")
    if advice := RUN_ADVICE.get(str((run.error or {}).get("code"))):
        warnings.append(advice)
    if own := own_machine(run):
        warnings += _machine_warnings(own, own.id or run.machine_id)
    return warnings


def awaits_human(run: AnyRun) -> bool:
    """Return whether the run has stopped until a person answers it."""
    return run.status == AWAITING_HUMAN
