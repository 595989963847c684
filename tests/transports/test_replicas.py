"""Any of several servers behind a balancer can answer any request."""

import re
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import cycle
from pathlib import Path
from typing import Annotated, Any, cast

import pytest
from httpx2 import URL, AsyncBaseTransport, AsyncClient, AsyncHTTPTransport, Request, Response
from mcp import Client, MCPError
from mcp.client import ClientRequestContext
from mcp.client.streamable_http import streamable_http_client
from mcp.server.mcpserver import Elicit, Resolve
from mcp.types import CallToolResult, ElicitRequestParams, ElicitResult, InputRequiredResult
from pydantic import BaseModel, SecretStr

from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.sandbox.world.machines import Machine, Machines
from coasty_mcp.server import answers
from coasty_mcp.server.build import build_server
from coasty_mcp.settings import Settings, variable
from coasty_mcp.tools.catalog import TOOLSETS
from coasty_mcp.transports.http import build_web_app
from support.http_callers import ALICE, BOB, CAROL, PLAIN, REMOTE, calling, listening, served
from support.mcp_client import Era, bodies, recorded, structured, text

ROOT = Path(__file__).parents[2]
LOOK, ACT = "coasty_take_machine_screenshot", "coasty_execute_machine_action"
SHARED, OTHER = "a" * 32, "b" * 32


@asynccontextmanager
async def replicas(http: AsyncClient, era: Era) -> AsyncGenerator[tuple[Client, Client]]:
    """The same caller in front of two servers."""
    async with AsyncExitStack() as stack:
        first, second = [
            await stack.enter_async_context(
                calling(await stack.enter_async_context(served(http=http)), ALICE, era)
            )
            for _ in range(2)
        ]
        yield first, second


class InTurn(AsyncBaseTransport):
    """A balancer that hands each request to the next of several servers."""

    def __init__(self, addresses: list[str]) -> None:
        self._servers, self._ways = cycle(map(URL, addresses)), AsyncHTTPTransport(verify=PLAIN)

    async def handle_async_request(self, request: Request) -> Response:
        server = next(self._servers)
        request.url = request.url.copy_with(host=server.host, port=server.port)
        return await self._ways.handle_async_request(request)

    async def aclose(self) -> None:
        await self._ways.aclose()


async def test_each_request_of_a_caller_may_go_to_another(era: Era, http: AsyncClient) -> None:
    key = {"Authorization": f"Bearer {ALICE}"}
    async with served(http=http) as first, served(http=http) as second:
        balancer = InTurn([first, second])
        async with AsyncClient(transport=balancer, headers=key, timeout=30) as balanced:
            way = streamable_http_client(f"{first}/mcp", http_client=balanced)
            async with Client(way, mode=era) as host:
                for _ in range(3):
                    structured(await host.call_tool("coasty_list_machines", {}))


async def test_a_screenshot_of_one_says_another_where_to_click(
    era: Era, http: AsyncClient, machine: Machine
) -> None:
    sent = recorded(http)
    async with replicas(http, era) as (first, second):
        seen = await first.call_tool(LOOK, {"machine_id": machine.id, "max_width": 640})
        shot = text(seen).split()[0]
        point = {"x": 100, "y": 50}
        click = {"machine_id": machine.id, "command": "click", "parameters": point}
        structured(await second.call_tool(ACT, {**click, "screenshot_id": shot}))
    [clicked] = bodies(sent, f"machines/{machine.id}/actions")
    assert clicked["parameters"] == {"x": 301, "y": 151}  # 3 machine pixels to 1, its middle


async def test_where_the_picture_is_not_at_hand_the_way_on_is_said(
    era: Era, http: AsyncClient, machine: Machine
) -> None:
    async with replicas(http, era) as (first, second):
        seen = await first.call_tool(LOOK, {"machine_id": machine.id})
        goal = {"instruction": "Log in", "screenshot_id": text(seen).split()[0]}
        refused = await second.call_tool("coasty_predict", goal)
        assert refused.is_error
        assert "pass machine_id" in text(refused)


class Sure(BaseModel):
    sure: bool


def ask(thing: str) -> Elicit[Sure]:
    return Elicit(f"Delete {thing}?", Sure)


async def delete(thing: str, answer: Annotated[Sure, Resolve(ask)]) -> str:
    return f"{thing}: {answer.sure}"


async def person(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
    return ElicitResult(action="accept", content={"sure": True})


@asynccontextmanager
async def asking(secret: str, key: str) -> AsyncGenerator[Client]:
    """A caller of a server that asks the person."""
    settings = REMOTE.model_copy(update={"request_state_key": SecretStr(secret)})
    server = build_server(settings, TOOLSETS, sandbox_client())
    server.add_tool(delete)
    async with (
        listening(build_web_app(server, settings)) as address,
        calling(address, key, person=person) as host,
    ):
        yield host


async def answered(asker: Client, decider: Client) -> CallToolResult | InputRequiredResult:
    """The question comes from one server, and the answer goes to another."""
    call = "delete", {"thing": "it"}
    question = await asker.session.call_tool(*call, allow_input_required=True)
    assert isinstance(question, InputRequiredResult)
    yes = ElicitResult(action="accept", content={"sure": True})
    return await decider.session.call_tool(
        *call,
        input_responses=dict.fromkeys(question.input_requests or {}, yes),
        request_state=question.request_state,
        allow_input_required=True,
    )


@pytest.mark.parametrize("secret", [SHARED, f"{SHARED},{OTHER}", f"{OTHER},{SHARED}"])
async def test_the_answer_to_a_question_of_one_may_go_to_another(secret: str) -> None:
    async with asking(SHARED, ALICE) as first, asking(secret, ALICE) as second:
        done = await answered(first, second)
    assert isinstance(done, CallToolResult)
    assert text(done) == "it: True"


@pytest.mark.parametrize(("secret", "key"), [(OTHER, ALICE), (SHARED, CAROL)])
async def test_but_only_with_the_same_secret_and_of_the_same_caller(secret: str, key: str) -> None:
    async with asking(SHARED, ALICE) as first, asking(secret, key) as second:
        with pytest.raises(MCPError, match="Invalid or expired requestState"):
            await answered(first, second)


async def test_an_answer_that_two_replicas_take_makes_one_machine(world: World) -> None:
    """Neither can know that the other has used it, so both send the same idempotency key."""
    settings = REMOTE.model_copy(update={"request_state_key": SecretStr(SHARED), "sandbox": False})
    call = "coasty_provision_machine", {"display_name": "desk"}
    async with AsyncExitStack() as stack:
        first, second = [
            await stack.enter_async_context(
                calling(
                    await stack.enter_async_context(served(settings, sandbox_client(world))),
                    BOB,
                    person=person,
                )
            )
            for _ in range(2)
        ]
        question = await first.session.call_tool(*call, allow_input_required=True)
        assert isinstance(question, InputRequiredResult)
        yes = ElicitResult(action="accept", content={"agree": True})
        answer: dict[str, Any] = {
            "input_responses": dict.fromkeys(question.input_requests or {}, yes),
            "request_state": question.request_state,
            "allow_input_required": True,
        }
        made = cast("object", await first.session.call_tool(*call, **answer))
        answers._used.clear()  # pyright: ignore[reportPrivateUsage] - of another process
        again = cast("object", await second.session.call_tool(*call, **answer))
    assert isinstance(made, CallToolResult)
    assert isinstance(again, CallToolResult)
    assert structured(made)["machine"] == structured(again)["machine"]
    assert len(world.accounts["live"].area(Machines).newest_first()) == 1


@pytest.mark.parametrize(
    "file", ["docs/deployment.md", "deploy/compose.yaml", "deploy/kubernetes.yaml"]
)
def test_what_is_written_of_deployment_names_settings_that_there_are(file: str) -> None:
    named = re.findall(r"COASTY_[A-Z_]+", (ROOT / file).read_text())
    assert "COASTY_REQUEST_STATE_KEY" in named
    assert {*named} <= {variable(name) for name in Settings.model_fields}
