"""What fires schedules: `/schedules/{id}/triggers` and `/triggers`."""

from ....api.errors import InvalidSignature, NotFound, ScheduleInactive
from ....api.webhooks import SIGNATURE_HEADER, verify
from ....api.wire import schedules as wire
from ...world.incoming_webhooks import Webhook
from ...world.scheduler import MINIMUM_BALANCE, Scheduler
from ...world.schedules import Schedule
from ...world.triggers import Trigger, new_address
from ..call import Call
from ..dispatch import public_route, route
from ..sse import IN_PROCESS

ALIAS = f"X-{SIGNATURE_HEADER}"


async def list_all(call: Call) -> wire.TriggerList:
    triggers = _schedule(call).triggers.values()
    return wire.TriggerList(data=[trigger.record for trigger in triggers])


async def add(call: Call) -> wire.Trigger:
    wanted = call.body(wire.CreateTrigger)
    has_port = call.request.app.state.streaming is not IN_PROCESS
    webhooks = f"{call.request.base_url}v1/triggers/webhook" if has_port else None
    trigger = call.account.area(Scheduler).add_trigger(_schedule(call), wanted, webhooks)
    secret = trigger.webhook.secret if trigger.webhook else None
    return trigger.record.model_copy(update={"webhook_secret": secret})


async def remove(call: Call) -> wire.DeletedTrigger:
    triggers, trigger_id = _schedule(call).triggers, call.path["trigger_id"]
    if trigger_id not in triggers:
        raise NotFound(f"This schedule has no trigger {trigger_id}.")
    del triggers[trigger_id]
    return wire.DeletedTrigger(deleted=True, trigger_id=trigger_id)


async def create_mailbox(call: Call) -> wire.Mailbox:
    label = call.body(wire.CreateMailbox).email_label
    return wire.Mailbox(email_address=new_address(call.world, label))


async def fire_webhook(call: Call) -> wire.WebhookFired:
    """Whoever knows the secret may start a run, but not twice with the same body."""
    scheduler, schedule, trigger, webhook = _webhook(call)
    scheduler.account.advance(call.now)
    verify(webhook.secret, call.raw, _signature(call), call.now.timestamp())
    earlier = webhook.same(call.raw, call.now)
    call.headers["X-Coasty-Webhook-Deduplicated"] = str(earlier is not None).lower()
    if earlier:
        message, run_id = "The same body came within the last minute.", earlier
    elif not schedule.record.enabled:
        reason = schedule.record.paused_reason
        raise ScheduleInactive(f"Schedule {schedule.record.id} is paused ({reason}).")
    elif not trigger.record.enabled:
        message, run_id = "Nothing was started: the trigger is switched off.", None
    else:
        webhook.check_rate(call.now)
        scheduler.account.wallet.require(MINIMUM_BALANCE)
        run_id = scheduler.fire(schedule, "webhook", call.now).record.id
        webhook.keep(call.raw, call.now, run_id)
        message = "A run was started."
    return wire.WebhookFired(
        received=True,
        schedule_id=schedule.record.id,
        run_id=run_id,
        deduplicated=earlier is not None,
        message=message,
    )


def _schedule(call: Call) -> Schedule:
    return call.account.area(Scheduler).get(call.path["schedule_id"])


def _webhook(call: Call) -> tuple[Scheduler, Schedule, Trigger, Webhook]:
    for account in call.world.accounts.values():
        scheduler = account.area(Scheduler)
        if found := scheduler.webhook(call.path["webhook_id"]):
            return scheduler, *found
    raise NotFound(f"There is no webhook {call.path['webhook_id']}.")


def _signature(call: Call) -> str:
    headers = call.request.headers
    sent = [headers[name] for name in (SIGNATURE_HEADER, ALIAS) if name in headers]
    if len(sent) != 1:
        raise InvalidSignature(f"Send one header {SIGNATURE_HEADER}, or {ALIAS}.")
    return sent[0]


ALL = "/schedules/{schedule_id}/triggers"
WRITE = "triggers:write"

routes = (
    route("GET", ALL, list_all, "schedules:read"),
    route("POST", ALL, add, WRITE, idempotent=True),
    route("DELETE", f"{ALL}/{{trigger_id}}", remove, WRITE),
    route("POST", "/triggers/email-mailbox", create_mailbox, WRITE),
    public_route("POST", "/triggers/webhook/{webhook_id}", fire_webhook),
)
