"""The parts of a simulated computer, put together."""

from io import BytesIO
from typing import Any

from PIL import Image

from ..scene import Scene
from .desktop import Desktop
from .drawing.rect import SCREEN_HEIGHT
from .drawing.theme import OsType, wallpaper
from .file_system import FileSystem
from .inputs import Inputs
from .shell.terminal_sessions import TerminalSessions


class ComputerState:
    """The parts of a simulated computer; `copy.deepcopy` makes a snapshot of it."""

    def __init__(self, os_type: OsType = "linux", width: int = 1920, height: int = 1080) -> None:
        self.os_type: OsType = os_type
        self.width = width
        self.height = height
        self.scale = height / SCREEN_HEIGHT
        self.files = FileSystem(os_type)
        self.terminal_sessions = TerminalSessions(self.files)
        self.desktop = Desktop(width / self.scale, self.files)
        self.inputs = Inputs(self.desktop, self.scale)

    def shell(
        self, command: str, session_id: str | None = None, cwd: str | None = None
    ) -> dict[str, Any]:
        """Run a command line, in a new session if no session_id is given, and return its result."""
        shell = self.terminal_sessions.connect(session_id)
        if cwd:
            shell.enter(cwd)
        self.inputs.record(f"run {command}")
        done = shell.run(command)
        return {
            "output": done.output,
            "exit_code": done.exit_code,
            "session_id": shell.session_id,
            "cwd": self.files.shown(shell.folder),
        }

    def picture(self) -> Image.Image:
        """Return what the screen shows now."""
        image = wallpaper(self.os_type, (self.width, self.height)).copy()
        self.desktop.paint(self.scale, image)
        return image

    def png(self) -> bytes:
        out = BytesIO()
        self.picture().save(out, "PNG", compress_level=1)
        return out.getvalue()

    def scene(self) -> Scene:
        """Return the elements that `picture` shows, and the history."""
        elements = (region.element for region in self.inputs.visible_regions() if region.element)
        return Scene(self.width, self.height, tuple(elements), tuple(self.inputs.history))
