"""The tool of the toolset `machines` that runs commands in a machine's shell."""

from typing import Any

from ..api.untrusted import quoted, visible_lines
from ..api.wire import actions as wire
from ..api.wire.base import IdempotencyKey, Reply
from ..api.wire.machines import MachineId
from ..server.context import Api
from ..server.effects import ACTS
from ..server.results import TextResult, text_result
from .catalog import machines
from .machine_output import CORRECT_COMMAND, delimited, require_success, truncated

OUTPUT_LIMIT = 5000
"""Characters of output that the API returns; it does not say how much it leaves out."""
READ_ON = (
    f"The output was cut after {OUTPUT_LIMIT} characters; the API does not say how much is left. "
    "To read it all, send it to a file (COMMAND > out.txt 2>&1), see its size with wc -c out.txt, "
    f"and read on with: tail -c +{OUTPUT_LIMIT + 1} out.txt | head -c {OUTPUT_LIMIT}; or its end "
    "with: tail out.txt"
)


class TerminalOutput(Reply):
    """The reply of coasty_run_terminal_command."""

    exit_code: int | None
    output: str
    error: str | None = None
    truncated: bool = False
    session_id: str | None = None
    duration_ms: int = 0


@machines.tool("Run a terminal command", ACTS)
async def coasty_run_terminal_command(
    api: Api,
    machine_id: MachineId,
    command: wire.ShellCommand,
    cwd: wire.WorkingFolder | None = None,
    session_id: wire.ShellSession | None = None,
    timeout_ms: wire.TimeoutMs = 30_000,
    idempotency_key: IdempotencyKey | None = None,
) -> TextResult[TerminalOutput]:
    """Run a shell command on a machine: its exit code and first 5000 characters of output.

    Over 30 s: timeout_ms. Over 120 s: COMMAND > out.txt 2>&1 &. It cannot be undone.
    """
    request = wire.TerminalCommand(
        command=command, timeout_ms=timeout_ms, session_id=session_id, cwd=cwd
    )
    done = await api.actions.run_terminal_command(machine_id, request, idempotency_key)
    fields = {**(done.model_extra or {}), **(done.result or {})}
    if fields.get("exit_code") is None:
        require_success(done, "The command", CORRECT_COMMAND)
    answer = _terminal_output(done, fields)
    lines = [_exit_line(answer), *delimited(answer.output)]
    warnings = [READ_ON] if answer.truncated else []
    return text_result(answer, *lines, warnings=warnings, untrusted="output, error")


def _terminal_output(done: wire.ActionResult, fields: dict[str, Any]) -> TerminalOutput:
    """Return what was printed, which older servers put beside `result`, not into it."""
    output = str(fields.get("output") or "")
    answer = TerminalOutput(
        exit_code=fields.get("exit_code"),
        output=truncated(visible_lines(output)),
        error=done.error and quoted(done.error),
        truncated=bool(fields.get("truncated", len(output) >= OUTPUT_LIMIT)),
        session_id=fields.get("session_id"),
        duration_ms=done.duration_ms,
    )
    answer.attach(done.receipt)
    return answer


def _exit_line(answer: TerminalOutput) -> str:
    code = "No exit code" if answer.exit_code is None else f"Exit code {answer.exit_code}"
    error = f": {answer.error}" if answer.error else ""
    return f"{code}{error}{', output cut' if answer.truncated else ''}."
