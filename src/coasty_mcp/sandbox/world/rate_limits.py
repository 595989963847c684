"""How many requests a key may send in a minute."""

from dataclasses import dataclass
from datetime import datetime

from ...api.errors import RateLimited

WINDOW = 60  # seconds


@dataclass
class Window:
    """One key's requests in one minute of the clock."""

    limit: int
    reset: int
    """When the next minute begins, in Unix time."""
    used: int = 0

    def spend(self, now: datetime) -> None:
        if self.used >= self.limit:
            wait = max(1, self.reset - int(now.timestamp()))
            message = f"More than {self.limit} requests in a minute."
            raise RateLimited(message, retry_after=wait)
        self.used += 1

    def headers(self) -> dict[str, str]:
        figures = {"Limit": self.limit, "Remaining": self.limit - self.used, "Reset": self.reset}
        return {
            f"{prefix}RateLimit-{name}": str(figure)
            for prefix in ("X-", "")
            for name, figure in figures.items()
        }


class RateLimiter:
    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self.windows: dict[str, Window] = {}

    def window(self, key: str, now: datetime) -> Window:
        """Return the current window of this key."""
        reset = (int(now.timestamp()) // WINDOW + 1) * WINDOW
        window = self.windows.get(key)
        if not window or window.reset != reset:
            window = self.windows[key] = Window(self.per_minute, reset)
        return window
