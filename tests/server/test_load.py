"""Many calls at the same time, on one connection and on many: each gets its own answer.

It takes seconds, because only that many at once, at a server that is a process of its own, show
an answer that goes to another.
"""

import asyncio
from collections.abc import Iterator

import pytest
from httpx2 import AsyncClient
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from support.command_process import environment, listening
from support.http_callers import PLAIN
from support.mcp_client import Era, error, structured
from support.stdio_process import SERVER

CALLS = 300
HOSTS = 64
ERAS: tuple[Era, ...] = ("auto", "legacy")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with listening("--sandbox", "--transport", "streamable-http") as server:
        yield server.url


async def asked_for(host: Client, number: int) -> str:
    """A question whose answer belongs to this number alone."""
    refused = await host.call_tool("coasty_get_machine", {"machine_id": f"mch_{number}_of_many"})
    return error(refused)["message"]


async def test_one_host_may_ask_300_things_at_once(era: Era) -> None:
    command, *arguments = SERVER
    server = StdioServerParameters(
        command=command, args=[*arguments, "--sandbox"], env=environment()
    )
    async with Client(server, mode=era) as host:
        answers = await asyncio.gather(*(asked_for(host, number) for number in range(CALLS)))
    for number, answer in enumerate(answers):
        assert f"mch_{number}_of_many" in answer


async def test_64_hosts_of_both_eras_may_ask_at_once(url: str) -> None:
    everybody_is_here = asyncio.Barrier(HOSTS)

    async def host(number: int) -> str:
        async with AsyncClient(verify=PLAIN, timeout=50) as http:
            transport = streamable_http_client(url, http_client=http)
            async with Client(transport, mode=ERAS[number % 2]) as connected:
                await everybody_is_here.wait()
                answer = await asked_for(connected, number)
                assert structured(await connected.call_tool("coasty_list_machines"))["data"] == []
                return answer

    answers = await asyncio.gather(*(host(number) for number in range(HOSTS)))
    for number, answer in enumerate(answers):
        assert f"mch_{number}_of_many" in answer
