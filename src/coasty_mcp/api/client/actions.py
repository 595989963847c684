"""Commands on machines: `/machines/{machine_id}/actions`, `/browser`, `/terminal` and `/files`."""

from ..wire import actions as wire
from ..wire.base import Request
from .paths import segment
from .transport import Transport, new_key


class Actions:
    """Commands on a running machine. A failed command is a reply with `success` false.

    The placeholders of secrets are filled in.
    """

    def __init__(self, transport: Transport) -> None:
        self._send = transport.send
        self._check = transport.check_policy

    async def execute(
        self, machine_id: str, action: wire.MachineAction, key: str | None = None
    ) -> wire.ActionResult:
        """Run one command, such as `click`; InvalidState unless the machine is running."""
        path = f"/machines/{segment(machine_id)}/actions"
        return await self._act(path, machine_id, action.command, action, key)

    def check_batch(self, machine_id: str, batch: wire.BatchAction) -> None:
        """Refuse a batch that is going to be sent in parts, before any of them is.

        Raises:
            ActionBlocked: an action policy forbids one of its commands.
        """
        self._check(f"/machines/{segment(machine_id)}/actions/batch", batch)

    async def execute_batch(
        self, machine_id: str, batch: wire.BatchAction, key: str | None = None
    ) -> wire.BatchResult:
        """Run up to 50 commands in order, up to the first failure unless told otherwise."""
        path = f"/machines/{segment(machine_id)}/actions/batch"
        known = {"machine_id": machine_id}
        return await self._send(
            "POST",
            path,
            wire.BatchResult,
            body=batch,
            key=key or new_key(),
            known=known,
            placeholders="filled",
        )

    async def run_browser_op(
        self,
        machine_id: str,
        op: wire.BrowserOp,
        action: wire.BrowserAction,
        key: str | None = None,
    ) -> wire.ActionResult:
        """Do one thing in the machine's browser, such as `navigate`."""
        path = f"/machines/{segment(machine_id)}/browser/{segment(op)}"
        return await self._act(path, machine_id, wire.BROWSER_OPS[op], action, key)

    async def run_files_op(
        self, machine_id: str, op: wire.FilesOp, action: wire.FilesAction, key: str | None = None
    ) -> wire.ActionResult:
        """Read or change files of the machine."""
        path = f"/machines/{segment(machine_id)}/files/{segment(op)}"
        return await self._act(path, machine_id, wire.FILES_OPS[op], action, key)

    async def run_terminal_command(
        self, machine_id: str, command: wire.TerminalCommand, key: str | None = None
    ) -> wire.ActionResult:
        """Run a shell command; `timeout_ms` of it are at most 120,000."""
        path = f"/machines/{segment(machine_id)}/terminal"
        return await self._act(path, machine_id, "terminal_execute", command, key)

    async def _act(
        self, path: str, machine_id: str, command: str, body: Request, key: str | None
    ) -> wire.ActionResult:
        known = {"machine_id": machine_id, "command": command}
        return await self._send(
            "POST",
            path,
            wire.ActionResult,
            body=body,
            key=key or new_key(),
            known=known,
            placeholders="filled",
        )
