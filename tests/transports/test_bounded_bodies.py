"""While a long body is looked through, the other threads of the process run."""

import asyncio
from time import process_time

import pytest
from starlette.types import Message, Receive, Scope, Send

from coasty_mcp.transports.bounded_bodies import BoundedBodies

LONGEST_WAIT = 0.05
"""Seconds of computing by which an answer to somebody else may be late."""
CALL = b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":"%s"}}'
BODIES = {
    "a long text": CALL % (b"x" * 13_000_000),
    "a text of brackets": CALL % (b"{" * 13_000_000),
    "an escape for each letter": CALL % (b"\\\\" * 6_500_000),
    "a quote for each letter": CALL % (b'\\"' * 6_500_000),
    "a byte order mark": b"\xef\xbb\xbf" + CALL % ("\u00e9" * 6_000_000).encode(),
    "half a character": CALL % (b"\\ud83d" + b"x" * 12_000_000),
    "a half behind other letters": CALL % ("\u00e9" * 6_000_000 + "\\ud83d").encode(),
    "a list of parameters": CALL.replace(b'{"a":"%s"}', b'["%s"]')
    % ("\u00e9" * 6_000_000).encode(),
    "no JSON": CALL.removesuffix(b"}") % ("\u00e9" * 6_000_000 + "\\ud83d").encode(),
    "a byte that is no character": CALL % ("é" * 6_000_000).encode().join([b"", b"\xff"]),
}


async def looked_through(body: bytes) -> float:
    """Return the longest span that this process computed between two turns of its event loop."""
    spans, done = [0.0], asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        done.set()

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        done.set()

    async def watch() -> None:
        last = process_time()
        while not done.is_set():
            await asyncio.sleep(0)
            spans.append(process_time() - last)
            last += spans[-1]

    watching = asyncio.create_task(watch())
    await BoundedBodies(app, 14_000_000)(
        {"type": "http", "method": "POST", "headers": []}, receive, send
    )
    await watching
    return max(spans)


@pytest.mark.parametrize("name", BODIES)
async def test_others_run_while_a_body_is_looked_through(name: str) -> None:
    assert min([await looked_through(BODIES[name]) for _ in range(3)]) < LONGEST_WAIT
