"""A simulated computer: commands go in, pictures and labels come out."""

from collections.abc import Mapping
from typing import Any

from .commands import HANDLERS
from .commands.parameters import Parameters
from .state import ComputerState


class Computer(ComputerState):
    def run(self, command: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """The result of one machine command; raises CommandError when it fails on the computer."""
        return HANDLERS[command](self, Parameters(command, parameters, self.width, self.height))
