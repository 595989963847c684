"""The command that starts this installation of coasty-mcp again."""

import json
import shutil
import sys
import sysconfig
from collections.abc import Mapping
from importlib.metadata import distribution
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit
from urllib.request import url2pathname

from .config_entry import ServerCommand

PACKAGE = "coasty-mcp"
_UV_CACHE_FOLDERS = ("archive-v", "builds-v", "environments-v")


def own_command(
    scripts: Path | None = None, python: str = sys.executable, direct_url: str | None = None
) -> ServerCommand:
    """Return the command with a whole path: programs with windows have a short PATH.

    It is the installed script, or uvx where uvx runs this process (uv may delete the script's
    folder any time), or else this Python, which then imports nothing from the working folder.
    """
    folder = scripts or Path(sysconfig.get_path("scripts"))
    if any(part.startswith(_UV_CACHE_FOLDERS) for part in folder.parts):
        if direct_url is None:
            direct_url = distribution(PACKAGE).read_text("direct_url.json")
        return ServerCommand(shutil.which("uvx") or "uvx", _uvx_arguments(direct_url))
    for name in (f"{PACKAGE}.exe", PACKAGE):
        if (folder / name).exists():
            return ServerCommand(str(folder / name))
    return ServerCommand(python, ("-P", "-m", "coasty_mcp"))


def _uvx_arguments(direct_url: str | None) -> tuple[str, ...]:
    """Return the arguments with which uvx runs the package from where it was installed from.

    `direct_url` is the content of direct_url.json (PEP 610), which only packages have that do not
    come from an index.
    """
    if not direct_url:
        return (PACKAGE,)
    origin: dict[str, object] = json.loads(direct_url)
    url = str(origin["url"])
    if url.startswith("file:"):
        url = url2pathname(urlsplit(url).path)
    if version_control := cast("Mapping[str, str]", origin.get("vcs_info", {})):
        url = f"{version_control['vcs']}+{url}@{version_control['commit_id']}"
    if folder := origin.get("subdirectory"):
        url = f"{url}#subdirectory={folder}"
    return ("--from", url, PACKAGE)
