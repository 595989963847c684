"""A call that ends in the middle: nothing is left behind, neither here nor at the API."""

import signal
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import anyio
import pytest
from mcp import Client, StdioServerParameters

from coasty_mcp.sandbox import SANDBOX_KEY
from support.command_process import environment
from support.mcp_client import Clock, Era, structured
from support.socket_upstream import (
    KEYED,
    LOOKUP,
    NO_MACHINES,
    Call,
    Move,
    Upstream,
    facing,
    never_answers,
    refuses,
    trickles,
)
from support.stdio_process import SERVER, SOON, Guest

each_call = pytest.mark.parametrize("call", [LOOKUP, KEYED], ids=["lookup", "keyed"])
each_silence = pytest.mark.parametrize("silence", [never_answers, trickles])


async def cancelled(model: Client, call: Call, upstream: Upstream) -> None:
    """Ask, and think better of it once the API is at work; it is left alone soon."""
    async with anyio.create_task_group() as calls:
        calls.start_soon(model.call_tool, *call)
        await upstream.arrived.wait()
        assert not upstream.left_alone.is_set()
        calls.cancel_scope.cancel()
    with anyio.fail_after(SOON):
        await upstream.left_alone.wait()
    assert len(upstream.asked) == 1


def variables(url: str) -> dict[str, str]:
    return {"COASTY_BASE_URL": url, "COASTY_API_KEY": SANDBOX_KEY}


@asynccontextmanager
async def hosted(url: str, era: Era) -> AsyncGenerator[Client]:
    command, *arguments = SERVER
    server = StdioServerParameters(
        command=command, args=arguments, env=environment(**variables(url))
    )
    async with Client(server, mode=era) as host:
        yield host


@each_call
@each_silence
async def test_a_cancelled_call_leaves_the_api_alone(
    call: Call, silence: Move, clock: Clock, era: Era
) -> None:
    upstream = Upstream(silence, NO_MACHINES)
    async with upstream.listening() as url, facing(url, clock, era=era) as model:
        await cancelled(model, call, upstream)
        assert structured(await model.call_tool(*LOOKUP))["data"] == []


async def test_a_host_that_cancels_a_call_goes_on_with_the_next(era: Era) -> None:
    upstream = Upstream(never_answers, NO_MACHINES)
    async with upstream.listening() as url, hosted(url, era) as host:
        await cancelled(host, KEYED, upstream)
        assert structured(await host.call_tool(*LOOKUP))["data"] == []


async def test_a_call_that_is_cancelled_between_two_attempts_makes_no_other(clock: Clock) -> None:
    async def cancel(seconds: float) -> None:
        calls.cancel_scope.cancel()
        await anyio.sleep_forever()

    clock.sleep = cancel
    upstream = Upstream(refuses(503, "SERVICE_UNAVAILABLE", retryable=True), NO_MACHINES)
    async with upstream.listening() as url, facing(url, clock) as model:
        async with anyio.create_task_group() as calls:
            calls.start_soon(model.call_tool, *KEYED)
        assert len(upstream.asked) == 1
        assert structured(await model.call_tool(*LOOKUP))["data"] == []


async def test_many_calls_can_be_cancelled_at_once(clock: Clock, era: Era) -> None:
    upstream = Upstream(*[never_answers] * 40, NO_MACHINES)
    async with upstream.listening() as url, facing(url, clock, era=era) as model:
        async with anyio.create_task_group() as calls:
            for _ in range(40):
                calls.start_soon(model.call_tool, *LOOKUP)
            await upstream.arrived.wait()
            calls.cancel_scope.cancel()
        upstream.moves = [NO_MACHINES]
        assert structured(await model.call_tool(*LOOKUP))["data"] == []


def pipe_closed(guest: Guest) -> None:
    guest.stdin.close()


def terminated(guest: Guest) -> None:
    guest.process.send_signal(signal.SIGTERM)


@pytest.mark.parametrize(
    ("silence", "part"), [(never_answers, pipe_closed), (trickles, terminated)]
)
async def test_when_the_host_goes_the_api_is_left_alone_and_the_server_is_gone(
    silence: Move, part: Callable[[Guest], None]
) -> None:
    name, arguments = KEYED
    upstream = Upstream(silence)
    async with upstream.listening() as url:
        with Guest(*SERVER, **variables(url)) as guest:
            await anyio.to_thread.run_sync(guest.greet)
            guest.say("tools/call", name=name, arguments=arguments)
            await upstream.arrived.wait()
            part(guest)
            with anyio.fail_after(SOON):
                await upstream.left_alone.wait()
            code, said, complaint = await anyio.to_thread.run_sync(guest.left)
    assert (code, complaint) == (0, "")
    assert '"result"' not in said
    assert len(upstream.asked) == 1
