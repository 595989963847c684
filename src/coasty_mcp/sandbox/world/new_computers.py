"""Which computer a new machine gets: a drawn one, or a real one where the host allows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...api.errors import ApiError
from ...api.wire.machines import ProvisionMachine
from .clock import Clock

if TYPE_CHECKING:  # it brings Pillow along
    pass
from .computers import Computer, Desktops, hardware_of

FULL_HD = (1920, 1080)
SCREENS = {"1280x720": (1280, 720)}
DRAWN_ONES = "The drawn desktop works everywhere: leave --sandbox-desktop out."


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
