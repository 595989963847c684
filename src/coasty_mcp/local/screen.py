"""This computer's screen: seen as pictures, acted on in points of the desktop."""

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from anyio import to_thread

from ..api.errors import InvalidRequest
from ..screens import Picture
from . import screen_capture as camera
from .actions import carry_out
from .desktop import Desktop
from .mouse_and_keyboard import Hands
from .open_desktop import open_desktop
from .safety import Brake
from .screen_area import Area

PROBE = 16
"""Pixels: enough of a monitor to know its scale."""
REMEMBERED = 500

log = logging.getLogger(__name__)


class Camera(Protocol):
    def monitors(self) -> list[Area]: ...

    def take(self, area: Area) -> Picture: ...


@dataclass(frozen=True)
class Sight:
    picture: Picture
    area: Area
    """What is on it."""
    monitors: list[Area]
    scales: list[float]
    """How many pixels each of the monitors has for one unit of the pointer."""


Act = Callable[[str, Mapping[str, Any]], Awaitable[str]]
"""Carries out one action in points of the desktop, and says in a few words what was done."""


@dataclass
class Screen:
    """Opened when it is first used; one call at a time acts on it."""

    camera: Camera = camera
    open_desktop: Callable[[], Desktop] = open_desktop
    _areas: dict[str, Area] = field(default_factory=dict[str, Area])
    """What the latest pictures show, by screenshot_id."""
    _windows: frozenset[int] = frozenset()
    """That can be on the last picture."""
    _opened: Desktop | None = None
    _busy: bool = False

    @property
    def _desktop(self) -> Desktop:
        self._opened = self._opened or self.open_desktop()
        return self._opened

    async def look(self, monitor: int = 1, region: Sequence[int] | None = None) -> Sight:
        """A monitor, counted from 1, or a part of it: left, top, width, height."""
        monitors = await self._monitors()
        if not 1 <= monitor <= len(monitors):
            raise InvalidRequest(f"There is no monitor {monitor}: there are {len(monitors)}.")
        area = monitors[monitor - 1]
        return await self.look_at(area.part(*region) if region else area)

    async def look_at(self, area: Area) -> Sight:
        self._windows = self._desktop.windows()  # before: what opens meanwhile counts as unseen
        monitors = await self._monitors()
        if not any(monitor.contains(area) for monitor in monitors):
            raise InvalidRequest("That region is not inside a monitor.")
        picture = await to_thread.run_sync(self.camera.take, area)
        return Sight(picture, area, monitors, [await self._scale(each) for each in monitors])

    @asynccontextmanager
    async def controlled(self, same_window: bool) -> AsyncGenerator[Act]:
        """The way to act, as long as the user lets us."""
        if self._busy:
            raise InvalidRequest("Another call is acting on this screen: wait until it ends.")
        self._busy = True
        try:
            monitors = await self._monitors()
            brake = Brake(self._desktop, monitors)
            hands = Hands(self._desktop, brake, monitors, lambda: self._may_type(same_window))
            async with brake.ready():
                yield partial(_logged, hands)
        finally:
            self._busy = False

    def close(self) -> None:
        if self._opened:
            self._opened.close()
            self._opened = None

    def remember(self, screenshot_id: str, area: Area) -> None:
        self._areas[screenshot_id] = area
        if len(self._areas) > REMEMBERED:
            del self._areas[next(iter(self._areas))]

    def area_of(self, screenshot_id: str) -> Area:
        if screenshot_id not in self._areas:
            raise InvalidRequest(
                "That screenshot_id is not of this computer's screen, or too old: call "
                "coasty_look_at_screen again."
            )
        return self._areas[screenshot_id]

    def _may_type(self, same_window: bool) -> bool:
        return not same_window or self._desktop.focused() in self._windows

    async def _monitors(self) -> list[Area]:
        return await to_thread.run_sync(self.camera.monitors)

    async def _scale(self, monitor: Area) -> float:
        probe = monitor.part(0, 0, PROBE, PROBE)
        return (await to_thread.run_sync(self.camera.take, probe)).size.width / PROBE


async def _logged(hands: Hands, kind: str, parameters: Mapping[str, Any]) -> str:
    done = await carry_out(hands, kind, parameters)
    log.info(done)
    return done
