"""Cloud desktops: `/machines`, `/billing/active`. Commands on them are in actions.py."""

from datetime import UTC, datetime

from ..wire import machines as wire
from ..wire.base import Health
from .paths import segment
from .transport import Transport, new_key


class Machines:
    """Machines from provisioning to termination, and what they cost."""

    def __init__(self, transport: Transport) -> None:
        self._send = transport.send

    async def list(self, limit: int) -> wire.MachineList:
        """List up to `limit` machines (1 to 200), newest first."""
        return await self._send("GET", "/machines", wire.MachineList, query={"limit": limit})

    async def get(self, machine_id: str) -> wire.MachineReply:
        """Return one machine; MachineNotFound for an unknown id."""
        return await self._send("GET", f"/machines/{segment(machine_id)}", wire.MachineReply)

    async def provision(
        self, machine: wire.ProvisionMachine, key: str | None = None
    ) -> wire.ProvisionReply:
        """Start a machine, which is billed by the hour until it is terminated."""
        asked = machine.model_dump(include={*wire.Machine.model_fields})
        known = {**asked, "auto_destroy_at": _until(machine.ttl_minutes)}
        return await self._send(
            "POST",
            "/machines",
            wire.ProvisionReply,
            body=machine,
            key=key or new_key(),
            known=known,
        )

    async def set_ttl(self, machine_id: str, change: wire.UpdateMachine) -> wire.MachineTtl:
        """Set the minutes until the machine is destroyed, counted from now; 0 removes the TTL."""
        minutes = change.ttl_minutes or None
        known = {
            "machine_id": machine_id,
            "ttl_minutes": minutes,
            "auto_destroy_at": _until(minutes),
        }
        path = f"/machines/{segment(machine_id)}"
        return await self._send("PATCH", path, wire.MachineTtl, body=change, known=known)

    async def terminate(self, machine_id: str) -> wire.MachineStatus:
        """Destroy a machine and its disk; the status of one that does not exist is `gone`."""
        known = {"machine_id": machine_id, "status": "terminated"}
        message = f"There is no {machine_id} (any more)."
        gone = wire.MachineStatus(machine_id=machine_id, status="gone", message=message)
        path = f"/machines/{segment(machine_id)}"
        return await self._send("DELETE", path, wire.MachineStatus, known=known, gone=gone)

    async def start(self, machine_id: str) -> wire.MachineStatus:
        """Start a stopped machine; InvalidState in any other state."""
        return await self._change(machine_id, "start", "starting")

    async def stop(self, machine_id: str) -> wire.MachineStatus:
        """Stop a running machine; its disk stays, at 1 credit an hour."""
        return await self._change(machine_id, "stop", "stopping")

    async def restart(self, machine_id: str) -> wire.MachineStatus:
        """Restart a running machine."""
        return await self._change(machine_id, "restart", "restarting")

    async def create_snapshot(self, machine_id: str, key: str | None = None) -> wire.Snapshot:
        """Save the machine's disk for 1 credit; never repeated after SnapshotOutcomeUnknown."""
        path = f"/machines/{segment(machine_id)}/snapshot"
        known = {"machine_id": machine_id}
        return await self._send("POST", path, wire.Snapshot, key=key or new_key(), known=known)

    async def take_screenshot(self, machine_id: str) -> wire.Screenshot:
        """Return the screen as base64 with its size in pixels."""
        path, known = f"/machines/{segment(machine_id)}/screenshot", {"machine_id": machine_id}
        return await self._send("GET", path, wire.Screenshot, known=known)

    async def get_connection(self, machine_id: str) -> wire.ConnectionDetails:
        """Return addresses and secrets for SSH and VNC; never log or cache them."""
        path, known = f"/machines/{segment(machine_id)}/connection", {"machine_id": machine_id}
        return await self._send("GET", path, wire.ConnectionDetails, known=known)

    async def get_pricing(self) -> wire.Pricing:
        """Return the rates of machines in credits."""
        return await self._send("GET", "/machines/pricing", wire.Pricing)

    async def get_active_billing(self) -> wire.BillingActive:
        """Return what is billed at this moment, in cents an hour."""
        return await self._send("GET", "/billing/active", wire.BillingActive)

    async def get_health(self) -> Health:
        """Return the health of the machines service; needs no key."""
        return await self._send("GET", "/machines/health", Health)

    async def _change(self, machine_id: str, change: str, status: str) -> wire.MachineStatus:
        path, known = (
            f"/machines/{segment(machine_id)}/{segment(change)}",
            {"machine_id": machine_id},
        )
        known |= {"status": status}
        return await self._send("POST", path, wire.MachineStatus, known=known)


def _until(minutes: int | None) -> str | None:
    return wire.minutes_after(datetime.now(UTC), minutes) if minutes else None
