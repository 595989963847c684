"""The replies of the tools that create, change or get a schedule."""

from collections.abc import Iterable

from ..api.wire import schedules as wire
from ..server.context import Api
from ..server.results import TextResult, text_result
from .action_policies import policy_lines
from .schedule_results import machine_warnings, next_run, summary, while_paused


class ScheduleReply(wire.Schedule):
    """The reply of the tools that create or change a schedule."""

    next_run: str | None = None
    """When it runs next, with the weekday, in the schedule's time zone and in UTC."""
    while_paused: str | None = None
    """What still starts it while it is paused, and until when that is so."""


class ScheduleWithTriggers(ScheduleReply):
    """The reply of coasty_get_schedule."""

    triggers: list[wire.Trigger]


async def schedule_result(
    api: Api,
    schedule: wire.Schedule,
    done: str = "",
    *,
    warnings: Iterable[str] = (),
    next_call: str = "",
) -> TextResult[ScheduleReply]:
    """Return a schedule with its times and warnings, and what was `done` to it."""
    told = {"next_run": next_run(schedule), "while_paused": while_paused(schedule)}
    answer = ScheduleReply.model_validate(schedule.model_dump(exclude_unset=True) | told)
    answer.attach(schedule.receipt)
    return text_result(
        answer,
        f"{done}{summary(schedule)}",
        *policy_lines(schedule.action_policy),
        *filter(None, [answer.while_paused]),
        next_call=next_call,
        warnings=[*warnings, *await machine_warnings(api, schedule)],
    )
