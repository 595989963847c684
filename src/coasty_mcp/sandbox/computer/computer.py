"""A simulated computer: commands go in, pictures and labels come out."""

from collections.abc import Mapping
from typing import Any

from .commands import HANDLERS
from .commands.parameters import Parameters
from .computer_state import Machine


class Computer(Machine):
    def run(self, command: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """The result of one machine command; raises Refused when it fails on the machine."""
        return HANDLERS[command](self, Parameters(command, parameters, self.width, self.height))
