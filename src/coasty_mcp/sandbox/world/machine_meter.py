"""What a machine costs while time passes: by the minute, rounded down."""

from dataclasses import dataclass
from datetime import datetime

from .price_list import RUNNING, STOPPED
from .wallet import Wallet

AT_RUNNING_RATE = frozenset({"running", "starting", "stopping", "restarting"})
AT_STOPPED_RATE = frozenset({"stopped", "suspended"})
METERED = AT_RUNNING_RATE | AT_STOPPED_RATE


def hourly_rate(status: str, os_type: str) -> int:
    if status in AT_RUNNING_RATE:
        return RUNNING[os_type]
    return STOPPED if status in AT_STOPPED_RATE else 0


@dataclass
class Meter:
    """The meter of one machine; a segment is the time since the rate changed last."""

    wallet: Wallet
    since: datetime
    rate: int = 0
    accrued: int = 0
    """Paid in this segment."""
    total: int = 0

    def run_to(self, moment: datetime) -> int:
        """Take what has become due, and return what was taken."""
        minutes = int((moment - self.since).total_seconds() // 60)
        due = minutes * self.rate // 60 - self.accrued
        taken = self.wallet.drain(max(0, due))
        self.accrued += taken
        self.total += taken
        return taken

    def switch(self, rate: int, moment: datetime) -> None:
        if rate != self.rate:
            self.rate, self.since, self.accrued = rate, moment, 0
