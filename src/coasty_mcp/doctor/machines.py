"""The machines that servers on this computer started, and that nobody has ended."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from ..money import Budget, SpendLog
from ..settings import Settings, variable
from .finding import Finding

FOLDER = variable("state_dir")


def left_running(settings: Settings) -> Iterator[Finding]:
    """As far as it was written down: nothing without a folder for that."""
    if not (settings.state_dir and settings.api_key):
        return
    try:
        machines = _written_down(settings.state_dir.expanduser(), settings.api_key)
    except OSError as error:
        found = f"{settings.state_dir} cannot be read: {error.strerror}"
        yield Finding("machines", "fail", found, f"Let {FOLDER} name a folder of your own.")
        return
    if machines:
        found = f"started by this server and still running: {', '.join(machines)}"
        fix = "Ask your model to terminate those you no longer need: they cost money."
        yield Finding("machines", "warn", found, fix)
    else:
        yield Finding("machines", "ok", "none that this server started still runs")


def _written_down(folder: Path, key: SecretStr) -> list[str]:
    with TemporaryDirectory() as copy:  # whoever opens a journal makes one
        for file in folder.iterdir() if folder.exists() else ():
            if file.suffix == ".jsonl":
                shutil.copy(file, copy)
        return Budget(journal=SpendLog(Path(copy), key.get_secret_value())).running()
