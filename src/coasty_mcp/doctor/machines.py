"""The cloud machines that this computer's servers started and that still run."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from ..api.files import read_regular
from ..money import Budget, SpendLog
from ..money.spend_log import LARGEST
from ..settings import Settings, variable
from .finding import Finding

STATE_FOLDER = variable("state_dir")


def check_machines(settings: Settings) -> Iterator[Finding]:
    """Name the machines that still run, as far as a state folder has noted them."""
    if not (settings.state_dir and settings.api_key):
        return
    try:
        machines = _noted_machines(settings.state_dir.expanduser(), settings.api_key)
    except OSError as error:
        found = f"{settings.state_dir} cannot be read: {error.strerror}"
        yield Finding("machines", "fail", found, f"Let {STATE_FOLDER} name a folder of your own.")
        return
    if machines:
        found = f"started by this server and still running: {', '.join(machines)}"
        fix = "Ask your model to terminate those you no longer need: they cost money."
        yield Finding("machines", "warn", found, fix)
    else:
        yield Finding("machines", "ok", "none that this server started still runs")


def _noted_machines(folder: Path, key: SecretStr) -> list[str]:
    with TemporaryDirectory() as copy:  # whoever opens a journal makes one
        for file in folder.iterdir() if folder.exists() else ():
            if file.suffix == ".jsonl":
                (Path(copy) / file.name).write_bytes(read_regular(file, LARGEST))
        return Budget(journal=SpendLog(Path(copy), key.get_secret_value())).running()
