"""Every tool in front of an API that says as little as it may, and of one that says everything."""

import re
from dataclasses import fields

import pytest
from httpx2 import AsyncClient, MockTransport, Response

from coasty_mcp.sandbox import World
from coasty_mcp.settings import Settings
from coasty_mcp.tools.catalog import TOOLSETS
from support.altered_replies import AlteredReplies, changed_at, paths_of
from support.full_account import FullAccount, fill_account
from support.full_upstream import FullUpstream
from support.mcp_client import LIVE_KEY, Clock, Era, error, seated, text
from support.thin_upstream import ThinUpstream
from support.tool_cases import tool_cases

WITH_A_COMPUTER = {"coasty_upload_file", "coasty_download_file"}
"""They compare digests with a machine, which nobody plays here."""
NAMES = [
    tool.name
    for each in TOOLSETS
    if each.name != "local"
    for tool in each.tools
    if tool.name not in WITH_A_COMPUTER
]
ACCOUNT = FullAccount(*(["mch_1"] * len(fields(FullAccount))))
HOLES = re.compile(r'\(""|: ,|, ,|[,;] ?$|^(?!\|).*\S  |\[\]| at ;|until $')
"""What a line looks like in which something is told that the API did not say."""


@pytest.mark.parametrize("name", NAMES)
async def test_a_reply_that_says_little_is_a_result(name: str) -> None:
    arguments = tool_cases(ACCOUNT)[name].works
    settings = Settings(sandbox=True, toolsets=("all",))
    async with seated(http=ThinUpstream().client(), settings=settings) as model:
        done = await model.call_tool(name, arguments)
    assert not done.is_error, text(done)
    assert "None" not in text(done)
    assert "null" not in text(done)
    assert [line for line in text(done).splitlines() if HOLES.search(line)] == []
    assert not re.search("cpu_cores|memory_gb|storage_gb|is_test", str(done.structured_content))


NEEDED = {
    *("id", "session_id", "snapshot_id", "run_id", "machine_id", "status", "type", "action_type"),
    *("data", "machine", "cua_versions", "actions", "results", "x", "y", "image_b64", "output"),
}
"""What no tool can do without, where it is asked for."""


@pytest.mark.parametrize("name", NAMES)
async def test_a_reply_with_null_in_all_that_is_spare_is_a_result(name: str, world: World) -> None:
    api = AlteredReplies(world)
    case, settings = (
        tool_cases(fill_account(world))[name],
        Settings(sandbox=True, toolsets=("all",)),
    )
    async with seated(http=api.client(), settings=settings) as model:
        await model.call_tool(name, case.works)
        leaves = {path for body in api.bodies for path in paths_of(body, (str, int, float, list))}
        named = {path for path in leaves if path and isinstance(path[-1], str)}
        spare = {path for path in named if path[-1] not in NEEDED}
        api.begin(changed_at(spare, lambda _: None))
        done = await model.call_tool(name, case.works)
    assert not done.is_error, text(done)
    assert "None" not in text(done)


@pytest.mark.parametrize("name", NAMES)
async def test_a_reply_that_says_everything_is_a_result(name: str) -> None:
    settings = Settings(sandbox=True, toolsets=("all",))
    http, sleep = FullUpstream().client(), Clock().sleep
    async with seated(http=http, settings=settings, sleep=sleep) as model:
        done = await model.call_tool(name, tool_cases(ACCOUNT)[name].works)
    assert not done.is_error, text(done)


@pytest.mark.parametrize("name", ["coasty_start_task", "coasty_get_run_screenshots"])
@pytest.mark.parametrize(
    ("status", "reply", "code"),
    [
        (422, {"error": {"code": "LLM_PROVIDER_UNSUPPORTED"}}, "LLM_PROVIDER_UNSUPPORTED"),
        (402, {"error": {"code": "INSUFFICIENT_CREDITS"}}, "INSUFFICIENT_CREDITS"),
        (404, {"detail": "Not here"}, "UNEXPECTED_REPLY"),
        (200, {"no": "id"}, "UNEXPECTED_REPLY"),
    ],
)
async def test_the_newest_operations_work_and_fail_in_both_eras(
    era: Era, name: str, status: int, reply: dict[str, object], code: str
) -> None:
    arguments = tool_cases(ACCOUNT)[name].works
    settings = Settings(sandbox=True, toolsets=("all",))
    async with seated(era, http=ThinUpstream().client(), settings=settings) as model:
        done = await model.call_tool(name, arguments)
    failing = AsyncClient(
        transport=MockTransport(lambda _: Response(status, json=reply)),
        base_url="http://thin/v1",
        headers={"X-API-Key": LIVE_KEY},
    )
    async with seated(era, http=failing, settings=settings) as model:
        failed = await model.call_tool(name, arguments)
    assert not done.is_error, text(done)
    assert error(failed)["code"] == code
    assert f"({code}" in text(failed)
    assert ("Not here" in text(failed)) is (status == 404)
