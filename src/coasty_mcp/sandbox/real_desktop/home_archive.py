"""What a machine keeps while it is stopped: its HOME, as a tar file that no folder shows."""

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from .cage import HOME, HOME_BYTES
from .exchange import exchange
from .running_cage import RunningCage

SECONDS = 30.0
PACK = f"tar -C {HOME} --exclude=./.cache -cf - . ; [ $? -le 1 ]"
"""Files that change meanwhile are no failure (1)."""
UNPACK = f"tar -C {HOME} -xf -"


class HomeArchive:
    """The files of a HOME at one moment; it never changes."""

    def __init__(self, cage: RunningCage) -> None:
        """Keep what the cage's HOME holds now.

        Raises:
            CageFailed: it cannot be read.
        """
        self._file: IO[bytes] = TemporaryFile()  # noqa: SIM115 - closed with this object
        exchange(
            cage,
            ["sh", "-c", PACK],
            BytesIO(),
            self._file,
            seconds=SECONDS,
            most_bytes=2 * HOME_BYTES,
        )
        self._file.flush()

    def __del__(self) -> None:
        self._file.close()

    def restore(self, cage: RunningCage) -> None:
        """Put the files into another cage.

        Raises:
            CageFailed: they do not fit.
        """
        with Path(f"/proc/self/fd/{self._file.fileno()}").open("rb") as files:
            exchange(cage, ["sh", "-c", UNPACK], files, BytesIO(), seconds=SECONDS, most_bytes=0)
