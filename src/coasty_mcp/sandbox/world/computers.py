"""The computers of machines: one protocol for the drawn and the real ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

from ...api.wire.machines import ProvisionMachine

if TYPE_CHECKING:  # it brings Pillow along
    from PIL.Image import Image

Desktops = Literal["drawn", "real"]


class Viewer(Protocol):
    """Where a VNC viewer gets in: a port of this computer, and a password that works once."""

    port: int
    password: str


class Computer(Protocol):
    """A machine's computer, which may be used from any thread, by one at a time."""

    width: int
    height: int
    has_desktop: bool
    failure: str
    """Why the last change of state went wrong; empty if it did not."""

    @property
    def settled(self) -> bool:
        """Whether the last change of state is over."""
        ...

    def switch(self, status: str, /) -> None:
        """Begin to do what a new status of the machine means."""
        ...

    def end_after(self, seconds: float | None, /) -> None:
        """End it after that time by itself, or never."""
        ...

    def now(self) -> datetime:
        """Return the time on this computer."""
        ...

    def run(self, command: str, parameters: Mapping[str, Any], /) -> dict[str, Any]:
        """Carry out one machine command; raises CommandError."""
        ...

    def picture(self) -> Image:
        """Return what the screen shows now; raises CommandError."""
        ...

    def viewer(self) -> Viewer | None:
        """Let one VNC viewer in, if there is something to view."""
        ...

    def copy(self) -> Computer:
        """Return another computer with the same files, as a snapshot has them."""
        ...

    def close(self) -> None:
        """End it, and return when nothing of it is left."""
        ...


def hardware_of(wanted: ProvisionMachine) -> tuple[int, float, int]:
    """Return the processor cores, and the memory and the disk in GB, of a new machine."""
    return wanted.cpu_cores or 1, wanted.memory_gb or 2, wanted.storage_gb or 10
