"""Tools of the toolset `machines` that act on a machine's desktop and in its shell."""

from typing import Annotated

from pydantic import Field

from ..api.wire import actions as wire
from ..api.wire.base import IdempotencyKey, Reply
from ..api.wire.machines import MachineId
from ..screens import Handle, ScreenshotId
from ..server.context import Api, Patience, Settings, Shots
from ..server.effects import ACTS
from ..server.results import ImageResult, TextResult, call_text, image_result, text_result
from .action_names import api_command, run_without_api
from .catalog import machines
from .machine_output import command_output, delimited, embedded_picture, require_success, truncated
from .machines import coasty_take_machine_screenshot
from .screenshots import screenshot_or_warning, shown_screenshot, take_screenshot

CommandName = Annotated[
    str,
    Field(
        description="An action_type of coasty_predict, or double_click, browser_navigate, "
        "browser_get_dom, file_read, file_write, directory_list, list_windows and more; a wrong "
        "name gets the nearest."
    ),
]
CommandParameters = Annotated[
    wire.Parameters,
    Field(description="As predicted; or x and y, text, keys, url, selector, path, content, title."),
]
ReturnScreenshot = Annotated[bool, Field(description="Add a screenshot of the outcome.")]
Settle = Annotated[float, Field(ge=0, le=10, description="Seconds before it.")]


class TerminalOutput(Reply):
    """The reply of coasty_run_terminal_command."""

    exit_code: int | None
    output: str
    truncated: bool = False
    session_id: str | None = None
    duration_ms: int = 0


@machines.tool("Act on a machine", ACTS)
async def coasty_execute_machine_action(
    api: Api,
    shots: Shots,
    settings: Settings,
    waiting: Patience,
    machine_id: MachineId,
    command: CommandName,
    parameters: CommandParameters | None = None,
    screenshot_id: ScreenshotId | None = None,
    return_screenshot: ReturnScreenshot = False,
    settle_seconds: Settle = 0.5,
    timeout_ms: wire.TimeoutMs | None = None,
    idempotency_key: IdempotencyKey | None = None,
) -> TextResult[wire.ActionResult] | ImageResult:
    """Do one thing on a machine: click, type, scroll, press keys, use its browser or files.

    Takes what coasty_predict returns as it is.
    """
    given = parameters or {}
    if screenshot_id:
        given = Handle.parse(screenshot_id).to_machine(given)
    if name := api_command(command, given):
        action = wire.MachineAction(command=name, parameters=given, timeout_ms=timeout_ms)
        result = await api.actions.execute(machine_id, action, idempotency_key)
    else:
        result = await run_without_api(machine_id, command, given, waiting)
    shown, lines = command_output(result, command)
    seen, problems = None, []
    if return_screenshot:
        await waiting.sleep(settle_seconds)
        seen, problems = await screenshot_or_warning(
            take_screenshot(api, shots, machine_id, settings.image_format)
        )
    elif carried := embedded_picture(result):
        seen, problems = await screenshot_or_warning(
            shown_screenshot(shots, carried, machine_id, settings.image_format)
        )
    if seen:
        return image_result(result.receipt, [seen.picture], *lines, *seen.lines)
    following = call_text(coasty_take_machine_screenshot, machine_id=machine_id)
    return text_result(shown, *lines, next_call=following, warnings=problems, untrusted="result")


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
    """Run one shell command on a machine and get its exit code and output (5000 characters)."""
    request = wire.TerminalCommand(
        command=command, timeout_ms=timeout_ms, session_id=session_id, cwd=cwd
    )
    done = await api.actions.run_terminal_command(machine_id, request, idempotency_key)
    require_success(done, "The command")
    answer = _terminal_output(done)
    answer.attach(done.receipt)
    cut = ", cut off" if answer.truncated else ""
    lines = [f"Exit code {answer.exit_code}{cut}.", *delimited(answer.output)]
    return text_result(answer, *lines, untrusted="output")


def _terminal_output(done: wire.ActionResult) -> TerminalOutput:
    """Return the exit code and output, which older servers put beside `result`, not into it."""
    fields = {**(done.model_extra or {}), **(done.result or {})}
    output = str(fields.get("output") or "")
    return TerminalOutput(
        exit_code=fields.get("exit_code"),
        output=truncated(output),
        truncated=bool(fields.get("truncated", len(output) >= 5000)),
        session_id=fields.get("session_id"),
        duration_ms=done.duration_ms,
    )
