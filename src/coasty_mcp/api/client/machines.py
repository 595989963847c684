"""Cloud desktops: `/machines`, `/billing/active`. What they do: actions.py."""

from ..wire import machines as wire
from ..wire.base import Health
from .transport import Transport, new_key


class Machines:
    def __init__(self, transport: Transport) -> None:
        self._send = transport.send

    async def list(self, limit: int) -> wire.MachineList:
        return await self._send("GET", "/machines", wire.MachineList, query={"limit": limit})

    async def get(self, machine_id: str) -> wire.MachineReply:
        return await self._send("GET", f"/machines/{machine_id}", wire.MachineReply)

    async def provision(
        self, machine: wire.ProvisionMachine, key: str | None = None
    ) -> wire.ProvisionReply:
        return await self._send(
            "POST", "/machines", wire.ProvisionReply, body=machine, key=key or new_key()
        )

    async def set_ttl(self, machine_id: str, lease: wire.UpdateMachine) -> wire.MachineTtl:
        return await self._send("PATCH", f"/machines/{machine_id}", wire.MachineTtl, body=lease)

    async def terminate(self, machine_id: str) -> wire.MachineStatus:
        return await self._send("DELETE", f"/machines/{machine_id}", wire.MachineStatus)

    async def start(self, machine_id: str) -> wire.MachineStatus:
        return await self._send("POST", f"/machines/{machine_id}/start", wire.MachineStatus)

    async def stop(self, machine_id: str) -> wire.MachineStatus:
        return await self._send("POST", f"/machines/{machine_id}/stop", wire.MachineStatus)

    async def restart(self, machine_id: str) -> wire.MachineStatus:
        return await self._send("POST", f"/machines/{machine_id}/restart", wire.MachineStatus)

    async def create_snapshot(self, machine_id: str, key: str | None = None) -> wire.Snapshot:
        path = f"/machines/{machine_id}/snapshot"
        return await self._send("POST", path, wire.Snapshot, key=key or new_key())

    async def take_screenshot(self, machine_id: str) -> wire.Screenshot:
        return await self._send("GET", f"/machines/{machine_id}/screenshot", wire.Screenshot)

    async def get_connection(self, machine_id: str) -> wire.ConnectionDetails:
        path = f"/machines/{machine_id}/connection"
        return await self._send("GET", path, wire.ConnectionDetails)

    async def get_pricing(self) -> wire.Pricing:
        return await self._send("GET", "/machines/pricing", wire.Pricing)

    async def get_active_billing(self) -> wire.BillingActive:
        """What costs money at this moment."""
        return await self._send("GET", "/billing/active", wire.BillingActive)

    async def get_health(self) -> Health:
        return await self._send("GET", "/machines/health", Health)
