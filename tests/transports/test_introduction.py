"""What a server says of itself."""

from mcp import Client

from coasty_mcp.server.build import build_server
from coasty_mcp.settings import Settings
from coasty_mcp.tools.catalog import TOOLSETS


async def test_it_says_who_it_is_in_few_words_and_how_long_that_stays_true() -> None:
    async with Client(build_server(Settings(sandbox=True), TOOLSETS)) as host:
        lists = [
            await host.list_tools(),
            await host.list_prompts(),
        ]
        me, instructions = host.server_info, host.instructions
    assert me
    assert (me.name, me.title, me.website_url) == ("coasty", "Coasty", "https://coasty.ai")
    assert [icon.src[:18] for icon in me.icons or []] == ["https://coasty.ai/"]
    assert 0 < len(instructions or "") < 2000
    assert [(each.ttl_ms, each.cache_scope) for each in lists] == [(3_600_000, "public")] * 2
