"""What a running machine is made of, from its cage up."""

from .display import VNC_SOCKET, Display
from .home_archive import HomeArchive
from .inputs import Inputs
from .prerequisites import TERMINAL, program
from .running_cage import RunningCage
from .tabs import Tabs
from .terminal import TerminalSessions
from .vnc_door import VncDoor

FOLDERS = ("Desktop", "Documents", "Downloads")


class Parts:
    """A running machine."""

    def __init__(
        self, size: tuple[int, int], home: HomeArchive | None, *, desktop: bool, network: bool
    ) -> None:
        """Start it, with the HOME of before, and return when it can be used.

        Raises:
            CageFailed: it does not start.
        """
        self.cage = RunningCage(network=network)
        self.terminal = TerminalSessions(self.cage)
        self.tabs = Tabs(self.cage)
        self.display: Display | None = None
        self._door: VncDoor | None = None
        try:
            self._fill(home)
            if desktop:
                self.display = Display(self.cage, *size)
                self.cage.start([program(TERMINAL)]).forget()
        except BaseException:
            self.end()
            self.close()
            raise

    @property
    def inputs(self) -> Inputs:
        return Inputs(self.screen)

    @property
    def screen(self) -> Display:
        if not self.display:
            raise LookupError("This machine was started without a desktop.")
        return self.display

    def open_door(self) -> VncDoor:
        """Listen for one VNC viewer, and no longer for the one before."""
        if self._door:
            self._door.close()
        self._door = VncDoor(lambda: self.cage.connect(VNC_SOCKET))
        return self._door

    def end(self) -> None:
        """Kill everything in it: whoever waits for something in it stops waiting."""
        if self._door:
            self._door.close()
        self.cage.end()

    def close(self) -> None:
        """Give all descriptors back, when nobody uses them any more."""
        self.terminal.close_all()
        self.tabs.close()
        if self.display:
            self.display.close()
        self.cage.close()

    def _fill(self, home: HomeArchive | None) -> None:
        if home:
            home.restore(self.cage)
            return
        made = self.cage.start(["mkdir", *FOLDERS])
        made.wait(5)
        made.forget()
