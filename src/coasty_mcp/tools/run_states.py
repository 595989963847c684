"""How a run stands, of an agent or of a workflow, and what can be done with it next."""

from typing import Annotated, Any, TypeVar

from pydantic import Field

from ..api.wire.run_states import FINISHED, AnyRun
from ..server.results import TextResult, text_result
from .machine_output import delimited, quoted

R = TypeVar("R", bound=AnyRun)
AWAITING_HUMAN = "awaiting_human"

RunMetadata = Annotated[dict[str, Any], Field(description="Labels.")]


def run_result(run: R, summary: str, next_call: str) -> TextResult[R]:
    secret = [f"webhook_secret: {run.webhook_secret}"] if run.webhook_secret else []
    lines = [summary, *secret, *delimited(run.outcome)]
    untrusted = "result, output, error"
    return text_result(
        run, *lines, next_call=next_call, warnings=run_warnings(run), untrusted=untrusted
    )


def status_text(run: AnyRun) -> str:
    """`failed, TASK_FAILED: "No such page."`: an agent's words are quoted, and stay one line."""
    if awaits_human(run):
        return f"{run.status}: {quoted(run.awaiting_human_reason)}"
    if run.error:
        return f"{run.status}, {run.error.get('code')}: {quoted(run.error.get('message'))}"
    return run.status


def next_run_call(run: AnyRun, watch: str, answer: str) -> str:
    """The one of these calls that makes sense next."""
    if awaits_human(run):
        return answer
    return "" if run.status in FINISHED else watch


def run_warnings(run: AnyRun) -> list[str]:
    """What a model must not miss about it."""
    said: list[str] = []
    if run.webhook_secret:
        said.append("Store the webhook_secret now: it is never shown again.")
    if awaits_human(run):
        said.append("It waits for a person: ask the user before you answer.")
    return said


def awaits_human(run: AnyRun) -> bool:
    return run.status == AWAITING_HUMAN
