"""Development checks that come from npm. Where they cannot be had, a word and no failure."""

import os
import shutil
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

NODE = "node@22"  # what Debian has is too old for them
PATIENCE = 240


@contextmanager
def programs(*packages: str) -> Generator[dict[str, str]]:
    """Install the packages, and yield an environment in which their commands are found."""
    npm = shutil.which("npm")
    if not npm:
        _skip("npm is not there")
    with TemporaryDirectory() as folder:
        command = [npm, "install", "--no-audit", "--no-fund", "--prefix", folder, NODE, *packages]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            _skip(f"npm cannot get {' and '.join(packages)}")
        yield os.environ | {"PATH": f"{folder}/node_modules/.bin{os.pathsep}{os.environ['PATH']}"}


def _skip(reason: str) -> NoReturn:
    print(f"{Path(sys.argv[0]).stem}: skipped, {reason}.")
    sys.exit(0)
