"""A webhook that fires a schedule: its secret, and what came in lately."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil

from ...api.errors import RateLimited
from .state import World

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Fire:
    """A request that has started a run."""

    at: datetime
    digest: bytes
    run_id: str


@dataclass
class Webhook:
    """The open door of a trigger: who may knock, and how often."""

    id: str
    secret: str
    rate: int
    """The most fires in a minute."""
    fires: list[Fire] = field(default_factory=list[Fire])
    """Of the last minute."""

    def same(self, body: bytes, now: datetime) -> str | None:
        """Return the run that this body has started in the last minute."""
        self.fires = [fire for fire in self.fires if now - fire.at < MINUTE]
        digest = sha256(body).digest()
        return next((fire.run_id for fire in self.fires if fire.digest == digest), None)

    def check_rate(self, now: datetime) -> None:
        if len(self.fires) >= self.rate:
            wait = ceil((self.fires[0].at + MINUTE - now).total_seconds())
            message = f"This webhook may fire {self.rate} times a minute."
            raise RateLimited(message, retry_after=wait)

    def keep(self, body: bytes, now: datetime, run_id: str) -> None:
        self.fires.append(Fire(now, sha256(body).digest(), run_id))


def new_webhook(world: World, rate: int) -> Webhook:
    return Webhook(world.new_id("whk", 24), f"whsec_{world.random_hex('whsec', 64)}", rate)
