"""A simulated computer: it takes commands, and shows pictures and scenes."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any, Self

from .commands import HANDLERS
from .commands.parameters import Parameters
from .state import ComputerState


class Computer(ComputerState):
    """A simulated computer that carries out machine commands.

    Whatever state its machine is in, it stays as it is.
    """

    settled, failure = True, ""

    def switch(self, status: str) -> None:
        pass

    def end_after(self, seconds: float | None) -> None:
        pass

    def close(self) -> None:
        pass

    def viewer(self) -> None:
        """It has none: there is no VNC server."""

    def now(self) -> datetime:
        return self.clock.now()

    def copy(self) -> Self:
        return deepcopy(self)

    def run(self, command: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Carry out one machine command and return its result.

        Raises:
            CommandError: it failed on the machine.
        """
        return HANDLERS[command](self, Parameters(command, parameters, self.width, self.height))
