"""Carries out commands on one machine's computer."""

from contextlib import suppress
from typing import Any

from ...api.wire.actions import ActionResult
from .command_names import shows_screen
from .issued_screenshots import IssuedScreenshots, Picture
from .machines import Machine
from .state import Account


class CommandExecutor:
    def __init__(self, account: Account, machine: Machine, request_id: str) -> None:
        self.request_id = request_id
        self.pictures = account.area(IssuedScreenshots)
        self.machine = machine

    def execute(self, command: str, parameters: dict[str, Any]) -> ActionResult:
        """Run one command; a failure on the machine is a result too.

        It may draw: call it in a worker thread. The duration is in the machine's own time, in
        which `sleep 5` takes five seconds.
        """
        computer = self.machine.computer
        began = computer.now()
        result, error = self._outcome(command, parameters)
        shown = self._shown(command)
        return ActionResult.model_construct(
            machine_id=self.machine.id,
            command=command,
            success=error is None,
            result=result,
            error=error,
            duration_ms=round((computer.now() - began).total_seconds() * 1000),
            screenshot=shown.uri if shown else None,
            request_id=self.request_id,
        )

    def _shown(self, command: str) -> Picture | None:
        """Return what is on the screen after commands that show it, if there is one."""
        from ..computer import CommandError

        with suppress(CommandError):
            return self.pictures.take(self.machine.computer) if shows_screen(command) else None
        return None

    def _outcome(
        self, command: str, parameters: dict[str, Any]
    ) -> tuple[dict[str, Any] | None, str | None]:
        from ..computer import CommandError

        try:
            return self.machine.computer.run(command, parameters), None
        except CommandError as error:
            return error.result, str(error)
