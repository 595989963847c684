"""Where a tool meets the SDK: refusals, failures and questions, in both protocol eras."""

import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated

import jsonschema
import pytest
from httpx2 import Response
from mcp import Client
from mcp.client import ClientRequestContext
from mcp.server import MCPServer
from mcp.server.mcpserver import Elicit, Resolve
from mcp.types import ElicitRequestParams, ElicitResult
from pydantic import BaseModel

from coasty_mcp.api.wire.base import Reply
from coasty_mcp.sandbox import World
from coasty_mcp.sandbox.world.machines import Machine, Machines
from coasty_mcp.server.build import build_server
from coasty_mcp.server.context import AppContext
from coasty_mcp.server.effects import DESTROYS, READS
from coasty_mcp.server.http_client import HttpConnection
from coasty_mcp.server.mcp_server import CoastyServer
from coasty_mcp.server.published_tool import publish
from coasty_mcp.server.rendering import REQUEST_ID
from coasty_mcp.server.results import TextResult, text_result
from coasty_mcp.server.tool import Toolset
from coasty_mcp.settings import Settings
from coasty_mcp.tools.catalog import TOOLSETS
from support.default_tools import NUMBER_OF_DEFAULT_TOOLS
from support.fakes import Flaky, refusal
from support.mcp_client import Era, error, new_machine, seated, structured, text

LIST, GET, LOOK = "coasty_list_machines", "coasty_get_machine", "coasty_take_machine_screenshot"
START, STOP, PROVISION = (
    "coasty_start_machine",
    "coasty_stop_machine",
    "coasty_provision_machine",
)
NUMBER = "a whole number from 1 up to 200. For example, limit=50."
CORRECT = "Correct that and call again. (VALIDATION_ERROR)"


@pytest.mark.parametrize(
    ("tool", "arguments", "sentence"),
    [
        (LIST, {"limit": "many"}, f"limit must be {NUMBER}"),
        (LIST, {"limit": 0}, f"limit must be {NUMBER}"),
        (LIST, {"limt": 5}, "There is no argument limt. Did you mean limit?"),
        (STOP, {"everything": 1}, "There is no argument everything. There are: machine_id, wait."),
        (GET, {}, "machine_id is missing: Its id or unique name."),
        (
            "coasty_get_schedule",
            {"schedule_id": "a b"},
            "schedule_id must be an id of letters, digits, _ and -, from coasty_list_schedules. "
            'For example, schedule_id="abc_123".',
        ),
        (PROVISION, {"name": "b"}, "There is no argument name. Did you mean display_name?"),
        (
            "coasty_execute_machine_action",
            {"machine_id": "mch_1", "command": "browser_open", "url": "https://example.com"},
            'There is no argument url. Put it into parameters, as {"url": ...}.',
        ),
        (
            "coasty_run_terminal_command",
            {"machine_id": "mch_1", "command": "make", "timeout_ms": 600_000},
            "timeout_ms must be a whole number from 1000 up to 120000; what takes longer goes into "
            "the background (COMMAND > out.txt 2>&1 &), and tail out.txt shows how far it is. "
            "For example, timeout_ms=30000.",
        ),
        (
            PROVISION,
            {"display_name": "b", "os_type": "mac"},
            "os_type must be one of linux, windows.",
        ),
        (
            PROVISION,
            {"display_name": "b", "idempotency_key": "a b"},
            "idempotency_key must be up to 128 letters, digits, _, - and :. "
            'For example, idempotency_key="order-42".',
        ),
        (
            PROVISION,
            {"display_name": "b", "ttl_minutes": 1, "cpu_cores": 99},
            "cpu_cores must be a whole number from 1 up to 16. For example, cpu_cores=1. "
            "ttl_minutes must be a whole number from 5 up to 10080. For example, ttl_minutes=5.",
        ),
        (
            "coasty_predict",
            {"instruction": "Go", "machine_id": "mch_1", "tools": ["klick"]},
            "Each of tools must be one of click, type_text, key_press, key_combo, scroll, drag, "
            'move, wait. For example, tools=["click"].',
        ),
    ],
)
async def test_wrong_arguments_are_refused_in_plain_sentences(
    era: Era, tool: str, arguments: dict[str, object], sentence: str
) -> None:
    api = Flaky()
    async with seated(era, http=api.client()) as model:
        refused = await model.call_tool(tool, arguments)
    assert text(refused) == f"{sentence} {CORRECT}"
    assert error(refused)["code"] == "VALIDATION_ERROR"
    assert "request_id" not in error(refused)
    assert api.requests == []


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("coasty_list_machine", "Did you mean coasty_list_machines or "),
        ("teleport", "There are: coasty_predict, coasty_ground, "),
    ],
)
async def test_an_unknown_tool_is_answered_with_the_nearest(era: Era, name: str, hint: str) -> None:
    async with seated(era) as model:
        refused = await model.call_tool(name, {})
    assert text(refused).startswith(f"There is no tool {name}. {hint}")
    assert error(refused)["code"] == "UNKNOWN_TOOL"


async def test_advice_says_which_tools_are_not_offered(
    era: Era, world: World, machine: Machine
) -> None:
    world.accounts["test"].area(Machines).begin(machine, "stopping")
    settings = Settings(sandbox=True, read_only=True)
    async with seated(era, world, settings=settings) as model:
        refused = await model.call_tool(LOOK, {"machine_id": machine.id})
    assert "Call coasty_start_machine (not offered here), then try again." in text(refused)


async def test_what_the_api_says_besides_stays_in_the_facts(
    era: Era, world: World, machine: Machine
) -> None:
    world.accounts["test"].area(Machines).begin(machine, "stopping")
    async with seated(era, world) as model:
        refused = await model.call_tool(LOOK, {"machine_id": machine.id})
    facts = error(refused)
    assert text(refused) == (
        f"Machine {machine.id} is stopped, and this needs it running. Call coasty_start_machine, "
        f"then try again. (INVALID_STATE, request {facts['request_id']})"
    )
    assert (facts["current_state"], facts["allowed_from"]) == ("stopped", ["running"])
    assert facts["docs_url"].startswith("https://")
    assert refused.meta is None or REQUEST_ID not in refused.meta


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (refusal(404, "MACHINE_NOT_FOUND"), "MACHINE_NOT_FOUND"),
        (refusal(418, "TEAPOT"), "TEAPOT"),
        (Response(403, html="<h1>Blocked by the proxy, secret</h1>"), "UNEXPECTED_REPLY"),
        (Response(200, html="<h1>Log in to the Wi-Fi</h1>"), "UNEXPECTED_REPLY"),
        (Response(200, json={"surprise": "a reply is shown"}), "UNEXPECTED_REPLY"),
        (RuntimeError("a bug with a secret in it"), "BUG_IN_COASTY_MCP"),
    ],
)
async def test_every_failure_has_a_code_and_fits_the_published_schema(
    era: Era, answer: Response | Exception, code: str
) -> None:
    async with seated(era, http=Flaky(answer).client()) as model:
        schemas = {tool.name: tool.output_schema for tool in (await model.list_tools()).tools}
        failed = await model.call_tool(LIST, {})
    assert error(failed)["code"] == code
    assert "secret" not in f"{failed.content} {failed.structured_content}"
    jsonschema.validate(failed.structured_content, schemas[LIST] or False)


async def test_a_server_without_a_key_lists_its_tools_and_says_how_to_get_one(era: Era) -> None:
    async with Client(build_server(Settings(), TOOLSETS), mode=era) as model:
        assert len((await model.list_tools()).tools) == NUMBER_OF_DEFAULT_TOOLS
        refused = await model.call_tool(LIST, {})
    assert text(refused).startswith("There is no Coasty API key. Set COASTY_API_KEY in the host's")
    assert "--sandbox" in text(refused)
    assert error(refused)["code"] == "NOT_CONFIGURED"


async def test_a_call_is_logged_in_one_line_without_what_it_was_about(
    caplog: pytest.LogCaptureFixture, world: World
) -> None:
    new_machine(world.accounts["test"])
    caplog.set_level(logging.INFO, "coasty_mcp")
    async with seated(world=world) as model:
        listed = await model.call_tool(LIST, {})
        await model.call_tool(GET, {"machine_id": "mch_private"})
    first, second = [record.getMessage() for record in caplog.records]
    assert first.startswith("coasty_list_machines ok in ")
    assert (listed.meta or {})[REQUEST_ID] in first
    assert second.startswith("coasty_get_machine MACHINE_NOT_FOUND in ")
    assert "mch_private" not in caplog.text


class Sure(BaseModel):
    sure: bool


class Outcome(Reply):
    deleted: bool


TESTING = Toolset("testing", "Only here.")


def ask(thing: str) -> Elicit[Sure]:
    return Elicit(f"Delete {thing}?", Sure)


@TESTING.tool("Delete a thing", DESTROYS)
async def delete_thing(thing: str, answer: Annotated[Sure, Resolve(ask)]) -> TextResult[Outcome]:
    """Delete a thing, if the person is sure."""
    return text_result(Outcome(deleted=answer.sure), f"{thing}: {answer.sure}")


@TESTING.tool("Point elsewhere", READS)
async def point_elsewhere() -> TextResult[Outcome]:
    """Recommend a tool that may not be there."""
    return text_result(Outcome(deleted=False), "Look.", next_call="delete_thing(thing=1)")


def asking_server(*offered: str) -> CoastyServer:
    names = frozenset(offered)
    tools = [publish(tool, names) for tool in TESTING.tools]

    @asynccontextmanager
    async def lifespan(_: MCPServer[AppContext]) -> AsyncGenerator[AppContext]:
        settings = Settings(sandbox=True)
        yield AppContext(HttpConnection(settings, Flaky().client()), settings)

    return CoastyServer("testing", tools=tools, lifespan=lifespan)


@pytest.mark.parametrize("sure", [True, False])
async def test_a_question_to_the_person_gets_through_and_its_answer_back(
    era: Era, sure: bool
) -> None:
    asked: list[str] = []

    async def person(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
        asked.append(params.message)
        return ElicitResult(action="accept", content={"sure": sure})

    async with Client(asking_server(), mode=era, elicitation_callback=person) as model:
        done = await model.call_tool("delete_thing", {"thing": "it"})
    assert asked == ["Delete it?"]
    assert structured(done) == {"deleted": sure, "mode": "sandbox"}


async def test_what_comes_next_is_only_said_of_tools_that_are_offered(era: Era) -> None:
    for offered, expected in [((), None), (("delete_thing",), "delete_thing(thing=1)")]:
        async with Client(asking_server(*offered), mode=era) as model:
            done = await model.call_tool("point_elsewhere", {})
        assert structured(done).get("next") == expected
        assert text(done) == ("Look." if not expected else f"Look.\nNext: {expected}")
