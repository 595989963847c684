"""What every operation of the client sends, and which fields it reads or fills in."""

import json
from pathlib import Path
from typing import Any, cast

import pytest
from httpx2 import Request

from coasty_mcp.api.client import Coasty, Transport
from coasty_mcp.api.wire.base import Reply
from support.client_calls import CALLS
from support.generated_files import is_current
from support.mcp_client import Clock
from support.thin_upstream import ThinUpstream

KNOWN = Path(__file__).parents[1] / "snapshots" / "client_requests.json"


async def test_every_operation_sends_and_reads_what_it_is_known_to(
    request: pytest.FixtureRequest,
) -> None:
    told: dict[str, Any] = {}
    for name, call in CALLS.items():
        upstream = ThinUpstream()
        reply = await call(Coasty(Transport(upstream.client(), sleep=Clock().sleep)))
        read: Any = shape(reply.model_dump(exclude_none=True)) if isinstance(reply, Reply) else {}
        told[name] = {"sends": [written(each) for each in upstream.requests], "reads": read}
    fresh = json.dumps(told, indent=1, sort_keys=True) + "\n"
    assert is_current(KNOWN, fresh, request.config), "accept it with --accept-snapshots"


def written(request: Request) -> str:
    """Return a request as a line; keys against repetition are made up, and only counted."""
    key = " with a key" if "Idempotency-Key" in request.headers else ""
    target = request.url.raw_path.decode()
    after = f" after {last}" if (last := request.headers.get("Last-Event-ID")) else ""
    return f"{request.method} {target}{after}{key} {request.content.decode()}".rstrip()


def shape(value: Any) -> Any:
    """Return a JSON value with the kinds of its values, which may be of this moment."""
    match value:
        case dict():
            return {key: shape(each) for key, each in cast("dict[str, Any]", value).items()}
        case list():
            return [shape(each) for each in cast("list[Any]", value)[:1]]
        case _:
            return type(value).__name__
