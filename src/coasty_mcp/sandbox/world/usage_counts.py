"""How often each endpoint was used in each month, and what it cost."""

from collections import defaultdict
from datetime import datetime

from ...api.wire.account import EndpointUsage


def period(moment: datetime) -> str:
    return moment.strftime("%Y-%m")


class UsageCounter:
    def __init__(self) -> None:
        self.months = defaultdict[str, dict[str, EndpointUsage]](dict)

    def add(self, endpoint: str, now: datetime, *, requests: int = 0, price: int = 0) -> None:
        used = self.months[period(now)].setdefault(endpoint, EndpointUsage(requests=0, credits=0))
        used.requests += requests
        used.credits += price
