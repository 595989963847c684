"""This computer's screen: seen as pictures, acted on in points of the desktop."""

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from anyio import sleep, to_thread

from ..api.errors import CoastyError, InvalidRequest
from ..api.policy import refuse_forbidden
from ..api.secrets import Secrets
from ..api.wire.policy import ActionPolicy
from ..screens import Picture, Point
from .actions import carry_out
from .capture import ScreenCapture, open_capture
from .desktop import Desktop
from .failures import NoScreen, ScreenChanged
from .guard import Report, report_to_nobody
from .mouse_and_keyboard import MouseAndKeyboard
from .open_desktop import open_desktop
from .parameters import read_keys
from .safety import EmergencyStop, StoppedByUser
from .screen_area import ScreenArea
from .seen import SeenScreens, differ
from .window_info import WindowInfo

if TYPE_CHECKING:
    from PIL.Image import Image

PROBE = 16
"""Pixels: enough of a monitor to know its scale."""
LOOKS, LOOK_PAUSE = 3, 0.05
"""In how many looks, so many seconds apart, a moving picture shows that it moves."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ScreenView:
    image: "Image"
    picture: Picture
    """The same, encoded."""
    area: ScreenArea
    """What is on it."""
    monitors: list[ScreenArea]
    scales: list[float]
    """How many pixels each of the monitors has for one unit of the pointer."""


Act = Callable[[str, Mapping[str, Any]], Awaitable[str]]
"""Carries out one action in points of the desktop, and says in a few words what was done."""


@dataclass
class Screen:
    """This computer's screen, opened when it is first used; one call at a time acts on it."""

    open_capture: Callable[[], ScreenCapture] = open_capture
    open_desktop: Callable[[], Desktop] = open_desktop
    secrets: Secrets = field(default_factory=Secrets)
    """What is typed in place of placeholders."""
    policy: ActionPolicy | None = None
    """What may not be done, in points of the desktop."""
    seen: SeenScreens = field(default_factory=SeenScreens)
    _windows: frozenset[int] = frozenset()
    """That can be on the last picture."""
    _opened: Desktop | None = None
    _capture: ScreenCapture | None = None
    _busy: bool = False

    @property
    def _desktop(self) -> Desktop:
        self._opened = self._opened or self.open_desktop()
        return self._opened

    @property
    def capture(self) -> ScreenCapture:
        self._capture = self._capture or self.open_capture()
        return self._capture

    def windows(self) -> Sequence[WindowInfo]:
        """Return the windows of programs, what is in front first."""
        return self._desktop.programs_windows()

    async def look(self, monitor: int = 1) -> ScreenView:
        """Return a picture of a monitor, counted from 1."""
        monitors = await to_thread.run_sync(self._monitors)
        if not 1 <= monitor <= len(monitors):
            raise InvalidRequest(f"There is no monitor {monitor}: there are {len(monitors)}.")
        return await self.look_at(monitors[monitor - 1])

    async def look_at(self, area: ScreenArea) -> ScreenView:
        monitors = await to_thread.run_sync(self._monitors)
        if area not in monitors:
            raise InvalidRequest("That monitor is not there any more, or has another size.")
        self._windows = self._desktop.windows()  # before: what opens meanwhile counts as unseen
        image = await self._take(area)
        picture = await to_thread.run_sync(Picture.from_image, image)
        scales = [await self._scale(each) for each in monitors]
        return ScreenView(image, picture, area, monitors, scales)

    async def require_unchanged(self, screenshot_id: str, at: Point) -> None:
        """Require that the surroundings of a point look as they did, if they do not move.

        Raises:
            ScreenChanged: they look otherwise.
        """
        if not (seen := self.seen.around(screenshot_id, at)):
            return
        area, before = seen
        now = self.capture.take(area).convert("L")
        if differ(before, now) and not await self._moves(area, now):
            raise ScreenChanged(f"What is at {at.x},{at.y} has changed since {screenshot_id}.")

    async def _moves(self, area: ScreenArea, image: "Image") -> bool:
        """Return whether a part of the screen changes all the time."""
        for _ in range(LOOKS):
            await sleep(LOOK_PAUSE)
            if differ(image, (await self._take(area)).convert("L")):
                return True
        return False

    @asynccontextmanager
    async def controlled(
        self, same_window: bool, report: Report = report_to_nobody
    ) -> AsyncGenerator[Act]:
        """Yield the way to act, as long as the user lets us.

        Args:
            report: hears how far a long text has come.
        """
        if self._busy:
            raise InvalidRequest("Another call is acting on this screen: wait until it ends.")
        self._busy = True
        try:
            monitors = self._monitors()  # no thread: that takes longer than the answer
            emergency_stop = EmergencyStop(self._desktop, monitors)
            devices = MouseAndKeyboard(
                self._desktop,
                emergency_stop,
                monitors,
                lambda: self._may_type(same_window),
                report,
            )
            try:
                async with emergency_stop.armed():
                    yield partial(self._act, devices)
            except CoastyError as error:
                raise _with_unfinished(error, devices) from error
            finally:
                devices.keyboard.let_go()
        finally:
            self._busy = False

    def close(self) -> None:
        for each in (self._opened, self._capture):
            if each:
                each.close()
        self._opened = self._capture = None

    async def _act(
        self, devices: MouseAndKeyboard, kind: str, parameters: Mapping[str, Any]
    ) -> str:
        refuse_forbidden(self.policy, [(kind, parameters)])
        if held := devices.keyboard.held:
            together = {**parameters, "modifiers": [*held, *read_keys(parameters, "modifiers")]}
            name = "key_combo" if kind == "key_press" else kind
            refuse_forbidden(self.policy, [(name, together)])
        try:
            filled = self.secrets.filled(dict(parameters))
            devices.keyboard.may_paste = filled == parameters
            done = await carry_out(devices, kind, filled)
        except StoppedByUser:
            raise  # the brake says it for whatever was going on
        except CoastyError as error:
            raise _with_unfinished(error, devices) from error
        log.info(kind if kind == "key_press" else done)  # letter by letter, that is text too
        return done

    def _may_type(self, same_window: bool) -> bool:
        return not same_window or self._desktop.focused() in self._windows

    def _monitors(self) -> list[ScreenArea]:
        """Return the monitors; what is open of a screen that is gone is opened anew next time."""
        try:
            return self.capture.monitors()
        except NoScreen:
            self.close()
            raise

    async def _take(self, area: ScreenArea) -> "Image":
        return await to_thread.run_sync(self.capture.take, area)

    async def _scale(self, monitor: ScreenArea) -> float:
        probe = monitor._replace(width=PROBE, height=PROBE)
        return (await self._take(probe)).width / PROBE


def _with_unfinished(error: CoastyError, devices: MouseAndKeyboard) -> CoastyError:
    """Return the failure, which says how far the action came that it ended."""
    error.facts["message"] = f"{error.facts['message']} {devices.take_unfinished()}".rstrip()
    return error
