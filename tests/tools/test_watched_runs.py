"""Runs that the model watches: what it is told, when, and how often."""

from collections.abc import AsyncGenerator

import anyio
import pytest
from httpx2 import AsyncClient, Request

from coasty_mcp.api.wire.runs import Run, RunEvent, StartRun
from coasty_mcp.sandbox import SANDBOX_KEY, World, build_sandbox
from coasty_mcp.sandbox.world.runs import Runs
from coasty_mcp.server.context import Waiter
from coasty_mcp.tools.run_events import follow_run
from support.mcp_client import (
    Era,
    new_machine,
    structured,
    text,
    written_call,
)
from support.run_sandbox import FOR_EVER, served
from support.runs_at_work import CANCEL, RESUME, WATCH, at_work, log_of, run_id


@pytest.fixture
def world() -> World:
    """Return a world in which an agent takes no time."""
    return World(pace=0)


async def test_a_run_that_waits_for_a_person_comes_with_the_reason_and_the_answer(
    era: Era, world: World
) -> None:
    async with at_work(era, world) as model:
        run = await run_id(model, world, "Pay. [pause]")
        seen = await model.call_tool(WATCH, {"run_id": run})
        again = await model.call_tool(WATCH, {"run_id": run, "after": structured(seen)["cursor"]})
        resumed = await model.call_tool(*written_call(structured(seen)["next"]))
        rest = await model.call_tool(WATCH, {"run_id": run, "after": structured(seen)["cursor"]})
    for each in (seen, again):
        said = structured(each)
        assert said["status"] == "awaiting_human"
        assert said["awaiting_human_reason"] == "The task asks for a person."
        assert said["next"] == f'coasty_resume_run(run_id="{run}", note="<what the user says>")'
        assert said["warnings"] == ["It waits for a person: ask the user before you answer."]
        assert 'awaiting_human: "The task asks for a person."' in text(each)
    assert structured(again)["events_seen"] == 0
    assert structured(resumed)["next"] == f'coasty_watch_run(run_id="{run}")'
    assert structured(rest)["status"] == "succeeded"
    assert structured(seen)["events_seen"] + structured(rest)["events_seen"] == len(
        log_of(world, run)
    )


@pytest.mark.parametrize("reason", [None, "login", {"code": 1}])
async def test_a_question_ends_a_watch_however_the_event_words_it(reason: object) -> None:
    """An API need not say the same in its events as in the run, or may say nothing."""
    states = iter(["running"])

    async def get_run() -> Run:
        return Run(id="run_1", status=next(states, "awaiting_human"), awaiting_human_reason="Pay?")

    async def events(_: int) -> AsyncGenerator[RunEvent]:
        yield RunEvent(seq=1, type="awaiting_human", data={"reason": reason})
        await anyio.sleep_forever()

    async def unheard(*_: object) -> None:
        pass

    waiter = Waiter(anyio.sleep, anyio.current_time, unheard)
    with anyio.fail_after(20):
        run, seen = await follow_run(get_run, events, 0, 40, waiter)
    assert (run.status, [each.seq for each in seen]) == ("awaiting_human", [1])


async def test_a_pause_that_is_over_does_not_end_a_watch(world: World) -> None:
    async with at_work(world=world) as model:
        run = await run_id(model, world, "Pay. [pause]")
        await model.call_tool(WATCH, {"run_id": run})
        await model.call_tool(RESUME, {"run_id": run})
        seen = structured(await model.call_tool(WATCH, {"run_id": run}))
    assert (seen["status"], seen["events_seen"]) == ("succeeded", len(log_of(world, run)))


@pytest.mark.parametrize("past", [0, 1, 1000])
async def test_nothing_is_waited_for_after_the_last_event(
    era: Era, world: World, past: int
) -> None:
    async with at_work(era, world) as model:
        run = await run_id(model, world)
        last = structured(await model.call_tool(WATCH, {"run_id": run}))["cursor"]
        with anyio.fail_after(5):
            late = await model.call_tool(WATCH, {"run_id": run, "after": last + past})
    said = structured(late)
    assert said["status"] == "succeeded"
    assert said["next"].startswith("coasty_take_machine_screenshot(")
    assert said["cursor"] >= last


async def test_a_run_at_work_comes_back_in_time_with_the_call_that_goes_on(era: Era) -> None:
    world = World(pace=FOR_EVER)
    async with at_work(era, world) as model:
        run = await run_id(model, world)
        with anyio.fail_after(10):
            seen = await model.call_tool(WATCH, {"run_id": run, "wait_seconds": 1})
        on = structured(seen)["next"]
        assert on == f'coasty_watch_run(run_id="{run}", after=2)'
        name, arguments = written_call(on)
        more = await model.call_tool(name, {**arguments, "wait_seconds": 1})
        await model.call_tool(CANCEL, {"run_id": run})
    assert structured(seen)["status"] == "running"
    assert (structured(more)["cursor"], structured(more)["events_seen"]) == (2, 0)
    assert "Nothing new happened." in text(more).splitlines()


async def test_events_become_progress(era: Era, world: World) -> None:
    heard: list[tuple[float, float | None, str | None]] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        heard.append((progress, total, message))

    async with at_work(era, world) as model:
        run = await run_id(model, world)
        seen = await model.call_tool(WATCH, {"run_id": run}, progress_callback=hear)
    assert len(heard) == structured(seen)["events_seen"]
    assert heard[0][1:] == (40, '1 status status="queued"')
    assert [each[0] for each in heard] == sorted(each[0] for each in heard)


async def test_a_run_is_watched_across_a_cut_connection_with_every_event_seen_once(
    era: Era,
) -> None:
    world = World(pace=0.1)
    connected_after: list[str | None] = []
    heard: list[int] = []

    async def note(request: Request) -> None:
        if request.url.path.endswith("/events"):
            connected_after.append(request.headers.get("Last-Event-ID"))

    async with (
        served(build_sandbox(world)) as port,
        AsyncClient(
            base_url=f"{port.url}/v1", headers={"X-API-Key": SANDBOX_KEY}, trust_env=False
        ) as http,
        at_work(era, http=http) as model,
    ):
        http.event_hooks = {"request": [note]}

        async def cut(progress: float, total: float | None, message: str | None) -> None:
            heard.append(int((message or "0").split()[0]))
            if len(heard) == 4:
                port.cut()

        run = await run_id(model, world)
        seen = await model.call_tool(WATCH, {"run_id": run}, progress_callback=cut)
    assert structured(seen)["status"] == "succeeded"
    assert heard == log_of(world, run)
    assert connected_after[0] is None
    assert len(connected_after) > 1
    assert all(int(each or 0) >= 4 for each in connected_after[1:])


async def test_a_long_history_is_cut_to_its_latest_events(world: World) -> None:
    machine = new_machine(world.accounts["test"])
    run = world.accounts["test"].area(Runs).add(StartRun(machine_id=machine.id, task="Talk."))
    for number in range(29):
        run.log.append("text", text=f"{number} " * 300)
    run.end("succeeded")
    async with at_work(world=world) as model:
        seen = await model.call_tool(WATCH, {"run_id": run.record.id})
    said = structured(seen)
    assert (said["events_seen"], len(said["events"])) == (32, 20)
    assert "(12 earlier events left out)" in text(seen)
    assert len(text(seen)) < 6000
    assert max(len(str(event["data"])) for event in said["events"]) < 300
