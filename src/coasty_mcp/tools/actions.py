"""Acting on a machine: the other half of the toolset `machines`."""

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
    """What coasty_run_terminal_command answers."""

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
    done = parameters or {}
    if screenshot_id:
        done = Handle.parse(screenshot_id).to_machine(done)
    if name := api_command(command, done):
        action = wire.MachineAction(command=name, parameters=done, timeout_ms=timeout_ms)
        result = await api.actions.execute(machine_id, action, idempotency_key)
    else:
        result = await run_without_api(machine_id, command, done, waiting)
    plain, lines = command_output(result, command)
    seen, problems = None, []
    if return_screenshot:
        await waiting.sleep(settle_seconds)
        seen, problems = await screenshot_or_warning(
            take_screenshot(api, shots, machine_id, settings.image_format)
        )
    elif carried := embedded_picture(result):
        shown = shown_screenshot(shots, carried, machine_id, settings.image_format)
        seen, problems = await screenshot_or_warning(shown)
    if seen:
        return image_result(result.receipt, [seen.picture], *lines, *seen.lines)
    following = call_text(coasty_take_machine_screenshot, machine_id=machine_id)
    return text_result(plain, *lines, next_call=following, warnings=problems, untrusted="result")


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
    wanted = wire.TerminalCommand(
        command=command, timeout_ms=timeout_ms, session_id=session_id, cwd=cwd
    )
    done = await api.actions.run_terminal_command(machine_id, wanted, idempotency_key)
    require_success(done, "The command")
    answer = _terminal_output(done)
    answer.attach(done.receipt)
    cut = ", cut off" if answer.truncated else ""
    lines = [f"Exit code {answer.exit_code}{cut}.", *delimited(answer.output)]
    return text_result(answer, *lines, untrusted="output")


def _terminal_output(done: wire.ActionResult) -> TerminalOutput:
    """The API puts the output into the result; older servers put it beside it."""
    said = {**(done.model_extra or {}), **(done.result or {})}
    output = str(said.get("output") or "")
    return TerminalOutput(
        exit_code=said.get("exit_code"),
        output=truncated(output),
        truncated=bool(said.get("truncated", len(output) >= 5000)),
        session_id=said.get("session_id"),
        duration_ms=done.duration_ms,
    )
