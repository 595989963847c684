"""Tools of the toolset `fleet` that act on a machine: batches, its browser and its files."""

import json
from typing import Annotated, Any

from pydantic import Field, ValidationError

from ..api.errors import InvalidRequest
from ..api.rules import LOCAL
from ..api.untrusted import quoted
from ..api.wire import actions
from ..api.wire.base import IdempotencyKey
from ..api.wire.machines import MachineId
from ..screens import ScreenshotHandle, ScreenshotId
from ..server.consequences import deletion
from ..server.context import Api, Screenshots, Settings
from ..server.effects import ACTS, LOOKS
from ..server.results import ImageResult, TextResult, call_text, image_result, text_result
from .action_policies import BlockedActions, BlockedKeys, Bounds, action_policy
from .catalog import fleet
from .machine_commands import machine_command, screenshot_of
from .machine_output import (
    MAX_CHARACTERS,
    command_output,
    delimited,
    embedded_picture,
    read_on,
    require_success,
    without_pictures,
)
from .machines import coasty_take_machine_screenshot
from .new_files import write_new_file
from .remote_files import downloaded
from .screenshots import MACHINE_PIXELS, shown_screenshot

Steps = Annotated[
    list[dict[str, Any]],
    Field(
        min_length=1,
        max_length=50,
        description="In order: {command, parameters} as in coasty_execute_machine_action.",
    ),
]
StopOnError = Annotated[bool, Field(description="Leave out the rest after a failure.")]
Op = Annotated[actions.BrowserOp, Field(description="What to do.")]
OpParameters = Annotated[
    actions.Parameters, Field(description="url, selector, text, x, y, direction, tab_id, ms.")
]
ReadOp = Annotated[actions.FilesReadOp, Field(description="read a file; list is of a folder.")]
WriteOp = Annotated[actions.FilesWriteOp, Field(description="edit replaces old_text by new_text.")]
Path = Annotated[str, Field(description="On the machine; list-downloads needs none.")]
Content = Annotated[str, Field(description="For write and append.")]
OldText = Annotated[str, Field(description="For edit.")]
LocalPath = Annotated[
    str,
    Field(
        description="For download: a new file on this computer.", json_schema_extra={LOCAL: True}
    ),
]
CONTENT = ("content", "content_b64")
BINARY = (
    "The file is no short text, and so not shown: call again with local_path to save it on this "
    "computer."
)


@fleet.tool("Run a batch of actions", ACTS, asks=deletion)
async def coasty_run_actions(
    api: Api,
    screenshots: Screenshots,
    settings: Settings,
    machine_id: MachineId,
    steps: Steps,
    screenshot_id: ScreenshotId | None = None,
    stop_on_error: StopOnError = True,
    blocked_actions: BlockedActions | None = None,
    blocked_keys: BlockedKeys | None = None,
    bounds: Bounds | None = None,
    idempotency_key: IdempotencyKey | None = None,
) -> TextResult[actions.BatchResult] | ImageResult:
    """Do up to 50 things on a machine in one call, and see how each went."""
    screenshot = screenshot_of(screenshots, screenshot_id, machine_id)
    batch = actions.BatchAction(
        steps=[_checked_step(number, step, screenshot) for number, step in enumerate(steps, 1)],
        stop_on_error=stop_on_error,
        action_policy=action_policy(blocked_actions, blocked_keys, bounds),
    )
    done = await api.actions.execute_batch(machine_id, batch, idempotency_key)
    most = MAX_CHARACTERS // max(1, len(done.results))
    shown = done.model_copy(
        update={"results": [without_pictures(each, most) for each in done.results]}
    )
    shown.attach(done.receipt)
    left_out = ", the rest left out" if done.aborted else ""
    lines = [
        f"{done.completed_count} done, {done.failed_count} failed{left_out}.",
        *delimited(
            "\n".join(_step_line(number, each) for number, each in enumerate(shown.results, 1))
        ),
    ]
    pictures = [picture for each in done.results if (picture := embedded_picture(each))]
    if not pictures:
        look = call_text(coasty_take_machine_screenshot, machine_id=machine_id)
        return text_result(shown, *lines, next_call=look, untrusted="results")
    views = [
        await shown_screenshot(
            screenshots, picture, machine_id, settings.image_format, share=len(pictures)
        )
        for picture in pictures
    ]
    names = [each.lines[0] for each in views[:-1]]
    return image_result(
        done.receipt, [each.picture for each in views], *lines, *names, *views[-1].lines
    )


@fleet.tool("Use a machine's browser", ACTS)
async def coasty_use_browser(
    api: Api,
    screenshots: Screenshots,
    settings: Settings,
    machine_id: MachineId,
    op: Op,
    parameters: OpParameters | None = None,
    idempotency_key: IdempotencyKey | None = None,
) -> TextResult[actions.ActionResult] | ImageResult:
    """Use the browser on a machine by URL and selector, without looking for pixels."""
    action = actions.BrowserAction(parameters=parameters or {})
    done = await api.actions.run_browser_op(machine_id, op, action, idempotency_key)
    shown, lines = command_output(done, op, "browser")
    if not (carried := embedded_picture(done)):
        return text_result(shown, *lines, untrusted="result")
    seen = await shown_screenshot(screenshots, carried, machine_id, settings.image_format)
    pixels = [MACHINE_PIXELS] if seen.is_smaller and op in {"dom", "clickables"} else []
    return image_result(done.receipt, [seen.picture], *lines, *pixels, *seen.lines)


@fleet.tool("Read a machine's files", LOOKS)
async def coasty_read_files(
    api: Api,
    settings: Settings,
    machine_id: MachineId,
    op: ReadOp,
    path: Path | None = None,
    local_path: LocalPath | None = None,
    idempotency_key: IdempotencyKey | None = None,
) -> TextResult[actions.ActionResult]:
    """Read or download a file, or list a folder, on a machine."""
    if local_path and op != "download":
        raise InvalidRequest("local_path is for op download.")
    done = await _file_operation(api, machine_id, op, {"path": path}, idempotency_key)
    if local_path:
        return await _saved(done, local_path)
    shown, lines = command_output(done, op, "file")
    warnings = read_on(done.result or {}, path)
    if op == "download" and settings.transport == "stdio" and not _is_shown(shown):
        warnings.append(BINARY)
    return text_result(shown, *lines, warnings=warnings, untrusted="result")


@fleet.tool("Write a machine's files", ACTS, asks=deletion)
async def coasty_write_files(
    api: Api,
    machine_id: MachineId,
    op: WriteOp,
    path: Path,
    content: Content | None = None,
    old_text: OldText | None = None,
    new_text: OldText | None = None,
    idempotency_key: IdempotencyKey | None = None,
) -> TextResult[actions.ActionResult]:
    """Write, edit or delete a file on a machine."""
    given = {"path": path, "content": content, "old_text": old_text, "new_text": new_text}
    done = await _file_operation(api, machine_id, op, given, idempotency_key)
    shown, lines = command_output(done, op, "file")
    return text_result(shown, *lines, untrusted="result")


async def _file_operation(
    api: Api, machine_id: str, op: actions.FilesOp, given: dict[str, str | None], key: str | None
) -> actions.ActionResult:
    parameters = {name: value for name, value in given.items() if value is not None}
    action = actions.FilesAction(parameters=parameters)
    return await api.actions.run_files_op(machine_id, op, action, key)


async def _saved(done: actions.ActionResult, local_path: str) -> TextResult[actions.ActionResult]:
    """Save a download on this computer, and return where and how large it is."""
    result = require_success(done, "download", "file").result or {}
    file = await write_new_file(local_path, downloaded(result))
    facts = {name: value for name, value in result.items() if name not in CONTENT}
    shown = without_pictures(done.model_copy(update={"result": {**facts, "local_path": str(file)}}))
    shown.attach(done.receipt)
    size = file.stat().st_size
    return text_result(shown, f"Saved {size} bytes to {file}.", untrusted="result")


def _is_shown(shown: actions.ActionResult) -> bool:
    return not any("of base64 left out" in str(value) for value in (shown.result or {}).values())


def _checked_step(
    number: int, step: dict[str, Any], screenshot: ScreenshotHandle | None
) -> actions.ActionStep:
    """Return a batch's step as the API takes it.

    Raises:
        InvalidRequest: the step is wrong; the sentence begins with its number.
    """
    command = str(step.get("command", ""))
    try:
        action = actions.ActionStep.model_validate({**step, "command": "click"})
        known = machine_command(command, action.parameters, screenshot)
    except ValidationError as error:
        rule = "a step is {command, parameters, timeout_ms}, the last from 1000 up to 120000."
        raise InvalidRequest(f"Step {number}: {rule}") from error
    except InvalidRequest as wrong:
        raise InvalidRequest(f"Step {number}: {wrong.facts['message']}") from wrong
    if known.for_api is None:
        raise InvalidRequest(f"Step {number}: {command} has no place in a batch: leave it out.")
    return action.model_copy(update={"command": known.for_api, "parameters": known.parameters})


def _step_line(number: int, result: actions.ActionResult) -> str:
    outcome = "ok" if result.success else f"failed: {quoted(result.error or 'no reason given')}"
    said = f" {json.dumps(result.result, ensure_ascii=False)}" if result.result else ""
    return f"{number} {result.command} {outcome}{said}"
