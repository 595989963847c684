"""A real computer: started and ended as the state of its machine says."""

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Lock, Timer
from typing import TYPE_CHECKING, Any

from ...local.x11_connection import FAILURES
from ..computer.command_error import CommandError
from ..computer.commands.parameters import Parameters
from .commands import run_command
from .home_archive import HomeArchive
from .parts import Parts
from .running_cage import CageFailed
from .vnc_door import VncDoor

if TYPE_CHECKING:
    from PIL.Image import Image

FROZEN_SECONDS = 60.0
"""How long a screen may take to carry a command out."""
TYPED_A_SECOND = 40
POLITE_SECONDS = 3.0
NOT_RUNNING = "This machine has ended by itself. Restart it, or start another."

log = logging.getLogger(__name__)


class RealComputer:
    """A computer of which commands, pictures and changes of state may come from any thread."""

    def __init__(
        self,
        width: int,
        height: int,
        *,
        desktop: bool,
        network: bool = False,
        home: HomeArchive | None = None,
    ) -> None:
        self.width, self.height, self.has_desktop = width, height, desktop
        self.network = network
        self.failure = ""
        """Why it could not be started or stopped."""
        self._home = home
        self._parts: Parts | None = None
        self._in_use = Lock()
        self._keeper = ThreadPoolExecutor(1, "machine")  # a cage ends with the thread that made it
        self._change: Future[None] | None = None
        self._gone = False
        self._timer: Timer | None = None

    @property
    def settled(self) -> bool:
        """Whether the last change of state is over."""
        return self._change is None or self._change.done()

    def switch(self, status: str) -> None:
        """Begin to do what a machine's new status means; `settled` and `failure` tell the rest."""
        work: dict[str, Callable[[], None]] = {
            "creating": self._boot,
            "starting": self._boot,
            "restarting": self._reboot,
            "stopping": self._halt,
            "stopped": self._halt,
            "deleting": self._destroy,
            "terminated": self._destroy,
        }
        if status in work and not self._gone:
            self._gone = work[status] == self._destroy
            self._change = self._keeper.submit(self._attempt, work[status])

    def end_after(self, seconds: float | None) -> None:
        """End it after that time, or never, whether or not somebody asks for it then."""
        if self._timer:
            self._timer.cancel()
        self._timer = None
        if seconds is not None:
            self._timer = Timer(seconds, self.switch, ["terminated"])
            self._timer.daemon = True
            self._timer.start()

    def close(self) -> None:
        """End it, and return when nothing of it is left."""
        self.switch("terminated")
        self._keeper.shutdown()

    def now(self) -> datetime:
        return datetime.now(UTC)

    def run(self, command: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Carry out one machine command and return its result.

        Raises:
            CommandError: it failed on the machine.
        """
        text = parameters.get("text")
        typing = len(text) / TYPED_A_SECOND if isinstance(text, str) else 0
        return self._using(
            lambda parts: run_command(
                parts, Parameters(command, parameters, self.width, self.height)
            ),
            FROZEN_SECONDS + typing,
        )

    def picture(self) -> "Image":
        """Return what the screen shows now.

        Raises:
            CommandError: there is none, or it has ended.
        """
        return self._using(lambda parts: parts.screen.picture(), FROZEN_SECONDS)

    def viewer(self) -> VncDoor | None:
        """Let one VNC viewer in; None if there is nothing to see."""
        parts = self._parts
        return parts.open_door() if parts and parts.display else None

    def copy(self) -> "RealComputer":
        """Return a computer that has not been started, with what is in this one's HOME."""
        parts = self._parts
        home = self._home
        if parts:
            home = self._using(lambda parts: HomeArchive(parts.cage), FROZEN_SECONDS)
        return RealComputer(
            self.width, self.height, desktop=self.has_desktop, network=self.network, home=home
        )

    def _using(self, work: "Callable[[Parts], Any]", seconds: float) -> Any:
        with self._in_use:
            if not (parts := self._parts):
                raise CommandError(NOT_RUNNING)
            watch = parts.display.answering(seconds) if parts.display else None
            try:
                return work(parts)
            except LookupError as error:
                raise CommandError(str(error.args[0])) from error
            except CageFailed as error:
                raise CommandError(str(error)) from error
            except FAILURES as error:
                raise CommandError(NOT_RUNNING) from error
            finally:
                if watch:
                    watch.cancel()

    def _attempt(self, work: Callable[[], None]) -> None:
        self.failure = ""
        try:
            work()
        except (CageFailed, LookupError, *FAILURES) as error:
            self.failure = str(error)
            log.error("A real machine failed: %s", error)

    def _boot(self) -> None:
        size, network = (self.width, self.height), self.network
        parts = Parts(size, self._home, desktop=self.has_desktop, network=network)
        with self._in_use:
            self._parts = parts

    def _halt(self) -> None:
        """End it, and keep its HOME."""
        if not (parts := self._parts):
            return
        if self._in_use.acquire(timeout=POLITE_SECONDS):
            try:
                parts.tabs.close()
            finally:
                self._in_use.release()
        try:
            self._home = HomeArchive(parts.cage)
        finally:
            self._end()

    def _reboot(self) -> None:
        self._halt()
        self._boot()

    def _destroy(self) -> None:
        self._end()
        self.end_after(None)
        self._home = None
        self._keeper.shutdown(wait=False)  # of which this thread is the only one

    def _end(self) -> None:
        if parts := self._parts:
            parts.end()  # so that a command which is at work ends
            with self._in_use:
                self._parts = None
                parts.close()
