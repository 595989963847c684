"""What a real desktop needs of this computer, and the line that installs what is missing."""

import shutil
import sys
from importlib.util import find_spec
from typing import NamedTuple

from ...local.failures import WITH_EXTRA

FOLDERS = "/usr/local/bin:/usr/bin:/bin"
"""Where programs are looked for: a cage shows no other."""
MANAGERS = {"apt-get": "apt-get install", "dnf": "dnf install", "pacman": "pacman -S"}


class Need(NamedTuple):
    """A program, under one of its names, and its package for apt, dnf and pacman."""

    programs: tuple[str, ...]
    apt: str
    dnf: str
    pacman: str


X_SERVER = Need(
    ("Xtigervnc", "Xvnc"), "tigervnc-standalone-server", "tigervnc-server-minimal", "tigervnc"
)
CAGE = Need(("bwrap",), "bubblewrap", "bubblewrap", "bubblewrap")
WINDOW_MANAGER = Need(("openbox",), "openbox", "openbox", "openbox")
PYTHON = Need(("python3",), "python3", "python3", "python")
TERMINAL = Need(("xterm",), "xterm", "xterm", "xterm")
NETWORK = Need(("slirp4netns",), "slirp4netns", "slirp4netns", "slirp4netns")
BROWSER = Need(
    ("chromium", "google-chrome-stable", "chromium-browser"), "chromium", "chromium", "chromium"
)
EDITOR = Need(
    ("mousepad", "l3afpad", "gedit", "featherpad", "leafpad"), "mousepad", "mousepad", "mousepad"
)
FILE_MANAGER = Need(("pcmanfm", "thunar"), "pcmanfm", "pcmanfm", "pcmanfm")
PANEL = Need(("tint2",), "tint2", "tint2", "tint2")

REQUIRED = (X_SERVER, CAGE, WINDOW_MANAGER, PYTHON, TERMINAL)


def find(need: Need) -> str | None:
    """Return the path of the program, or None where this computer lacks it."""
    found = (shutil.which(name, path=FOLDERS) for name in need.programs)
    return next(filter(None, found), None)


def program(need: Need) -> str:
    """Return the path of a program.

    Raises:
        LookupError: this computer lacks it.
    """
    if not (path := find(need)):
        raise LookupError(f"{need.programs[0]} is missing. {install_line(need)}")
    return path


def missing(*also: Need, network: bool = False) -> str:
    """Return in a sentence what this computer lacks and how to get it; empty if nothing."""
    if not sys.platform.startswith("linux"):
        return "Real desktops need Linux; the drawn one (--sandbox-desktop drawn) works everywhere."
    lacking = [
        need for need in (*REQUIRED, *also, *([NETWORK] if network else [])) if not find(need)
    ]
    if lacking:
        names = ", ".join(need.programs[0] for need in lacking)
        return f"A real desktop needs {names}, which this computer lacks. {install_line(*lacking)}"
    if not find_spec("Xlib"):
        return f"A real desktop needs python-xlib. {WITH_EXTRA}"
    return ""


def install_line(*needs: Need) -> str:
    """Return the command line that installs them, by the package manager of this computer."""
    manager = next((name for name in MANAGERS if shutil.which(name)), None)
    if not manager:
        return f"Install: {', '.join(need.apt for need in needs)}."
    field = manager.removesuffix("-get")
    packages = " ".join(getattr(need, field) for need in needs)
    return f"Install it: sudo {MANAGERS[manager]} {packages}"
