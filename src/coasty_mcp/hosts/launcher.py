"""The command that starts this very installation from anywhere.

Programs with windows have a short PATH, so it is a whole path.
"""

import shutil
import sys
import sysconfig
from pathlib import Path

from .config_entry import Server

_UV_CACHE = ("archive-v", "builds-v", "environments-v")


def this_server(
    scripts: Path | None = None, python: str = sys.executable, uvx: str | None = None
) -> Server:
    """Its script; for a run by uvx, whose files uv may delete any time, uvx; else its Python."""
    folder = scripts or Path(sysconfig.get_path("scripts"))
    if any(part.startswith(_UV_CACHE) for part in folder.parts):
        return Server(uvx or shutil.which("uvx") or "uvx", ("coasty-mcp",))
    for name in ("coasty-mcp.exe", "coasty-mcp"):
        if (folder / name).exists():
            return Server(str(folder / name))
    return Server(python, ("-m", "coasty_mcp"))
