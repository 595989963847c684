"""Tools of the toolset `fleet` for leases, snapshots and access data of machines."""

from typing import Annotated

from pydantic import Field

from ..api.errors import InvalidRequest
from ..api.redaction import hide_secret
from ..api.rules import LOCAL
from ..api.wire import machines as wire
from ..api.wire.base import IdempotencyKey, in_words
from ..server.consequences import changed_lease
from ..server.context import Api, CallWaiter
from ..server.effects import ACTS, REWRITES, SPENDS
from ..server.results import TextResult, counted, text_result
from .catalog import fleet
from .machines import MachineDetails, state_change_result
from .new_files import write_new_file
from .schedule_results import schedules_left

PUBLIC_FIELDS = {"machine_id", "public_ip", "ssh_port", "ssh_username", "vnc_port"}
"""The fields of a machine's access data that are no secret."""
SECRET_URLS = {"websocket_url", "devtools_url"}
"""Further secret fields, which only some servers send."""
SECRETS_WARNING = "Secrets: show them to the user once, and do not repeat them."

LEASE = "0, or a whole number from 5 up to 10080"
LeaseMinutes = Annotated[
    int,
    Field(
        ge=0,
        le=10_080,
        description="From now, 5 to 10080 minutes; 0 takes it away.",
        json_schema_extra=in_words(LEASE, 60),
    ),
]
SecretFile = Annotated[
    str,
    Field(description="A new file for it, instead of showing it.", json_schema_extra={LOCAL: True}),
]


@fleet.tool("Restart a machine", ACTS)
async def coasty_restart_machine(
    api: Api, waiter: CallWaiter, machine_id: wire.MachineId
) -> TextResult[MachineDetails]:
    """Restart a running machine, and wait up to 40 s for it. What was not saved is lost."""
    return await state_change_result(api, waiter, await api.machines.restart(machine_id), wait=True)


@fleet.tool("Set a machine's lease", REWRITES, asks=changed_lease)
async def coasty_set_machine_ttl(
    api: Api, machine_id: wire.MachineId, ttl_minutes: LeaseMinutes
) -> TextResult[wire.MachineTtl]:
    """Say when a machine is to be destroyed by itself, or that it is not."""
    if 0 < ttl_minutes < 5:
        raise InvalidRequest(f"ttl_minutes must be {LEASE}.")
    lease = await api.machines.set_ttl(machine_id, wire.UpdateMachine(ttl_minutes=ttl_minutes))
    until = lease.auto_destroy_at
    return text_result(
        lease,
        f"{machine_id}: {f'destroyed at {until}' if until else 'no auto-destroy'}.",
        warnings=await schedules_left(api, machine_id, "after that") if until else [],
    )


@fleet.tool("Snapshot a machine", SPENDS, costs=("a snapshot",))
async def coasty_snapshot_machine(
    api: Api, machine_id: wire.MachineId, idempotency_key: IdempotencyKey | None = None
) -> TextResult[wire.Snapshot]:
    """Keep a copy of a machine's disk. 1 credit.

    coasty_provision_machine with restore_from_snapshot starts from it.
    """
    made = await api.machines.create_snapshot(machine_id, idempotency_key)
    cost = (
        f": {counted(made.credits_charged, 'credit')}"
        if "credits_charged" in made.model_fields_set
        else ""
    )
    return text_result(made, f"Snapshot {made.snapshot_id} of {machine_id}{cost}.")


@fleet.tool("Get a machine's access data", ACTS)
async def coasty_get_connection(
    api: Api, machine_id: wire.MachineId, save_to: SecretFile | None = None
) -> TextResult[wire.ConnectionDetails]:
    """Get a machine's address, SSH key and VNC password: secrets, for the user's own use only.

    Needs the scope connection:read, which new keys do not have.
    """
    details = await api.machines.get_connection(machine_id)
    hide_secret(*details.model_dump(include={*wire.SECRETS, *SECRET_URLS}).values())
    where = f"{machine_id}: {_address(details)}"
    if save_to is None:
        secrets = details.model_dump(include={*wire.SECRETS, *SECRET_URLS}, exclude_none=True)
        shown = [f"{name}: {value}" for name, value in secrets.items()]
        return text_result(details, where, *shown, warnings=[SECRETS_WARNING])
    everything = details.model_dump_json(indent=2, exclude_none=True)
    file = await write_new_file(save_to, everything.encode())
    public = wire.ConnectionDetails.model_validate(details.model_dump(include=PUBLIC_FIELDS))
    public.attach(details.receipt)
    return text_result(public, where, f"The secrets are in {file}, which only the user can read.")


def _address(details: wire.ConnectionDetails) -> str:
    """Return how to reach a machine by SSH, as far as the API says."""
    user, host, port = details.ssh_username, details.public_ip, details.ssh_port
    if not host:
        return "no address for SSH is known"
    return f"{f'{user}@' if user else ''}{host}{f' port {port}' if port else ''}"
