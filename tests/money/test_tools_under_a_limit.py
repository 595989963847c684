"""From the model's chair: what a limit refuses, by every tool there is."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.settings import Settings
from coasty_mcp.tools.catalog import TOOLSETS
from support.full_account import fill_account
from support.mcp_client import LIVE_KEY, Clock, Era, recorded, seated, text
from support.tool_cases import tool_cases

COSTS = {
    *("coasty_predict", "coasty_ground", "coasty_create_session", "coasty_session_predict"),
    *("coasty_provision_machine", "coasty_start_machine", "coasty_snapshot_machine"),
    *("coasty_create_schedule", "coasty_resume_schedule", "coasty_run_schedule_now"),
    *("coasty_add_trigger", "coasty_start_run", "coasty_resume_run"),
    *("coasty_run_workflow", "coasty_answer_workflow_run"),
}
"""`coasty_set_machine_ttl` costs where a machine lives longer by it, which here none does."""


def names() -> Iterator[str]:
    for toolset in TOOLSETS:
        if toolset.name != "local":
            yield from (tool.name for tool in toolset.tools)


@pytest.mark.parametrize("name", list(names()))
async def test_with_a_limit_of_0_no_tool_sends_what_can_cost(
    era: Era, clock: Clock, world: World, name: str
) -> None:
    account = fill_account(world, "live")
    wallet = world.accounts["live"].wallet.cents
    http = sandbox_client(world, LIVE_KEY)
    sent = recorded(http)
    settings = Settings(api_key=SecretStr(LIVE_KEY), toolsets=("all",), max_credits=0)
    async with seated(era, http=http, settings=settings, sleep=clock.sleep) as model:
        result = await model.call_tool(name, tool_cases(account)[name].works)
    refused = "(SPEND_LIMIT)" in text(result)
    assert refused == (name in COSTS), text(result)
    assert not refused or {request.method for request in sent} <= {"GET"}
    assert world.accounts["live"].wallet.cents == wallet
