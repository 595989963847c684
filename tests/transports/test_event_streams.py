"""Answers that end with the server: each is completed once."""

import pytest
from anyio import create_task_group, sleep_forever
from starlette.types import Message, Receive, Scope, Send

from coasty_mcp.transports.event_streams import EventStreams

START: Message = {"type": "http.response.start", "status": 200, "headers": []}
PART: Message = {"type": "http.response.body", "body": b"x", "more_body": True}
END: Message = {"type": "http.response.body"}


@pytest.mark.parametrize("sent", [[START, PART], [START, PART, END], [START, END]])
async def test_an_answer_that_the_server_ends_is_completed_once(sent: list[Message]) -> None:
    received: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        for message in sent:
            await send(message)
        streams.close()
        await sleep_forever()

    async def send(message: Message) -> None:
        received.append(message)

    async def receive() -> Message:
        await sleep_forever()
        raise AssertionError

    streams = EventStreams(app, {"GET"})
    async with create_task_group() as tasks:
        tasks.start_soon(streams, {"type": "http", "method": "GET"}, receive, send)
    assert [each for each in received if each == END] == [END]
    assert received[-1] == END
