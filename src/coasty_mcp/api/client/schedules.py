"""Agents that run on their own: `/schedules`, their runs, and `/triggers`."""

from typing import Any

from ..webhooks import sign
from ..wire import schedules as wire
from ..wire.base import Health
from .paths import segment
from .transport import Transport, new_key


class Schedules:
    """Schedules, their runs and their triggers."""

    def __init__(self, transport: Transport) -> None:
        self._send = transport.send

    async def list(self, limit: int) -> wire.ScheduleList:
        """List up to `limit` schedules (1 to 200)."""
        return await self._send("GET", "/schedules", wire.ScheduleList, query={"limit": limit})

    async def get(self, schedule_id: str) -> wire.Schedule:
        """Return one schedule; NotFound for an unknown id."""
        return await self._send("GET", f"/schedules/{segment(schedule_id)}", wire.Schedule)

    async def create(self, schedule: wire.CreateSchedule, key: str | None = None) -> wire.Schedule:
        """Create a schedule: each of its runs is billed by the minute."""
        return await self._send(
            "POST",
            "/schedules",
            wire.Schedule,
            body=schedule,
            key=key or new_key(),
            known=_known(schedule),
        )

    async def update(self, schedule_id: str, changes: wire.UpdateSchedule) -> wire.Schedule:
        """Change what the request names, and nothing else."""
        path = f"/schedules/{segment(schedule_id)}"
        return await self._send("PATCH", path, wire.Schedule, body=changes, known=_known(changes))

    async def delete(self, schedule_id: str) -> wire.DeletedSchedule:
        """Delete a schedule and its triggers."""
        path, known = f"/schedules/{segment(schedule_id)}", {"schedule_id": schedule_id}
        return await self._send("DELETE", path, wire.DeletedSchedule, known=known)

    async def pause(self, schedule_id: str) -> wire.Schedule:
        """Pause a schedule; triggers do not fire it either."""
        path, known = f"/schedules/{segment(schedule_id)}/pause", {"enabled": False}
        return await self._send("POST", path, wire.Schedule, known=known)

    async def resume(self, schedule_id: str) -> wire.Schedule:
        """Let a paused schedule run again."""
        path, known = f"/schedules/{segment(schedule_id)}/resume", {"enabled": True}
        return await self._send("POST", path, wire.Schedule, known=known)

    async def start_run(
        self, schedule_id: str, run: wire.RunSchedule, key: str | None = None
    ) -> wire.StartedRun:
        """Start a run of the schedule now; 10 credits a minute, at least 20."""
        path = f"/schedules/{segment(schedule_id)}/run"
        known = {"schedule_id": schedule_id}
        return await self._send(
            "POST", path, wire.StartedRun, body=run, key=key or new_key(), known=known
        )

    async def list_runs(
        self,
        schedule_id: str,
        limit: int,
        status: wire.RunStatus | None = None,
        cursor: str | None = None,
    ) -> wire.ScheduleRunList:
        """List one page of a schedule's runs; `next_cursor` of the reply leads to the next."""
        query = {"limit": limit, "status": status, "cursor": cursor}
        path = f"/schedules/{segment(schedule_id)}/runs"
        return await self._send("GET", path, wire.ScheduleRunList, query=query)

    async def get_run(self, schedule_id: str, run_id: str) -> wire.ScheduleRun:
        """Return one run of a schedule; NotFound for an unknown id."""
        path, known = (
            f"/schedules/{segment(schedule_id)}/runs/{segment(run_id)}",
            {"schedule_id": schedule_id},
        )
        return await self._send("GET", path, wire.ScheduleRun, known=known)

    async def list_triggers(self, schedule_id: str) -> wire.TriggerList:
        """List all triggers of a schedule, without their secrets."""
        return await self._send(
            "GET", f"/schedules/{segment(schedule_id)}/triggers", wire.TriggerList
        )

    async def add_trigger(
        self, schedule_id: str, trigger: wire.CreateTrigger, key: str | None = None
    ) -> wire.Trigger:
        """Add a trigger; a webhook's secret is in this reply only."""
        path = f"/schedules/{segment(schedule_id)}/triggers"
        known = {"schedule_id": schedule_id, "kind": trigger.kind}
        return await self._send(
            "POST", path, wire.Trigger, body=trigger, key=key or new_key(), known=known
        )

    async def remove_trigger(self, schedule_id: str, trigger_id: str) -> wire.DeletedTrigger:
        """Remove a trigger: its URL and secret never work again."""
        path = f"/schedules/{segment(schedule_id)}/triggers/{segment(trigger_id)}"
        known = {"trigger_id": trigger_id}
        return await self._send("DELETE", path, wire.DeletedTrigger, known=known)

    async def create_mailbox(self, mailbox: wire.CreateMailbox) -> wire.Mailbox:
        """Make an e-mail address before there is a schedule for it."""
        return await self._send("POST", "/triggers/email-mailbox", wire.Mailbox, body=mailbox)

    async def fire_webhook(
        self, webhook_id: str, secret: str, body: bytes, timestamp: int
    ) -> wire.WebhookFired:
        """Fire a webhook as an outside system does: sign the body with the secret and send it."""
        headers = {"Coasty-Signature": sign(secret, body, timestamp)}
        path = f"/triggers/webhook/{segment(webhook_id)}"
        return await self._send("POST", path, wire.WebhookFired, content=body, headers=headers)

    async def get_health(self) -> Health:
        """Return the health of the scheduler; needs no key."""
        return await self._send("GET", "/schedules/health", Health)

    async def get_triggers_health(self) -> Health:
        """Return the health of the triggers service; needs no key."""
        return await self._send("GET", "/triggers/health", Health)


def _known(request: wire.CreateSchedule | wire.UpdateSchedule) -> dict[str, Any]:
    """Return the fields of a schedule that the request sets."""
    return request.model_dump(include={*wire.Schedule.model_fields})
