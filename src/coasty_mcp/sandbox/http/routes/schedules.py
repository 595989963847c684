"""Agents that run on their own: `/schedules` and their runs."""

from typing import get_args

from ....api.errors import NotFound
from ....api.wire import schedules as wire
from ...world.scheduler import MINIMUM_BALANCE, Scheduler
from ...world.schedules import Schedule
from ...world.validation import check_metadata, invalid_request
from ..call import Call
from ..dispatch import MEGABYTE, route
from ..llm_provider import check_llm

STATUSES = get_args(get_args(wire.RunStatus)[0])


async def create(call: Call) -> wire.Schedule:
    wanted = call.body(wire.CreateSchedule)
    check_llm(call, wanted.llm)
    check_metadata(wanted.metadata)
    return _scheduler(call).create(wanted).record


async def list_newest(call: Call) -> wire.ScheduleList:
    limit, schedules = call.limit(), _scheduler(call).newest_first()
    named = {"request_id": call.request_id}
    data = [schedule.record.model_copy(update=named) for schedule in schedules[:limit]]
    return wire.ScheduleList(data=data, has_more=len(schedules) > limit)


async def get(call: Call) -> wire.Schedule:
    return _schedule(call).record


async def update(call: Call) -> wire.Schedule:
    schedule = _schedule(call)
    wanted = call.body(wire.UpdateSchedule)
    check_metadata(wanted.metadata)
    schedule.change(wanted, call.now)
    return schedule.record


async def delete(call: Call) -> wire.DeletedSchedule:
    schedule_id = call.path["schedule_id"]
    _scheduler(call).delete(schedule_id)
    return wire.DeletedSchedule(deleted=True, schedule_id=schedule_id)


async def pause(call: Call) -> wire.Schedule:
    schedule = _schedule(call)
    schedule.pause("user")
    return schedule.record


async def resume(call: Call) -> wire.Schedule:
    schedule = _schedule(call)
    schedule.resume(call.now)
    return schedule.record


async def run_now(call: Call) -> wire.StartedRun:
    schedule, wanted = _schedule(call), call.body(wire.RunSchedule)
    call.account.wallet.require(MINIMUM_BALANCE)
    run = _scheduler(call).fire(schedule, "manual", call.now, wanted.task_prompt_override).record
    message = {
        "running": "The run has started.",
        "queued": "The run starts when those before it have ended.",
    }
    return wire.StartedRun(
        schedule_id=run.schedule_id, run_id=run.id, status=run.status, message=message[run.status]
    )


async def list_runs(call: Call) -> wire.ScheduleRunList:
    schedule, limit = _schedule(call), call.limit()
    runs = schedule.history(call.status(STATUSES), before=_cursor(call))
    page, more = runs[:limit], len(runs) > limit
    return wire.ScheduleRunList(
        data=[run.record for run in page],
        next_cursor=str(page[-1].number) if more else None,
        has_more=more,
    )


async def get_run(call: Call) -> wire.ScheduleRun:
    run_id = call.path["run_id"]
    for run in _schedule(call).runs:
        if run.record.id == run_id:
            return run.record
    raise NotFound(f"This schedule has no run {run_id}.")


def _scheduler(call: Call) -> Scheduler:
    return call.account.area(Scheduler)


def _schedule(call: Call) -> Schedule:
    return _scheduler(call).get(call.path["schedule_id"])


def _cursor(call: Call) -> int | None:
    cursor = call.query.get("cursor")
    if cursor is None:
        return None
    if not cursor.isdecimal():
        raise invalid_request(
            "cursor must be the next_cursor of the page before.", "query", "cursor"
        )
    return int(cursor)


ONE = "/schedules/{schedule_id}"
READ, WRITE = "schedules:read", "schedules:write"

routes = (
    route("POST", "/schedules", create, WRITE, idempotent=True),
    route("GET", "/schedules", list_newest, READ),
    route("GET", ONE, get, READ),
    route("PATCH", ONE, update, WRITE),
    route("DELETE", ONE, delete, WRITE),
    route("POST", f"{ONE}/pause", pause, WRITE),
    route("POST", f"{ONE}/resume", resume, WRITE),
    route("POST", f"{ONE}/run", run_now, WRITE, idempotent=True, most_bytes=MEGABYTE),
    route("GET", f"{ONE}/runs", list_runs, READ),
    route("GET", f"{ONE}/runs/{{run_id}}", get_run, READ),
)
