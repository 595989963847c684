"""Tools for what else starts a schedule's agent: a webhook, a mail, another schedule's end."""

from ..api.errors import InvalidRequest
from ..api.untrusted import quoted
from ..api.webhooks import SIGNATURE_HEADER
from ..api.wire import schedules as wire
from ..api.wire.base import IdempotencyKey
from ..server.consequences import irreversible, scheduled_agent
from ..server.context import Api
from ..server.effects import DESTROYS, SPENDS
from ..server.results import Block, TextResult, text_result
from .catalog import schedules
from .schedule_results import trigger_line


class AddedTrigger(wire.Trigger):
    """The reply of coasty_add_trigger."""

    how_to_fire: str | None = None
    """The request that a webhook takes, and a shell snippet that makes it."""


@schedules.tool(
    "Add a trigger",
    SPENDS,
    asks=scheduled_agent,
    machines_of="schedule",
    costs=("a scheduled run",),
)
async def coasty_add_trigger(
    api: Api,
    schedule_id: wire.ScheduleId,
    kind: wire.TriggerKind,
    source_schedule_id: wire.SourceSchedule | None = None,
    event: wire.ChainEvent = "on_complete",
    pass_output: wire.PassOutput = True,
    rate_limit_per_minute: wire.RatePerMinute = 60,
    enabled: wire.TriggerEnabled = True,
    email_label: wire.EmailLabel | None = None,
    idempotency_key: IdempotencyKey | None = None,
) -> TextResult[AddedTrigger]:
    """Let a webhook, a mail or another schedule's end start a schedule too.

    A webhook's secret is shown only now: give it to the user to store.
    """
    if kind == "chain" and source_schedule_id is None:
        raise InvalidRequest("source_schedule_id is missing: a chain needs it.")
    request = wire.CreateTrigger(
        kind=kind,
        source_schedule_id=source_schedule_id,
        event=event,
        pass_output=pass_output,
        rate_limit_per_minute=rate_limit_per_minute,
        enabled=enabled,
        email_label=email_label,
    )
    added = await api.schedules.add_trigger(schedule_id, request, idempotency_key)
    told = added.model_dump(exclude_unset=True)
    answer = AddedTrigger.model_validate({**told, **_settings(request)})
    answer.attach(added.receipt)
    lines, warnings = [f"Added {trigger_line(answer)}"], list[str]()
    if kind == "webhook":
        answer.how_to_fire = _how_to_fire(answer)
        lines.append(Block(answer.how_to_fire))
    if added.webhook_secret:
        lines.insert(1, f"webhook_secret: {added.webhook_secret}")
        warnings.append("Store the webhook_secret now: it is never shown again.")
    if added.note:
        warnings.append(quoted(added.note))
    return text_result(answer, *lines, warnings=warnings)


@schedules.tool("Remove a trigger", DESTROYS, asks=irreversible)
async def coasty_remove_trigger(
    api: Api, schedule_id: wire.ScheduleId, trigger_id: wire.TriggerId
) -> TextResult[wire.DeletedTrigger]:
    """Remove a trigger: its address and secret stop working. It cannot be undone."""
    gone = await api.schedules.remove_trigger(schedule_id, trigger_id)
    return text_result(gone, f"{trigger_id} is removed.")


def _settings(request: wire.CreateTrigger) -> dict[str, object]:
    """Return what was set for this kind of trigger, which the API does not send back."""
    match request.kind:
        case "webhook":
            return {"rate_limit_per_minute": request.rate_limit_per_minute}
        case "chain":
            return {
                "source_schedule_id": request.source_schedule_id,
                "event": request.event,
                "pass_output": request.pass_output,
            }
        case "email":
            return {}


def _how_to_fire(trigger: AddedTrigger) -> str:
    """Return the request that fires a webhook, for any program, and for a shell."""
    return "\n".join(
        [
            f"It is fired by POST to its webhook_url with a body of at most 1 MB and the header "
            f"{SIGNATURE_HEADER}: t=<unix seconds>,v1=<hex HMAC-SHA256 of "
            '"<t>.<body>", keyed with the webhook_secret>, within 5 minutes of t.',
            "To fire it from a shell:",
            """t=$(date +%s); body='{"event":"test"}'""",
            'v1=$(printf %s "$t.$body" | openssl dgst -sha256 -hmac "$WEBHOOK_SECRET" -r '
            "| cut -c-64)",
            f'curl -d "$body" -H "{SIGNATURE_HEADER}: t=$t,v1=$v1" {trigger.webhook_url or "$URL"}',
        ]
    )
