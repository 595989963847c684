"""Tasks for Coasty's own agent: `/runs`."""

import re
from functools import partial
from typing import Any, get_args

import anyio.to_thread

from ....api.wire import runs as wire
from ...world.event_log import EventLog
from ...world.machines import Machines
from ...world.runs import Run, Runs, step_price
from ...world.simulated_agent import carry_out
from ...world.validation import invalid_request
from ..call import MOST, Call
from ..dispatch import route
from ..llm_provider import check_llm
from ..sse import event_route

STATUSES = get_args(wire.Status)
MOST_METADATA = 50
PAGE = 20
SCREENSHOTS, MOST_PICTURES = 50, 10


async def create(call: Call) -> wire.Run:
    order = call.body(wire.StartRun)
    check_llm(call, order.llm)
    check_metadata(order.metadata)
    call.account.area(Machines).get(order.machine_id).must_exist()
    call.account.wallet.require(step_price(order))
    run = _runs(call).add(order)
    call.world.background.start(carry_out(call.account, run))
    secret = run.webhook.secret if run.webhook else None
    return run.shown().model_copy(update={"webhook_secret": secret})


async def list_newest(call: Call) -> wire.RunList:
    limit, status = call.limit(PAGE), call.status(STATUSES)
    found = [run for run in _runs(call).newest_first() if status in (None, run.record.status)]
    return wire.RunList(
        object="list", data=[run.shown() for run in found[:limit]], has_more=len(found) > limit
    )


async def get(call: Call) -> wire.Run:
    return _run(call).shown()


async def cancel(call: Call) -> wire.Run:
    run = _run(call)
    run.cancel()
    return run.shown()


async def resume(call: Call) -> wire.Run:
    run = _run(call)
    answer = call.body(wire.ResumeRun) if call.raw else wire.ResumeRun()
    run.resume(answer.note)
    return run.shown()


def events(call: Call) -> EventLog:
    return _run(call).log


async def list_screenshots(call: Call) -> wire.RunScreenshotList:
    """List what the agent saw, at most 10 with their pictures, which nobody may cache."""
    after = call.query.get("after_index")
    if not re.fullmatch("[0-9]{1,9}", after or "0"):
        raise invalid_request("after_index must be 0 or more.", "query", "after_index")
    with_picture = call.query.get("include_image", "false").lower() in ("true", "1")
    limit = min(call.limit(SCREENSHOTS), MOST_PICTURES if with_picture else MOST)
    frames = [frame for frame in _run(call).frames if frame.index > int(after or -1)]
    if with_picture:
        call.headers["Cache-Control"] = "no-store"
    page = [
        await anyio.to_thread.run_sync(partial(frame.record, with_picture=with_picture))
        for frame in frames[:limit]
    ]
    return wire.RunScreenshotList(object="list", data=page, has_more=len(frames) > limit)


def check_metadata(metadata: dict[str, Any] | None) -> None:
    """Raise InvalidRequest for more labels than a run may have."""
    if len(metadata or {}) > MOST_METADATA:
        message = f"metadata may have {MOST_METADATA} entries."
        raise invalid_request(message, "body", "metadata", kind="too_long")


def _runs(call: Call) -> Runs:
    return call.account.area(Runs)


def _run(call: Call) -> Run:
    return _runs(call).get(call.path["run_id"])


ONE = "/runs/{run_id}"
READ, WRITE = "runs:read", "runs:write"

routes = (
    route("POST", "/runs", create, WRITE, idempotent=True, status=201),
    route("GET", "/runs", list_newest, READ),
    route("GET", ONE, get, READ),
    route("GET", f"{ONE}/screenshots", list_screenshots, READ),
    event_route(f"{ONE}/events", READ, events),
    route("POST", f"{ONE}/cancel", cancel, WRITE),
    route("POST", f"{ONE}/resume", resume, WRITE),
)
