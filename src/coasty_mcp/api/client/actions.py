"""What machines do: `/machines/{machine_id}/actions`, `/browser`, `/terminal` and `/files`."""

from ..wire import actions as wire
from .transport import Transport, new_key


class Actions:
    def __init__(self, transport: Transport) -> None:
        self._send = transport.send

    async def execute(
        self, machine_id: str, action: wire.MachineAction, key: str | None = None
    ) -> wire.ActionResult:
        path = f"/machines/{machine_id}/actions"
        return await self._send("POST", path, wire.ActionResult, body=action, key=key or new_key())

    async def execute_batch(
        self, machine_id: str, batch: wire.BatchAction, key: str | None = None
    ) -> wire.BatchResult:
        path = f"/machines/{machine_id}/actions/batch"
        return await self._send("POST", path, wire.BatchResult, body=batch, key=key or new_key())

    async def run_browser_op(
        self,
        machine_id: str,
        op: wire.BrowserOp,
        action: wire.BrowserAction,
        key: str | None = None,
    ) -> wire.ActionResult:
        path = f"/machines/{machine_id}/browser/{op}"
        return await self._send("POST", path, wire.ActionResult, body=action, key=key or new_key())

    async def run_files_op(
        self, machine_id: str, op: wire.FilesOp, action: wire.FilesAction, key: str | None = None
    ) -> wire.ActionResult:
        path = f"/machines/{machine_id}/files/{op}"
        return await self._send("POST", path, wire.ActionResult, body=action, key=key or new_key())

    async def run_terminal_command(
        self, machine_id: str, command: wire.TerminalCommand, key: str | None = None
    ) -> wire.ActionResult:
        path = f"/machines/{machine_id}/terminal"
        return await self._send("POST", path, wire.ActionResult, body=command, key=key or new_key())
