"""What fires a schedule besides its clock: webhooks, mails, and the end of another schedule."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil

from ...api.errors import RateLimited
from ...api.wire import schedules as wire
from .clock import iso
from .state import World

Link = tuple[str, str]  # from one schedule to the one that follows it

MINUTE = timedelta(minutes=1)
MAX_CHAIN = 5
NOWHERE = "http://sandbox/v1/triggers/webhook"
NO_PORT = (
    "The sandbox runs inside this server and listens on no port, so that nothing can call this URL."
    " Start `coasty-mcp sandbox` and set COASTY_BASE_URL to the base URL it shows."
)
NO_MAIL = "The sandbox receives no mail: nothing that is sent to this address arrives."
ENDS = {
    "on_complete": {"completed"},
    "on_failure": {"failed"},
    "on_any": {"completed", "failed"},
}


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


@dataclass
class Trigger:
    record: wire.Trigger
    """As it is listed: without the secret."""
    webhook: Webhook | None = None

    def follows(self, schedule_id: str, status: str) -> bool:
        """Return whether it fires when a run of that schedule ends like that."""
        ends = ENDS.get(self.record.event or "", set[str]())
        is_source = self.record.source_schedule_id == schedule_id
        return self.record.enabled and is_source and status in ends


def new_trigger(
    world: World, schedule_id: str, wanted: wire.CreateTrigger, webhooks: str | None
) -> Trigger:
    """Make a trigger; `webhooks` is the URL below which they are called, None without a port."""
    is_chain = wanted.kind == "chain"
    webhook = new_webhook(world, wanted.rate_limit_per_minute) if wanted.kind == "webhook" else None
    address = new_address(world, wanted.email_label) if wanted.kind == "email" else None
    note = NO_MAIL if address else NO_PORT if webhook and not webhooks else None
    record = wire.Trigger(
        id=world.new_id("trg"),
        schedule_id=schedule_id,
        kind=wanted.kind,
        enabled=wanted.enabled,
        created_at=iso(world.now()),
        webhook_url=f"{webhooks or NOWHERE}/{webhook.id}" if webhook else None,
        email_address=address,
        source_schedule_id=wanted.source_schedule_id if is_chain else None,
        event=wanted.event if is_chain else None,
    )
    if webhook:
        record.rate_limit_per_minute = webhook.rate
    if is_chain:
        record.pass_output = wanted.pass_output
    if note:
        record.note = note
    return Trigger(record, webhook)


def new_webhook(world: World, rate: int) -> Webhook:
    return Webhook(world.new_id("whk", 24), f"whsec_{world.random_hex('whsec', 64)}", rate)


def new_address(world: World, label: str | None) -> str:
    """Return the address of a mailbox that is nobody else's."""
    return f"{label or 'agent'}.{world.random_hex('mailbox', 8)}@agents.coasty.ai"


def chain_length(link: Link, others: list[Link]) -> int:
    """Return how many links the longest chain through this one has.

    More than MAX_CHAIN when it leads back to itself.
    """
    source, target = link
    links = [link, *others]
    return _steps(source, [(after, before) for before, after in links]) + 1 + _steps(target, links)


def _steps(start: str, links: list[Link]) -> int:
    steps, reached = 0, {start}
    while steps < MAX_CHAIN and (reached := {to for at, to in links if at in reached}):
        steps += 1
    return steps
