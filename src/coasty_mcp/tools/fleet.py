"""Tools for leases, snapshots, access data, batches, the browser, files and what machines cost."""

import json
from typing import Annotated, Any

from pydantic import Field, ValidationError

from ..api.errors import InvalidRequest
from ..api.redaction import hide_secret
from ..api.rules import LOCAL
from ..api.wire import actions
from ..api.wire import machines as wire
from ..api.wire.base import IdempotencyKey
from ..screens import Handle, ScreenshotId
from ..server.context import Api, Patience, Settings, Shots
from ..server.effects import ACTS, LOOKS, READS, REWRITES, SPENDS
from ..server.results import ImageResult, TextResult, call_text, image_result, text_result
from .action_names import api_command
from .catalog import fleet
from .list_results import summary_lines
from .machine_output import (
    MAX_CHARACTERS,
    command_output,
    delimited,
    embedded_picture,
    without_pictures,
)
from .machines import coasty_take_machine_screenshot, state_change_result
from .screenshots import shown_screenshot
from .secret_files import write_secret

PUBLIC_FIELDS = {"machine_id", "public_ip", "ssh_port", "ssh_username", "vnc_port"}
"""The fields of a machine's access data that are no secret."""
SECRET_URLS = {"websocket_url", "devtools_url"}
"""Further secret fields, which only some servers send."""
SECRETS_WARNING = "Secrets: show them to the user once, and do not repeat them."

LeaseMinutes = Annotated[
    int, Field(ge=0, le=10_080, description="From now, 5 to 10080 minutes; 0 takes it away.")
]
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
SecretFile = Annotated[
    str,
    Field(description="A new file for it, instead of showing it.", json_schema_extra={LOCAL: True}),
]


@fleet.tool("Restart a machine", ACTS)
async def coasty_restart_machine(
    api: Api, waiting: Patience, machine_id: wire.MachineId
) -> TextResult[wire.MachineReply]:
    """Restart a running machine, and wait up to 40 s for it. What was not saved is lost."""
    return await state_change_result(
        api, waiting, await api.machines.restart(machine_id), wait=True
    )


@fleet.tool("Set a machine's lease", REWRITES)
async def coasty_set_machine_ttl(
    api: Api, machine_id: wire.MachineId, ttl_minutes: LeaseMinutes
) -> TextResult[wire.MachineTtl]:
    """Say when a machine is to be destroyed by itself, or that it is not."""
    if 0 < ttl_minutes < 5:
        raise InvalidRequest("ttl_minutes must be 0, or from 5 up to 10080.")
    lease = await api.machines.set_ttl(machine_id, wire.UpdateMachine(ttl_minutes=ttl_minutes))
    until = lease.auto_destroy_at
    return text_result(
        lease, f"{machine_id}: {f'destroyed at {until}' if until else 'no auto-destroy'}."
    )


@fleet.tool("Snapshot a machine", SPENDS)
async def coasty_snapshot_machine(
    api: Api, machine_id: wire.MachineId, idempotency_key: IdempotencyKey | None = None
) -> TextResult[wire.Snapshot]:
    """Keep a copy of a machine's disk. 1 credit.

    coasty_provision_machine with restore_from_snapshot starts from it.
    """
    made = await api.machines.create_snapshot(machine_id, idempotency_key)
    return text_result(
        made, f"Snapshot {made.snapshot_id} of {machine_id}: {made.credits_charged} credits."
    )


@fleet.tool("Get a machine's access data", ACTS)
async def coasty_get_connection(
    api: Api, machine_id: wire.MachineId, save_to: SecretFile | None = None
) -> TextResult[wire.ConnectionDetails]:
    """Get a machine's address, SSH key and VNC password: secrets, for the user's own use only.

    Needs the scope connection:read, which new keys do not have.
    """
    details = await api.machines.get_connection(machine_id)
    hide_secret(*details.model_dump(include={*wire.SECRETS, *SECRET_URLS}).values())
    where = f"{machine_id}: {details.ssh_username}@{details.public_ip} port {details.ssh_port}"
    if save_to is None:
        secrets = details.model_dump(include=set(wire.SECRETS), exclude_none=True)
        shown = [f"{name}: {value}" for name, value in secrets.items()]
        return text_result(details, where, *shown, warnings=[SECRETS_WARNING])
    everything = details.model_dump_json(indent=2, exclude_none=True)
    file = await write_secret(save_to, everything)
    public = wire.ConnectionDetails.model_validate(details.model_dump(include=PUBLIC_FIELDS))
    public.attach(details.receipt)
    return text_result(public, where, f"The secrets are in {file}, which only the user can read.")


@fleet.tool("Run a batch of actions", ACTS)
async def coasty_run_actions(
    api: Api,
    shots: Shots,
    settings: Settings,
    machine_id: wire.MachineId,
    steps: Steps,
    screenshot_id: ScreenshotId | None = None,
    stop_on_error: StopOnError = True,
    idempotency_key: IdempotencyKey | None = None,
) -> TextResult[actions.BatchResult] | ImageResult:
    """Do up to 50 things on a machine in one call, and see how each went."""
    handle = Handle.parse(screenshot_id) if screenshot_id else None
    batch = actions.BatchAction(
        steps=[_checked_step(number, step, handle) for number, step in enumerate(steps, 1)],
        stop_on_error=stop_on_error,
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
            shots, picture, machine_id, settings.image_format, share=len(pictures)
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
    shots: Shots,
    settings: Settings,
    machine_id: wire.MachineId,
    op: Op,
    parameters: OpParameters | None = None,
    idempotency_key: IdempotencyKey | None = None,
) -> TextResult[actions.ActionResult] | ImageResult:
    """Use the browser on a machine by URL and selector, without looking for pixels."""
    action = actions.BrowserAction(parameters=parameters or {})
    done = await api.actions.run_browser_op(machine_id, op, action, idempotency_key)
    shown, lines = command_output(done, op)
    if not (carried := embedded_picture(done)):
        return text_result(shown, *lines, untrusted="result")
    seen = await shown_screenshot(shots, carried, machine_id, settings.image_format)
    return image_result(done.receipt, [seen.picture], *lines, *seen.lines)


@fleet.tool("Read a machine's files", LOOKS)
async def coasty_read_files(
    api: Api,
    machine_id: wire.MachineId,
    op: ReadOp,
    path: Path | None = None,
    idempotency_key: IdempotencyKey | None = None,
) -> TextResult[actions.ActionResult]:
    """Read a file or list a folder on a machine."""
    return await _file_operation(api, machine_id, op, {"path": path}, idempotency_key)


@fleet.tool("Write a machine's files", ACTS)
async def coasty_write_files(
    api: Api,
    machine_id: wire.MachineId,
    op: WriteOp,
    path: Path,
    content: Content | None = None,
    old_text: OldText | None = None,
    new_text: OldText | None = None,
    idempotency_key: IdempotencyKey | None = None,
) -> TextResult[actions.ActionResult]:
    """Write, edit or delete a file on a machine."""
    given = {"path": path, "content": content, "old_text": old_text, "new_text": new_text}
    return await _file_operation(api, machine_id, op, given, idempotency_key)


@fleet.tool("Get machine pricing", READS)
async def coasty_get_machine_pricing(api: Api) -> TextResult[wire.Pricing]:
    """See what machines cost by the hour in each state."""
    priced = await api.machines.get_pricing()
    return text_result(priced, json.dumps(priced.pricing, ensure_ascii=False))


@fleet.tool("See what is billing now", READS)
async def coasty_get_active_billing(api: Api) -> TextResult[wire.BillingActive]:
    """See which machines cost money at this moment, and how much."""
    billing = await api.machines.get_active_billing()
    total = f"In all {billing.current_run_rate_cents_per_hour} credits an hour."
    return text_result(
        billing, *summary_lines(billing.active, _billing_line, "Nothing costs money now."), total
    )


def _billing_line(item: wire.BillingItem) -> str:
    rate = f"{item.rate_cents_per_hour} credits/h, {item.accrued_cents} so far"
    return f"{item.machine_id} ({item.display_name}): {item.status}, {rate}"


async def _file_operation(
    api: Api, machine_id: str, op: actions.FilesOp, given: dict[str, str | None], key: str | None
) -> TextResult[actions.ActionResult]:
    parameters = {name: value for name, value in given.items() if value is not None}
    action = actions.FilesAction(parameters=parameters)
    shown, lines = command_output(await api.actions.run_files_op(machine_id, op, action, key), op)
    return text_result(shown, *lines, untrusted="result")


def _checked_step(
    number: int, step: dict[str, Any], handle: Handle | None
) -> actions.MachineAction:
    """Return a batch's step as the API takes it.

    Raises:
        InvalidRequest: the step is wrong; the sentence begins with its number.
    """
    command = str(step.get("command", ""))
    try:
        action = actions.MachineAction.model_validate({**step, "command": "click"})
        parameters = handle.to_machine(action.parameters) if handle else action.parameters
        name = api_command(command, parameters)
    except ValidationError as error:
        rule = "a step is {command, parameters, timeout_ms}, the last from 1000 up to 120000."
        raise InvalidRequest(f"Step {number}: {rule}") from error
    except InvalidRequest as wrong:
        raise InvalidRequest(f"Step {number}: {wrong.facts['message']}") from wrong
    if name is None:
        raise InvalidRequest(f"Step {number}: {command} has no place in a batch: leave it out.")
    return action.model_copy(update={"command": name, "parameters": parameters})


def _step_line(number: int, result: actions.ActionResult) -> str:
    if not result.success:
        return f"{number} {result.command} failed: {result.error}"
    said = f" {json.dumps(result.result, ensure_ascii=False)}" if result.result else ""
    return f"{number} {result.command} ok{said}"
