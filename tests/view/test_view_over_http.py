"""Over HTTP the server has the pages of the live view under its own address, on loopback only."""

import httpx2
import pytest
from mcp import Client
from mcp.client.sse import sse_client

from support.command_process import listening
from support.http_callers import ALICE, REMOTELY, calling
from support.mcp_client import error, structured, text
from support.watched import Model, Visitor

VIEW = ("--sandbox", "--toolsets", "default,view")


async def watched_machine(client: Client) -> Model:
    made = await client.call_tool("coasty_provision_machine", {"display_name": "desk"})
    return Model(client, structured(made)["machine"]["id"])


@pytest.mark.parametrize("transport", ["streamable-http", "sse"])
async def test_the_page_is_under_the_servers_own_address(transport: str) -> None:
    with listening(*VIEW, "--transport", transport) as server:
        base = server.url.rpartition("/")[0]
        way = sse_client(server.url) if transport == "sse" else server.url
        async with Client(way) as client, httpx2.AsyncClient() as http:
            assert (await http.get(f"{base}/view/x")).status_code == 404
            model = await watched_machine(client)
            address = await model.address()
            assert address.startswith(f"{base}/view/")
            assert (await http.get(f"{base}/view/x")).status_code == 403
            opened = await http.get(address)
            assert f"Path={httpx2.URL(address).path};" in opened.headers["set-cookie"]
            page = Visitor(http, address)
            assert (await page.ask("state"))["status"] == "running"
            await page.ask("stop")
            assert error(await model.act("click", x=5, y=5))["code"] == "STOPPED_BY_PERSON"


async def test_where_other_computers_may_call_there_is_no_page() -> None:
    """A browser would not send the caller's key."""
    with listening(*VIEW, *REMOTELY) as server:
        base = server.url.rpartition("/")[0]
        async with calling(base, ALICE) as client, httpx2.AsyncClient() as http:
            model = await watched_machine(client)
            shown = await model.call("coasty_open_live_view")
            assert "no address here" in text(shown)
            assert (await http.get(f"{base}/view/x")).status_code == 401
            with_key = {"Authorization": f"Bearer {ALICE}"}
            assert (await http.get(f"{base}/view/x", headers=with_key)).status_code == 404
