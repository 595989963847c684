"""The command line that starts this installation of coasty-mcp."""

import shutil
import sys
import sysconfig
from pathlib import Path

from .config_entry import ServerCommand

_UV_CACHE_FOLDERS = ("archive-v", "builds-v", "environments-v")


def own_command(
    scripts: Path | None = None, python: str = sys.executable, uvx: str | None = None
) -> ServerCommand:
    """Return the command with a whole path: programs with windows have a short PATH.

    It is the installed script, or uvx where uvx runs this process (uv may delete the script's
    folder any time), or else this Python.
    """
    folder = scripts or Path(sysconfig.get_path("scripts"))
    if any(part.startswith(_UV_CACHE_FOLDERS) for part in folder.parts):
        return ServerCommand(uvx or shutil.which("uvx") or "uvx", ("coasty-mcp",))
    for name in ("coasty-mcp.exe", "coasty-mcp"):
        if (folder / name).exists():
            return ServerCommand(str(folder / name))
    return ServerCommand(python, ("-m", "coasty_mcp"))
