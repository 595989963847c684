"""Tools of the toolset `fleet` that act on a machine: its browser and its files."""

from dataclasses import replace
from typing import Annotated

from pydantic import Field

from ..api.commands import COMMANDS
from ..api.errors import InvalidRequest
from ..api.rules import LOCAL
from ..api.wire import actions
from ..api.wire.base import IdempotencyKey, Reply
from ..api.wire.machines import MachineId
from ..server.consequences import deletion
from ..server.context import Api, CallWaiter, PageElements, Screenshots, Settings
from ..server.effects import ACTS, LOOKS
from ..server.results import ImageResult, TextResult, call_text, text_result
from .action_results import Done, shown_result
from .actions import Settle
from .catalog import fleet
from .machine_commands import machine_command
from .machine_output import (
    OPS_THAT_LIST,
    advice_for,
    command_output,
    holds_base64,
    read_on,
    require_success,
    without_pictures,
)
from .new_files import write_new_file
from .outcomes import SETTLE_SECONDS, ScreenWatcher
from .page_elements import MachinePage
from .remote_files import downloaded

Op = Annotated[
    actions.BrowserOp,
    Field(description="type fills a field, dom reads the page, clickables lists what to click."),
]
OpParameters = Annotated[
    actions.Parameters,
    Field(
        description="url; index or selector, or x and y in machine pixels; text; direction and "
        "amount; tab_id or index of a tab; ms."
    ),
]
ReadOp = Annotated[actions.FilesReadOp, Field(description="read a file; list is of a folder.")]
WriteOp = Annotated[actions.FilesWriteOp, Field(description="edit replaces old_text by new_text.")]
Path = Annotated[str, Field(description="On the machine; list-downloads needs none.")]
WritePath = Annotated[str, Field(description="On the machine.")]
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


@fleet.tool("Use a machine's browser", ACTS)
async def coasty_use_browser(
    api: Api,
    screenshots: Screenshots,
    elements: PageElements,
    settings: Settings,
    waiter: CallWaiter,
    machine_id: MachineId,
    op: Op,
    parameters: OpParameters | None = None,
    settle_seconds: Settle = SETTLE_SECONDS,
    idempotency_key: IdempotencyKey | None = None,
) -> TextResult[Reply] | ImageResult:
    """Use the browser on a machine by URL, index and selector.

    Prefer it for web pages: it needs no picture, and hits what it names. Several ops in one call:
    coasty_execute_machine_action.
    """
    known = replace(machine_command(actions.BROWSER_OPS[op], parameters or {}, None), written=op)
    listing = call_text(coasty_use_browser, machine_id=machine_id, op="clickables")
    page = MachinePage(api, machine_id, elements, listing)
    command = page.with_target(known)
    await page.require_same([command])
    action = actions.BrowserAction(parameters=command.parameters)
    done = await api.actions.run_browser_op(machine_id, op, action, idempotency_key)
    require_success(done, op, advice_for(command.name, OPS_THAT_LIST))
    answer = page.readable(command.name, done)
    watcher = ScreenWatcher(api, screenshots, waiter, settings.image_format)
    return await shown_result(Done(machine_id, [command], [answer]), watcher, limit=settle_seconds)


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
    shown, lines = command_output(done, op)
    warnings = read_on(done.result or {}, path)
    if op == "download" and settings.transport == "stdio" and holds_base64(done.result or {}):
        warnings.append(BINARY)
    return text_result(shown, *lines, warnings=warnings, untrusted="result")


@fleet.tool("Write a machine's files", ACTS, asks=deletion)
async def coasty_write_files(
    api: Api,
    machine_id: MachineId,
    op: WriteOp,
    path: WritePath,
    content: Content | None = None,
    old_text: OldText | None = None,
    new_text: OldText | None = None,
    idempotency_key: IdempotencyKey | None = None,
) -> TextResult[actions.ActionResult]:
    """Write, edit or delete a file on a machine."""
    given = {"path": path, "content": content, "old_text": old_text, "new_text": new_text}
    done = await _file_operation(api, machine_id, op, given, idempotency_key)
    shown, lines = command_output(done, op)
    return text_result(shown, *lines, untrusted="result")


async def _file_operation(
    api: Api, machine_id: str, op: actions.FilesOp, given: dict[str, str | None], key: str | None
) -> actions.ActionResult:
    parameters = {name: value for name, value in given.items() if value is not None}
    needed = COMMANDS[actions.FILES_OPS[op]].alternatives[0]
    if missing := [name for name in needed if name not in parameters]:
        raise InvalidRequest(f"op {op} needs {' and '.join(missing)}.")
    action = actions.FilesAction(parameters=parameters)
    done = await api.actions.run_files_op(machine_id, op, action, key)
    return require_success(done, op, advice_for(actions.FILES_OPS[op], OPS_THAT_LIST))


async def _saved(done: actions.ActionResult, local_path: str) -> TextResult[actions.ActionResult]:
    """Save a download on this computer, and return where and how large it is."""
    result = done.result or {}
    file = await write_new_file(local_path, downloaded(result))
    facts = {name: value for name, value in result.items() if name not in CONTENT}
    shown = without_pictures(done.model_copy(update={"result": {**facts, "local_path": str(file)}}))
    shown.attach(done.receipt)
    size = file.stat().st_size
    return text_result(shown, f"Saved {size} bytes to {file}.", untrusted="result")
