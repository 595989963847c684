"""Tasks on machines of their own: started, followed through provisioning and cleaning up."""

from typing import Any

import pytest
from httpx2 import AsyncClient, MockTransport, Request, Response

from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.settings import Settings
from support.mcp_client import (
    LIVE_KEY,
    Clock,
    Era,
    bodies,
    error,
    recorded,
    seated,
    structured,
    text,
    written_call,
)

Json = dict[str, Any]

START, WATCH, GET, LIST = (
    *("coasty_start_task", "coasty_watch_run", "coasty_get_run", "coasty_list_runs"),
)
CANCEL, RESUME = "coasty_cancel_run", "coasty_resume_run"
WITH_RUNS = Settings(sandbox=True, toolsets=("runs", "machines"))
GOAL: Json = {"task": "Open the browser."}


@pytest.fixture
def world(clock: Clock) -> World:
    """A world in which machines take half a minute to come and to go."""
    return World(clock=clock.now, sleep=clock.sleep, boot_seconds=30.0)


async def test_a_task_is_followed_until_its_machine_is_gone(
    era: Era, world: World, clock: Clock
) -> None:
    async with seated(era, world, settings=WITH_RUNS, sleep=clock.sleep) as model:
        begun = await model.call_tool(START, GOAL)
        seen = await model.call_tool(*written_call(structured(begun)["next"]))
        got = await model.call_tool(GET, {"run_id": structured(begun)["id"]})
        listed = await model.call_tool(LIST, {})
        left = await model.call_tool("coasty_list_machines", {})
    lines = text(begun).splitlines()
    assert "a machine of its own, provisioning: queued" in lines[0]
    assert lines[1] == (
        "At most 750 credits for 150 steps, and 5 for its machine until the deadline of 3600 s."
    )
    assert lines[2].startswith("It never asks a person: what cannot be undone belongs")
    said = structured(seen)
    assert (said["status"], said["machine"]["cleanup_status"]) == ("succeeded", "terminated")
    for told in (seen, got, listed):
        assert " of its own, which is gone: succeeded" in text(told)
    assert written_call(said["next"])[0] == "coasty_get_run_screenshots"
    assert structured(left)["data"] == []


async def test_nobody_says_that_a_machine_is_gone_before_it_is(era: Era, clock: Clock) -> None:
    world = World(clock=clock.now, sleep=clock.sleep, boot_seconds=120.0)
    day = {**GOAL, "deadline_seconds": 86_400}

    async with seated(era, world, settings=WITH_RUNS) as model:
        begun = await model.call_tool(START, day)
        run = {"run_id": structured(begun)["id"]}
        seen = await model.call_tool(WATCH, {**run, "wait_seconds": 1})
        clock.pass_by(hours=3)
        late = await model.call_tool(WATCH, run)
    said = structured(seen)
    assert (said["status"], said["machine"]["cleanup_status"]) == ("succeeded", "terminating")
    assert "which is being removed" in text(seen)
    assert "gone" not in text(seen)
    assert written_call(said["next"])[0] == WATCH
    assert "which is gone" in text(late)


async def test_every_argument_reaches_the_api(clock: Clock, world: World) -> None:
    http = sandbox_client(world)
    sent = recorded(http)
    machine = {
        **{"os_type": "windows", "desktop_enabled": True, "cpu_cores": 2, "memory_gb": 4},
        **{"storage_gb": 20, "provider": "aws"},
    }
    given = {
        **{"max_steps": 9, "deadline_seconds": 600, "instructions": "Be quick."},
        **{"system_prompt": "You are careful.", "cua_version": "v4", "metadata": {"team": "ops"}},
    }
    proxy = {"proxy": "socks5://me:p%40ss@proxy.example:1080"}
    async with seated(http=http, settings=WITH_RUNS) as model:
        done = await model.call_tool(
            START, {**GOAL, **given, **machine, **proxy, "idempotency_key": "k1"}
        )
        await model.call_tool(START, {**GOAL, "preset": "read", "proxy": "managed"})
    assert "p@ss" not in text(done)
    first, second = bodies(sent, "tasks")
    assert {name: first[name] for name in given} == given
    assert {name: first["machine"][name] for name in machine} == machine
    assert first["machine"]["proxy"] == {
        **{"mode": "custom", "scheme": "socks5", "host": "proxy.example", "port": 1080},
        **{"username": "me", "password": "p@ss"},
    }
    assert (second["deadline_seconds"], second["max_steps"]) == (3600, 150)
    assert second["machine"] == {"os_type": "linux", "proxy": {"mode": "managed"}}
    assert "verbatim" in second["instructions"]
    keys = [request.headers["Idempotency-Key"] for request in sent]
    assert keys[0] == "k1"
    assert keys[1].startswith("mcp-")


@pytest.mark.parametrize("proxy", ["none", "ftp://a:1", "http://host", "http://me:secret@[::x:1"])
async def test_a_proxy_that_is_none_is_refused_without_its_password(proxy: str) -> None:
    async with seated(settings=WITH_RUNS) as model:
        refused = await model.call_tool(START, {**GOAL, "proxy": proxy})
    assert error(refused)["code"] == "VALIDATION_ERROR"
    assert "http://user:password@host:port" in text(refused)
    assert "secret" not in text(refused)


async def test_a_task_that_would_need_a_person_fails_and_cannot_be_resumed(
    era: Era, world: World, clock: Clock
) -> None:
    async with seated(era, world, settings=WITH_RUNS, sleep=clock.sleep) as model:
        begun = await model.call_tool(START, {"task": "Pay. [pause]"})
        run = {"run_id": structured(begun)["id"]}
        seen = await model.call_tool(WATCH, run)
        resumed = await model.call_tool(RESUME, run)
    assert structured(seen)["error"]["code"] == "AWAITING_HUMAN"
    assert error(resumed)["status"] == 409


async def test_a_deadline_ends_a_task_whose_machine_never_came(era: Era, clock: Clock) -> None:
    world = World(clock=clock.now, sleep=clock.sleep, boot_seconds=120.0)
    async with seated(era, world, settings=WITH_RUNS, sleep=clock.sleep) as model:
        begun = await model.call_tool(START, {**GOAL, "deadline_seconds": 60})
        seen = await model.call_tool(WATCH, {"run_id": structured(begun)["id"]})
        over = await model.call_tool(CANCEL, {"run_id": structured(begun)["id"]})
    assert structured(seen)["status"] == "timed_out"
    assert error(over)["code"] == "INVALID_STATE"


def api_with(run: Json) -> AsyncClient:
    def answer(request: Request) -> Response:
        if request.url.path.endswith("/events"):
            done = b'id: 1\nevent: done\ndata: {"status": "succeeded"}\n\n'
            return Response(200, content=done, headers={"Content-Type": "text/event-stream"})
        return Response(200, json=run)

    return AsyncClient(transport=MockTransport(answer), base_url="http://api/v1")


@pytest.mark.parametrize(
    ("machine", "line", "warning"),
    [
        (
            {"status": "ready", "id": "mch_1", "cleanup_status": "failed", "error": "No\nanswer"},
            "mch_1 of its own, which could not be removed",
            'may go on to cost. "No\\nanswer" Call coasty_terminate_machine(machine_id="mch_1")',
        ),
        (
            {"cleanup_status": "failed"},
            "a machine of its own, which could not be removed",
            "may go on to cost. Find it with coasty_list_machines().",
        ),
        ({"status": "failed", "cleanup_status": "terminated"}, "which is gone", "machine failed"),
        ({"id": "mch_1"}, "which nobody says the state of", ""),
        ({"cleanup_status": "a new\nword"}, '"a new\\nword"', ""),
    ],
)
async def test_what_became_of_the_machine_is_said(
    era: Era, clock: Clock, machine: Json, line: str, warning: str
) -> None:
    http = api_with({"id": "run_1", "status": "succeeded", "machine": machine})
    async with seated(era, http=http, settings=WITH_RUNS, sleep=clock.sleep) as model:
        got = await model.call_tool(GET, {"run_id": "run_1"})
    assert line in text(got)
    assert warning in text(got)
    assert ("gone" in text(got)) is (machine.get("cleanup_status") == "terminated")


@pytest.mark.parametrize(
    ("given", "most", "fits"),
    [({}, 755, 149), ({"os_type": "windows", "cua_version": "v1", "max_steps": 10}, 89, 9)],
)
async def test_both_meters_are_in_the_price(era: Era, given: Json, most: int, fits: int) -> None:
    http = sandbox_client(World(pace=0), LIVE_KEY)
    sent = recorded(http)
    settings = Settings.read({"COASTY_API_KEY": LIVE_KEY, "COASTY_TOOLSETS": "runs"}, {})
    async with seated(era, http=http, settings=settings) as model:
        refused = await model.call_tool(START, {**GOAL, **given, "max_credits": most - 1})
        started = await model.call_tool(START, {**GOAL, **given, "max_credits": most})
    assert error(refused)["estimate"] == most
    assert error(refused)["max_steps"] == fits
    assert not started.is_error
    assert len(bodies(sent, "tasks")) == 1


async def test_a_machine_that_stayed_is_named_by_the_run_where_it_does_not_name_itself(
    era: Era, clock: Clock
) -> None:
    left = {"machine_id": "mch_7", "machine": {"cleanup_status": "failed"}}
    http = api_with({"id": "run_1", "status": "succeeded", **left})
    async with seated(era, http=http, settings=WITH_RUNS, sleep=clock.sleep) as model:
        got = await model.call_tool(GET, {"run_id": "run_1"})
    assert 'Call coasty_terminate_machine(machine_id="mch_7").' in text(got)
