"""The skill over MCP (SEP-2640): for clients that ask, and without a trace for the others."""

import hashlib
from typing import Any

import pytest
from mcp import Client, MCPError
from mcp.client import advertise
from mcp.types import Request, RequestParams, Result, TextResourceContents
from pydantic import ConfigDict
from ruamel.yaml import YAML

from coasty_mcp.server.build import build_server
from coasty_mcp.server.skills import EXTENSION, GetSkillParams
from coasty_mcp.settings import Settings
from coasty_mcp.skill import skill_files
from coasty_mcp.tools.catalog import TOOLSETS
from support.mcp_client import Era, seated

MAIN = "skill://coasty/SKILL.md"


class Anything(Result):
    model_config = ConfigDict(extra="allow")


def asking(era: Era = "auto") -> Client:
    server = build_server(Settings(sandbox=True), TOOLSETS)
    return Client(server, mode=era, extensions=[advertise(EXTENSION)])


async def send(client: Client, method: str, uri: str | None = None) -> dict[str, Any]:
    request: Request[Any, str] = Request[RequestParams, str](method=method, params=RequestParams())
    if uri:
        request = Request[GetSkillParams, str](method=method, params=GetSkillParams(uri=uri))
    return (await client.session.send_request(request, Anything)).model_dump()


async def test_a_client_that_asks_is_told_of_the_skill(era: Era) -> None:
    async with asking(era) as client:
        assert client.server_capabilities.resources
        assert client.server_capabilities.extensions == {EXTENSION: {}}


async def test_each_file_has_a_title_and_says_what_it_is_about(era: Era) -> None:
    async with asking(era) as client:
        listed = (await client.list_resources()).resources
    assert [each.title for each in listed] == [
        "Working with Coasty",
        "Commands of a machine",
        "Letting Coasty's agent work",
    ]
    assert all(each.description and "\n" not in each.description for each in listed)


async def test_the_entry_is_complete_and_its_digests_are_those_of_the_files(era: Era) -> None:
    async with asking(era) as client:
        listed = await send(client, "skills/list")
        [entry] = listed["skills"]
        assert (await send(client, "skills/get", uri=MAIN))["skill"] == entry
        read = dict[str, str]()
        for file in entry["resources"]:
            [content] = (await client.read_resource(file["uri"])).contents
            assert isinstance(content, TextResourceContents)
            assert content.mime_type == "text/markdown"
            read[file["uri"].removeprefix("skill://coasty/")] = content.text
            assert file["digest"] == f"sha256:{hashlib.sha256(content.text.encode()).hexdigest()}"
            assert file["size"] == len(content.text.encode())
    assert read == skill_files()
    assert entry["uri"] == MAIN
    yaml: Any = YAML(typ="safe")
    assert entry["frontmatter"] == yaml.load(read["SKILL.md"].split("---\n")[1])
    assert {"ttlMs", "cacheScope"} <= listed.keys()


async def test_a_skill_that_there_is_not_is_refused() -> None:
    async with asking() as client:
        with pytest.raises(MCPError, match="There is no such skill") as refused:
            await send(client, "skills/get", uri="skill://nothing/SKILL.md")
    assert refused.value.error.code == -32602


async def test_other_hosts_see_neither_skills_nor_resources(era: Era) -> None:
    async with seated(era) as client:
        assert client.server_capabilities.resources is None
        assert not client.server_capabilities.extensions
        assert not (await client.session.list_resources()).resources
        with pytest.raises(MCPError, match="Unknown resource"):
            await client.session.read_resource(MAIN)


async def test_the_live_views_page_stays_beside_the_skill_which_others_are_not_shown() -> None:
    page = "ui://coasty/live-view"
    server = build_server(Settings(sandbox=True, toolsets=("all",)), TOOLSETS)
    async with Client(server, extensions=[advertise(EXTENSION)]) as client:
        assert {page, MAIN} <= await uris(client)
    async with Client(server) as other:
        assert await uris(other) == {page}


async def uris(client: Client) -> set[str]:
    return {str(each.uri) for each in (await client.list_resources()).resources}
