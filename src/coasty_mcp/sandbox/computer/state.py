"""The parts of a simulated computer, put together."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from PIL import Image

from ..scene import Box, Element, Scene
from .apps.terminal_window import Terminal
from .clock import MachineClock, Now
from .command_error import CommandError
from .desktop import Desktop
from .drawing.canvas import Canvas
from .drawing.rect import SCREEN_HEIGHT
from .drawing.theme import OsType, wallpaper
from .file_system import FileSystem
from .hardware import SMALLEST, Hardware
from .inputs import Inputs
from .shell.terminal_sessions import TerminalSessions
from .text_input import Clipboard

MORE_TIME = (
    "Give it more with timeout_ms, at most 120000; what takes longer goes into the background "
    "(COMMAND > out.txt 2>&1 &), where tail out.txt shows how far it is."
)


class ComputerState:
    """The parts of a simulated computer; `copy.deepcopy` makes a snapshot of it.

    `now` is the time of the world that it belongs to. Without a desktop, its pictures show the
    console.
    """

    def __init__(
        self,
        os_type: OsType = "linux",
        width: int = 1920,
        height: int = 1080,
        *,
        desktop: bool = True,
        now: Now | None = None,
        hardware: Hardware = SMALLEST,
    ) -> None:
        self.os_type: OsType = os_type
        self.width = width
        self.height = height
        self.scale = height / SCREEN_HEIGHT
        self.has_desktop = desktop
        self.clock = MachineClock(now)
        self.files = FileSystem(os_type, self.clock, hardware)
        self.terminal_sessions = TerminalSessions(self.files)
        self.desktop = Desktop(width / self.scale, self.files)
        self.inputs = Inputs(self.desktop, self.scale)

    def shell(
        self,
        command: str,
        session_id: str | None = None,
        cwd: str | None = None,
        timeout_ms: float | None = None,
    ) -> dict[str, Any]:
        """Run a command line, in a new session if no session_id is given, and return its result.

        Raises:
            CommandError: it takes longer than the timeout, in the machine's simulated time; the
                error has the result so far.
        """
        shell = self.terminal_sessions.connect(session_id)
        if cwd:
            shell.enter(cwd)
        self.inputs.record(f"run {command}")
        done = shell.run(command, timeout_ms and timeout_ms / 1000)
        result = {
            "output": done.output,
            "exit_code": done.exit_code,
            "session_id": shell.session_id,
            "cwd": self.files.shown(shell.folder),
        }
        if shell.timed_out:
            raise CommandError(
                f"The command did not end within {timeout_ms:g} ms, and was stopped. {MORE_TIME}",
                result,
            )
        return result

    def record(self, entry: str) -> None:
        """Add an entry to the history that the scene shows."""
        self.inputs.record(entry)

    def picture(self) -> Image.Image:
        """Return what the screen shows now."""
        if not self.has_desktop:
            return self._console()
        image = wallpaper(self.os_type, (self.width, self.height)).copy()
        self.desktop.paint(self.scale, image)
        return image

    def _console(self) -> Image.Image:
        """Return a picture of the terminal session that was used last."""
        image = Image.new("RGB", (self.width, self.height))
        area = self.desktop.area
        canvas = Canvas(area.width, area.height, self.scale, area, image)
        Terminal(self.terminal_sessions.latest(), Clipboard()).paint(canvas, active=True)
        return image

    def png(self) -> bytes:
        out = BytesIO()
        self.picture().save(out, "PNG", compress_level=1)
        return out.getvalue()

    def scene(self) -> Scene:
        """Return the elements that `picture` shows, and the history."""
        return Scene(self.width, self.height, tuple(self._elements()), tuple(self.inputs.history))

    def _elements(self) -> Iterator[Element]:
        if not self.has_desktop:
            yield Element("window", "Console", Box(0, 0, self.width, self.height))
            return
        for region in self.inputs.visible_regions():
            if region.element:
                yield region.element
