"""From the model's chair: what a limit refuses, by every tool there is."""

import pytest
from pydantic import SecretStr

from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.server.tool import Tool
from coasty_mcp.settings import Settings
from coasty_mcp.tools.catalog import TOOLSETS
from support.full_account import fill_account
from support.mcp_client import LIVE_KEY, Clock, Era, recorded, seated, text
from support.tool_cases import tool_cases

SOMETIMES_FREE = {"coasty_stop_machine", "coasty_update_schedule"}
"""Tools that cost nothing with the arguments of their case."""
TOOLS = [tool for toolset in TOOLSETS if toolset.name != "local" for tool in toolset.tools]


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
async def test_with_a_limit_of_0_no_tool_sends_what_can_cost(
    era: Era, clock: Clock, world: World, tool: Tool
) -> None:
    account = fill_account(world, "live")
    wallet = world.accounts["live"].wallet.cents
    http = sandbox_client(world, LIVE_KEY)
    sent = recorded(http)
    settings = Settings(api_key=SecretStr(LIVE_KEY), toolsets=("all",), max_credits=0)
    async with seated(era, http=http, settings=settings, sleep=clock.sleep) as model:
        result = await model.call_tool(tool.name, tool_cases(account)[tool.name].works)
    refused = "(SPEND_LIMIT)" in text(result)
    assert refused == (bool(tool.costs) and tool.name not in SOMETIMES_FREE), text(result)
    assert not refused or {request.method for request in sent} <= {"GET"}
    assert world.accounts["live"].wallet.cents == wallet
