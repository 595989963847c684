from collections.abc import Iterator
from contextlib import AsyncExitStack

import httpx2
import pytest
from mcp import Client
from mcp.client.sse import sse_client

from support.command_process import listening
from support.default_tools import NUMBER_OF_DEFAULT_TOOLS
from support.mcp_client import Era, error, picture, structured

TRANSPORTS = ["streamable-http", "sse"]


@pytest.fixture(scope="module")
def urls() -> Iterator[dict[str, str]]:
    """Where each transport is served."""
    with (
        listening("--sandbox", "--transport", "streamable-http") as streamable,
        listening("--sandbox", "--transport", "sse") as sse,
    ):
        yield {"streamable-http": streamable.url, "sse": sse.url}


@pytest.fixture(params=TRANSPORTS)
def url(request: pytest.FixtureRequest, urls: dict[str, str]) -> str:
    return urls[request.param]


def connection(url: str, era: Era = "auto") -> Client:
    return Client(sse_client(url) if url.endswith("/sse") else url, mode=era)


async def machines(host: Client) -> set[str]:
    listed = structured(await host.call_tool("coasty_list_machines"))
    return {machine["id"] for machine in listed["data"]}


async def provisioned(host: Client) -> str:
    started = await host.call_tool("coasty_provision_machine", {"display_name": "desk"})
    return structured(started)["machine"]["id"]


async def test_a_host_can_use_it(url: str, era: Era) -> None:
    async with connection(url, era) as host:
        assert len((await host.list_tools()).tools) == NUMBER_OF_DEFAULT_TOOLS
        machine = {"machine_id": await provisioned(host)}
        seen = await host.call_tool("coasty_take_machine_screenshot", machine)
        assert (picture(seen).size.width, picture(seen).size.height) == (1280, 720)


async def test_it_reads_and_writes_no_files_for_a_host_elsewhere(url: str) -> None:
    async with connection(url) as host:
        tools = {tool.name: tool for tool in (await host.list_tools()).tools}
        for name, argument in [
            ("coasty_predict", "screenshot_path"),
            ("coasty_ground", "screenshot_path"),
            ("coasty_take_machine_screenshot", "save_to"),
        ]:
            assert argument not in tools[name].input_schema["properties"]
            refused = error(await host.call_tool(name, {argument: "/tmp/screen.png"}))
            assert refused["code"] == "VALIDATION_ERROR"
            assert f"There is no argument {argument}" in refused["message"]


async def test_connections_at_the_same_time_share_one_account(url: str) -> None:
    async with AsyncExitStack() as hosts:
        first, second, third = [await hosts.enter_async_context(connection(url)) for _ in range(3)]
        machine = await provisioned(first)
        assert machine in await machines(second)
        assert machine in await machines(third)


async def test_a_connection_may_follow_another(url: str, era: Era) -> None:
    for _ in range(3):
        async with connection(url, era) as host:
            assert await provisioned(host) in await machines(host)


async def test_a_connection_goes_on_when_another_ends(url: str) -> None:
    async with connection(url) as staying:
        machine = await provisioned(staying)
        async with connection(url) as leaving:
            await machines(leaving)
        assert machine in await machines(staying)


def test_a_web_page_that_pretends_to_be_this_computer_is_refused(url: str) -> None:
    refused = httpx2.get(url, headers={"Host": "rebound.example"})
    assert refused.status_code == 421
