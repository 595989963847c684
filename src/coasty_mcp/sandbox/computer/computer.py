"""A simulated computer: it takes commands, and shows pictures and scenes."""

from collections.abc import Mapping
from typing import Any

from .commands import HANDLERS
from .commands.parameters import Parameters
from .state import ComputerState


class Computer(ComputerState):
    """A simulated computer that carries out machine commands."""

    def run(self, command: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Carry out one machine command and return its result.

        Raises:
            CommandError: it failed on the machine.
        """
        return HANDLERS[command](self, Parameters(command, parameters, self.width, self.height))
