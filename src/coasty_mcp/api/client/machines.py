"""Cloud desktops: `/machines`, `/billing/active`. Commands on them are in actions.py."""

from ..wire import machines as wire
from ..wire.base import Health
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
        return await self._send("GET", f"/machines/{machine_id}", wire.MachineReply)

    async def provision(
        self, machine: wire.ProvisionMachine, key: str | None = None
    ) -> wire.ProvisionReply:
        """Start a machine, which is billed by the hour until it is terminated."""
        return await self._send(
            "POST", "/machines", wire.ProvisionReply, body=machine, key=key or new_key()
        )

    async def set_ttl(self, machine_id: str, change: wire.UpdateMachine) -> wire.MachineTtl:
        """Set the minutes until the machine is destroyed, counted from now; 0 removes the TTL."""
        return await self._send("PATCH", f"/machines/{machine_id}", wire.MachineTtl, body=change)

    async def terminate(self, machine_id: str) -> wire.MachineStatus:
        """Destroy a machine and its disk."""
        return await self._send("DELETE", f"/machines/{machine_id}", wire.MachineStatus)

    async def start(self, machine_id: str) -> wire.MachineStatus:
        """Start a stopped machine; InvalidState in any other state."""
        return await self._send("POST", f"/machines/{machine_id}/start", wire.MachineStatus)

    async def stop(self, machine_id: str) -> wire.MachineStatus:
        """Stop a running machine; its disk stays, at 1 credit an hour."""
        return await self._send("POST", f"/machines/{machine_id}/stop", wire.MachineStatus)

    async def restart(self, machine_id: str) -> wire.MachineStatus:
        """Restart a running machine."""
        return await self._send("POST", f"/machines/{machine_id}/restart", wire.MachineStatus)

    async def create_snapshot(self, machine_id: str, key: str | None = None) -> wire.Snapshot:
        """Save the machine's disk for 1 credit; never repeated after SnapshotOutcomeUnknown."""
        path = f"/machines/{machine_id}/snapshot"
        return await self._send("POST", path, wire.Snapshot, key=key or new_key())

    async def take_screenshot(self, machine_id: str) -> wire.Screenshot:
        """Return the screen as base64 with its size in pixels."""
        return await self._send("GET", f"/machines/{machine_id}/screenshot", wire.Screenshot)

    async def get_connection(self, machine_id: str) -> wire.ConnectionDetails:
        """Return addresses and secrets for SSH and VNC; never log or cache them."""
        path = f"/machines/{machine_id}/connection"
        return await self._send("GET", path, wire.ConnectionDetails)

    async def get_pricing(self) -> wire.Pricing:
        """Return the rates of machines in credits."""
        return await self._send("GET", "/machines/pricing", wire.Pricing)

    async def get_active_billing(self) -> wire.BillingActive:
        """What costs money at this moment."""
        return await self._send("GET", "/billing/active", wire.BillingActive)

    async def get_health(self) -> Health:
        """Return the health of the machines service; needs no key."""
        return await self._send("GET", "/machines/health", Health)
