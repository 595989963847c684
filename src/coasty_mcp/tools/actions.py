"""Tools of the toolset `machines` that act on a machine's desktop and in its shell."""

from typing import Annotated, Any

from pydantic import Field

from ..api.untrusted import quoted, visible_lines
from ..api.wire import actions as wire
from ..api.wire.base import IdempotencyKey, Reply
from ..api.wire.machines import MachineId
from ..screens import ScreenshotId
from ..server.consequences import deletion
from ..server.context import Api, CallWaiter, Screenshots, Settings
from ..server.effects import ACTS
from ..server.results import ImageResult, TextResult, call_text, image_result, text_result
from .catalog import machines
from .machine_commands import machine_command, run_without_api, screenshot_of
from .machine_output import (
    command_output,
    delimited,
    embedded_picture,
    kind_of,
    read_on,
    require_success,
    truncated,
)
from .machines import coasty_take_machine_screenshot
from .screenshots import MACHINE_PIXELS, screenshot_or_warning, shown_screenshot, take_screenshot

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


TELLING_POINTS = {"browser_get_dom", "browser_get_clickables", "list_windows"}
"""Commands whose results have coordinates."""
OUTPUT_LIMIT = 5000
"""Characters of output that the API returns; it does not say how much it leaves out."""
READ_ON = (
    f"The output was cut after {OUTPUT_LIMIT} characters; the API does not say how much is left. "
    "To read it all, send it to a file (COMMAND > out.txt 2>&1), see its size with wc -c out.txt, "
    f"and read on with: tail -c +{OUTPUT_LIMIT + 1} out.txt | head -c {OUTPUT_LIMIT}"
)


class TerminalOutput(Reply):
    """The reply of coasty_run_terminal_command."""

    exit_code: int | None
    output: str
    error: str | None = None
    truncated: bool = False
    session_id: str | None = None
    duration_ms: int = 0


@machines.tool("Act on a machine", ACTS, asks=deletion, always_load=True)
async def coasty_execute_machine_action(
    api: Api,
    screenshots: Screenshots,
    settings: Settings,
    waiter: CallWaiter,
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

    Takes what coasty_predict returns as it is. What it does cannot be undone.
    """
    screenshot = screenshot_of(screenshots, screenshot_id, machine_id)
    known = machine_command(command, parameters or {}, screenshot)
    if name := known.for_api:
        action = wire.MachineAction(
            command=name, parameters=known.parameters, timeout_ms=timeout_ms
        )
        result = await api.actions.execute(machine_id, action, idempotency_key)
    else:
        result = await run_without_api(machine_id, known, waiter)
    shown, lines = command_output(result, command, kind_of(known.name))
    seen, problems = None, []
    if return_screenshot:
        await waiter.sleep(settle_seconds)
        seen, problems = await screenshot_or_warning(
            take_screenshot(api, screenshots, machine_id, settings.image_format)
        )
    elif carried := embedded_picture(result):
        seen, problems = await screenshot_or_warning(
            shown_screenshot(screenshots, carried, machine_id, settings.image_format)
        )
    if seen:
        pixels = [MACHINE_PIXELS] if seen.is_smaller and known.name in TELLING_POINTS else []
        return image_result(result.receipt, [seen.picture], *lines, *pixels, *seen.lines)
    problems += read_on(result.result or {}, known.parameters.get("path"))
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
    """Run one shell command on a machine and get its exit code and output (5000 characters).

    What it does cannot be undone.
    """
    request = wire.TerminalCommand(
        command=command, timeout_ms=timeout_ms, session_id=session_id, cwd=cwd
    )
    done = await api.actions.run_terminal_command(machine_id, request, idempotency_key)
    fields = {**(done.model_extra or {}), **(done.result or {})}
    if fields.get("exit_code") is None:
        require_success(done, "The command", "terminal")
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
