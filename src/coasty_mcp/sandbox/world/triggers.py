"""What fires a schedule besides its clock: webhooks, mails, and the end of another schedule."""

from dataclasses import dataclass

from ...api.wire import schedules as wire
from .clock import iso
from .incoming_webhooks import Webhook, new_webhook
from .state import World

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


def new_address(world: World, label: str | None) -> str:
    """Return the address of a mailbox that is nobody else's."""
    return f"{label or 'agent'}.{world.random_hex('mailbox', 8)}@agents.coasty.ai"
