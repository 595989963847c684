"""Cloud desktops: `/machines`, their life, and `/billing/active`. What they do: actions.py."""

from collections.abc import Callable
from typing import Any, TypeVar

import anyio.to_thread
from pydantic import model_validator

from ....api.errors import ApiError
from ....api.wire import machines as wire
from ...world import price_list as prices
from ...world.clock import iso, iso_or_none
from ...world.issued_screenshots import IssuedScreenshots
from ...world.machine_connections import connection, connection_details
from ...world.machine_meter import METERED
from ...world.machine_replies import billing_item, record
from ...world.machines import GONE, Machine, Machines
from ...world.validation import check_metadata, invalid_request
from ..call import Call
from ..dispatch import route

Done = TypeVar("Done")

SHORTEST_LEASE = 5  # minutes
KINDS = {"desktop": True, "browser": True, "terminal": False}


class Provision(wire.ProvisionMachine):
    """Also takes `machine_id` and `machine_type`, as they were before display_name."""

    @model_validator(mode="before")
    @classmethod
    def _from_legacy(cls, body: Any) -> Any:
        match body:
            case {"display_name": _}:
                return body
            case {"machine_id": name, "machine_type": str(kind), **rest} if kind in KINDS:
                return {"display_name": name, "desktop_enabled": KINDS[kind], **rest}
            case {"machine_id": name, **rest}:
                return {"display_name": name, **rest}
            case _:
                return body


async def list_machines(call: Call) -> wire.MachineList:
    limit, found = call.limit(), _machines(call).newest_first()
    return wire.MachineList(
        data=[record(machine) for machine in found[:limit]], has_more=len(found) > limit
    )


async def get_machine(call: Call) -> wire.MachineReply:
    return wire.MachineReply(machine=record(_machine(call)))


async def provision_machine(call: Call) -> wire.ProvisionReply:
    wanted = call.body(Provision)
    check_metadata(wanted.metadata)
    call.account.wallet.require(prices.PROVISION_MINIMUM_BALANCE)
    machine = _machines(call).provision(wanted)
    return wire.ProvisionReply(machine=record(machine), connection=connection(machine))


async def update_machine(call: Call) -> wire.MachineTtl:
    minutes = call.body(wire.UpdateMachine).ttl_minutes
    if 0 < minutes < SHORTEST_LEASE:
        raise invalid_request(
            "ttl_minutes must be 0, or from 5 up to 10080.", "body", "ttl_minutes"
        )
    machine = _machine(call)
    machine.must_exist()
    machine.lease(minutes or None, call.now)
    return wire.MachineTtl(
        machine_id=machine.id,
        ttl_minutes=machine.ttl_minutes,
        auto_destroy_at=iso_or_none(machine.auto_destroy_at),
    )


async def terminate_machine(call: Call) -> wire.MachineStatus:
    machine = _machine(call)
    if machine.status not in GONE:
        _machines(call).begin(machine, "deleting")
    return _lifecycle(machine)


async def start_machine(call: Call) -> wire.MachineStatus:
    return _begun(call, "starting", "stopped", "suspended")


async def stop_machine(call: Call) -> wire.MachineStatus:
    return _begun(call, "stopping", "running")


async def restart_machine(call: Call) -> wire.MachineStatus:
    return _begun(call, "restarting", "running")


async def snapshot_machine(call: Call) -> wire.Snapshot:
    machine = _machine(call)
    machine.must_be("running", "stopped")
    paid = call.charge(prices.SNAPSHOT)
    snapshot_id = await _on_computer(machine, lambda: _machines(call).keep_snapshot(machine))
    return wire.Snapshot(
        machine_id=machine.id,
        snapshot_id=snapshot_id,
        name=f"{machine.wanted.display_name} {iso(call.now)}",
        created_at=iso(call.now),
        credits_charged=paid,
    )


async def take_screenshot(call: Call) -> wire.Screenshot:
    machine = _machine(call)
    machine.must_be("running")
    pictures = call.account.area(IssuedScreenshots)
    picture = await _on_computer(machine, lambda: pictures.take(machine.computer))
    return wire.Screenshot(
        machine_id=machine.id,
        image_b64=picture.data,
        mime_type="image/png",
        width=picture.width,
        height=picture.height,
        captured_at=iso(call.now),
    )


async def get_connection(call: Call) -> wire.ConnectionDetails:
    machine = _machine(call)
    machine.must_exist()
    call.headers["Cache-Control"] = "no-store"
    return await anyio.to_thread.run_sync(connection_details, machine)


async def get_pricing(call: Call) -> wire.Pricing:
    return wire.Pricing(pricing=prices.MACHINE_PRICING)


async def get_active_billing(call: Call) -> wire.BillingActive:
    machines = [] if call.account.is_test else _machines(call).newest_first()
    active = [billing_item(machine) for machine in machines if machine.status in METERED]
    rate = sum(item.rate_cents_per_hour for item in active)
    return wire.BillingActive(active=active, current_run_rate_cents_per_hour=rate)


async def _on_computer(machine: Machine, work: Callable[[], Done]) -> Done:
    """Do the work in a thread while nothing else uses the computer.

    Raises:
        ApiError: the computer does not answer.
    """
    from ...computer import CommandError

    try:
        async with machine.lock:
            return await anyio.to_thread.run_sync(work)
    except CommandError as error:
        facts = {"code": "MACHINE_NOT_ANSWERING", "type": "state_error", "status": 409}
        raise ApiError(str(error), **facts) from error


def _machines(call: Call) -> Machines:
    return call.account.area(Machines)


def _machine(call: Call) -> Machine:
    return _machines(call).get(call.path["machine_id"])


def _begun(call: Call, status: str, *allowed: str) -> wire.MachineStatus:
    machine = _machine(call)
    machine.must_be(*allowed)
    _machines(call).begin(machine, status)
    return _lifecycle(machine)


def _lifecycle(machine: Machine) -> wire.MachineStatus:
    message = f"Machine {machine.id} is {machine.status}."
    return wire.MachineStatus(machine_id=machine.id, status=machine.status, message=message)


READ, WRITE = "machines:read", "machines:write"
ONE = "/machines/{machine_id}"

routes = (
    route("POST", "/machines", provision_machine, WRITE, idempotent=True),
    route("GET", "/machines", list_machines, READ),
    route("GET", "/machines/pricing", get_pricing, READ),
    route("GET", "/billing/active", get_active_billing, READ),
    route("GET", ONE, get_machine, READ),
    route("PATCH", ONE, update_machine, WRITE),
    route("DELETE", ONE, terminate_machine, WRITE),
    route("POST", f"{ONE}/start", start_machine, WRITE),
    route("POST", f"{ONE}/stop", stop_machine, WRITE),
    route("POST", f"{ONE}/restart", restart_machine, WRITE),
    route("POST", f"{ONE}/snapshot", snapshot_machine, "snapshots:write", idempotent=True),
    route("GET", f"{ONE}/screenshot", take_screenshot, READ),
    route("GET", f"{ONE}/connection", get_connection, "connection:read"),
)
