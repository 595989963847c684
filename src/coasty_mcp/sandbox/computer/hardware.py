"""The hardware of a simulated machine, as the API says of it too."""

from typing import NamedTuple


class Hardware(NamedTuple):
    """Processor cores, memory and disk in GB."""

    cpu_cores: int = 1
    memory_gb: float = 2
    storage_gb: int = 10

    @property
    def memory(self) -> int:
        """The memory in KiB."""
        return int(self.memory_gb * 1024**2)

    @property
    def disk(self) -> int:
        """The disk in KiB."""
        return self.storage_gb * 1024**2


SMALLEST = Hardware()
