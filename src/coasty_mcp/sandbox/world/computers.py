"""The computers of machines: one protocol for the drawn and the real ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

from ...api.errors import ApiError
from ...api.wire.machines import ProvisionMachine
from .clock import Clock

if TYPE_CHECKING:  # it brings Pillow along
    from PIL.Image import Image

Desktops = Literal["drawn", "real"]

FULL_HD = (1920, 1080)
SCREENS = {"1280x720": (1280, 720)}
DRAWN_ONES = "The drawn desktop works everywhere: leave --sandbox-desktop out."


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


def new_computer(
    wanted: ProvisionMachine, now: Clock, desktops: Desktops, network: bool
) -> Computer:
    """Return the computer of a new machine; a real one has to be switched on."""
    screen = SCREENS.get(wanted.metadata.get("screen", ""), FULL_HD)
    if desktops == "real":
        from ..real_desktop.computer import RealComputer

        return RealComputer(*screen, desktop=wanted.desktop_enabled, network=network)
    from ..computer import Computer as DrawnComputer
    from ..computer.hardware import Hardware

    hardware = Hardware(*hardware_of(wanted))
    return DrawnComputer(
        wanted.os_type, *screen, desktop=wanted.desktop_enabled, now=now, hardware=hardware
    )


def hardware_of(wanted: ProvisionMachine) -> tuple[int, float, int]:
    """Return the processor cores, and the memory and the disk in GB, of a new machine."""
    return wanted.cpu_cores or 1, wanted.memory_gb or 2, wanted.storage_gb or 10


def check_real_computer(wanted: ProvisionMachine, network: bool) -> None:
    """Refuse what no real computer can be here.

    Raises:
        ApiError: this computer lacks something, which it names, or Windows is wanted.
    """
    from ..real_desktop.prerequisites import missing

    if problem := missing(network=network):
        raise _not_available(problem)
    if wanted.os_type != "linux":
        raise _not_available("Real desktops run Linux: provision with os_type linux.")


def _not_available(problem: str) -> ApiError:
    return ApiError(
        problem,
        code="REAL_DESKTOP_NOT_AVAILABLE",
        type="validation_error",
        status=400,
        suggestion=DRAWN_ONES,
    )
