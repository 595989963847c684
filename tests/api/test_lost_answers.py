"""What becomes of a request whose answer is lost, or that nobody waits for any more."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import anyio
import pytest
from httpx2 import AsyncClient, ReadError, Response

from coasty_mcp.sandbox import World
from coasty_mcp.sandbox.world.machines import Machines
from coasty_mcp.server.rendering import REQUEST_ID
from support.drawings import noise_picture
from support.fakes import Flaky, Lossy, refusal
from support.mcp_client import Clock, Era, error, seated, structured, text

PROVISION = ("coasty_provision_machine", {"display_name": "bot", "wait": False})
LOST = [ReadError("The connection broke.")] * 4
PROCESSING = Response(200, json={"status": "processing"})


async def test_a_lost_answer_is_asked_for_again_and_nothing_happens_twice(
    era: Era, clock: Clock, world: World
) -> None:
    network = Lossy(world, lost=1)
    async with seated(era, http=network.client(), sleep=clock.sleep) as model:
        started = await model.call_tool(*PROVISION)
    [machine] = world.accounts["test"].area(Machines).newest_first()
    assert structured(started)["machine"]["id"] == machine.id


async def test_an_answer_that_is_lost_every_time_is_looked_up(
    era: Era, clock: Clock, world: World
) -> None:
    network = Lossy(world, lost=4)
    async with seated(era, http=network.client(), sleep=clock.sleep) as model:
        started = await model.call_tool(*PROVISION)
    [machine] = world.accounts["test"].area(Machines).newest_first()
    assert structured(started)["machine"]["id"] == machine.id
    *posts, lookup = network.sent
    assert [post.method for post in posts] == ["POST"] * 4
    assert (started.meta or {})[REQUEST_ID].startswith("req_")
    assert lookup.url.path == f"/v1/idempotency/{posts[0].headers['Idempotency-Key']}"


@pytest.mark.parametrize(
    "found",
    [
        PROCESSING,
        Response(200, json={"status": "completed"}),
        refusal(404, "NOT_FOUND", retryable=False),
        ReadError("lost too"),
    ],
)
async def test_what_nobody_knows_comes_with_the_key_to_go_on(
    era: Era, clock: Clock, found: Response | Exception
) -> None:
    api = Flaky(*LOST, found)
    async with seated(era, http=api.client(), sleep=clock.sleep) as model:
        failed = await model.call_tool(*PROVISION)
    key = api.requests[0].headers["Idempotency-Key"]
    assert text(failed) == (
        "flaky broke off its answer. It may have been carried out. Call again with "
        f'idempotency_key="{key}" and the same arguments: it then cannot happen twice. '
        "(OUTCOME_UNKNOWN)"
    )
    assert error(failed)["idempotency_key"] == key
    assert error(failed)["retryable"] is error(failed)["retry_with_same_idempotency_key"] is True


async def test_what_was_asked_about_a_picture_is_asked_again_with_that_picture(
    era: Era, clock: Clock
) -> None:
    seen = Response(200, json={"image_b64": noise_picture(640, 480).base64})
    api = Flaky(seen, *LOST, PROCESSING)
    async with seated(era, http=api.client(), sleep=clock.sleep) as model:
        goal = {"machine_id": "mch_1", "instruction": "Click OK"}
        failed = await model.call_tool("coasty_predict", goal)
    picture = error(failed)["screenshot_id"]
    assert picture.startswith("shot_640x480_of_640x480_")
    assert f'screenshot_id="{picture}" for the picture, and the other arguments' in text(failed)


async def test_going_on_with_the_key_leads_to_the_first_result(clock: Clock, world: World) -> None:
    network = Lossy(world, lost=4)
    name, arguments = PROVISION
    async with seated(http=network.client(), sleep=clock.sleep) as model:
        first = await model.call_tool(name, {**arguments, "idempotency_key": "mine"})
        again = await model.call_tool(name, {**arguments, "idempotency_key": "mine"})
    assert structured(first)["machine"]["id"] == structured(again)["machine"]["id"]


@pytest.mark.parametrize(
    ("status", "result", "code"),
    [
        (
            402,
            {"error": {"code": "INSUFFICIENT_CREDITS", "message": "No."}},
            "INSUFFICIENT_CREDITS",
        ),
        (402, "No.", "UNEXPECTED_REPLY"),
        (200, {"machine": {"name": "bot"}}, "UNEXPECTED_REPLY"),
    ],
)
async def test_a_remembered_failure_is_the_failure(
    clock: Clock, status: int, result: object, code: str
) -> None:
    remembered = {"status": "completed", "original_status": status, "result": result}
    api = Flaky(*LOST, Response(200, json=remembered))
    async with seated(http=api.client(), sleep=clock.sleep) as model:
        failed = await model.call_tool(*PROVISION)
    assert (error(failed)["code"], error(failed)["status"]) == (code, status)
    assert ("It was carried out all the same" in text(failed)) is (status == 200)


async def test_a_remembered_success_is_read_as_if_it_came_now(clock: Clock) -> None:
    machine = {"id": "mch_1", "status": "running", "display_name": None}
    remembered = {"status": "completed", "result": {"machine": machine}}
    api = Flaky(*LOST, Response(200, json=remembered))
    async with seated(http=api.client(), sleep=clock.sleep) as model:
        started = await model.call_tool(*PROVISION)
    assert structured(started)["machine"]["id"] == "mch_1"


async def test_after_a_lost_answer_a_refusal_does_not_hide_the_doubt(clock: Clock) -> None:
    """The first attempt may have started a machine, whatever the second one says."""
    api = Flaky(ReadError("lost"), *[refusal(503, "SERVICE_UNAVAILABLE")] * 3, PROCESSING)
    async with seated(http=api.client(), sleep=clock.sleep) as model:
        failed = await model.call_tool(*PROVISION)
    assert error(failed)["code"] == "OUTCOME_UNKNOWN"


async def test_what_was_never_sent_is_not_looked_up(clock: Clock) -> None:
    api = Flaky(*[refusal(503, "SERVICE_UNAVAILABLE")] * 4)
    async with seated(http=api.client(), sleep=clock.sleep) as model:
        failed = await model.call_tool(*PROVISION)
    assert error(failed)["code"] == "SERVICE_UNAVAILABLE"
    assert {request.method for request in api.requests} == {"POST"}


class Silent:
    """An API on a real socket that takes requests and never answers."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.left_alone = asyncio.Event()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.asked.set()
        while await reader.read(1000):
            pass
        self.left_alone.set()
        writer.close()

    @asynccontextmanager
    async def client(self) -> AsyncGenerator[AsyncClient]:
        server = await asyncio.start_server(self, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server, AsyncClient(base_url=f"http://127.0.0.1:{port}/v1") as http:
            yield http


async def test_cancelling_a_tool_call_closes_the_request_to_the_api(era: Era) -> None:
    api = Silent()
    async with api.client() as http, seated(era, http=http) as model:
        with anyio.fail_after(10):
            async with anyio.create_task_group() as calls:
                calls.start_soon(model.call_tool, *PROVISION)
                await api.asked.wait()
                assert not api.left_alone.is_set()
                calls.cancel_scope.cancel()
            await api.left_alone.wait()
