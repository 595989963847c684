"""An API whose replies are the sandbox's, recorded once and altered for each call."""

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any, cast

from httpx2 import AsyncBaseTransport, AsyncClient, Request, Response

from coasty_mcp.sandbox import SANDBOX_KEY, World, sandbox_client

Path = tuple[str | int, ...]
Alter = Callable[[Any], Any]


class AlteredReplies(AsyncBaseTransport):
    """Answers from the sandbox the first time, later from memory, each time altered."""

    def __init__(self, world: World) -> None:
        self._sandbox = sandbox_client(world)
        self._recorded: dict[tuple[str, str, int], Response] = {}
        self._asked: dict[tuple[str, str], int] = {}
        self.alter: Alter = lambda body: body
        self.headers: list[tuple[bytes, bytes]] = []
        self.about = "", ""
        """The method and the path of the latest request."""

    def begin(self, alter: Alter) -> None:
        """Start a call anew, whose replies are altered like this."""
        self._asked.clear()
        self.alter = alter

    @property
    def bodies(self) -> list[Any]:
        """The recorded bodies, those of event streams as lists."""
        return [_bodies(reply) for reply in self._recorded.values()]

    async def handle_async_request(self, request: Request) -> Response:
        asked = self.about = request.method, request.url.path
        number = self._asked[asked] = self._asked.get(asked, 0) + 1
        if (*asked, number) not in self._recorded:
            reply = await self._sandbox.send(request)
            await reply.aread()
            self._recorded[*asked, number] = reply
        reply = self._recorded[*asked, number]
        headers = [(b"content-type", reply.headers["content-type"].encode()), *self.headers]
        return Response(reply.status_code, headers=headers, content=self._altered(reply))

    def _altered(self, reply: Response) -> bytes:
        bodies = self.alter(copy.deepcopy(_bodies(reply)))
        if "event-stream" not in reply.headers["content-type"]:
            return json.dumps(bodies).encode()
        changed = iter(bodies)
        lines = [
            f"data: {json.dumps(next(changed))}" if line.startswith("data: {") else line
            for line in reply.text.split("\n")
        ]
        return "\n".join(lines).encode()

    def client(self) -> AsyncClient:
        headers = {"X-API-Key": SANDBOX_KEY}
        return AsyncClient(transport=self, base_url="http://altered/v1", headers=headers)


def _bodies(reply: Response) -> Any:
    if "event-stream" not in reply.headers["content-type"]:
        return json.loads(reply.content or b"{}")
    lines = reply.text.split("\n")
    return [json.loads(line[6:]) for line in lines if line.startswith("data: {")]


def paths_of(value: Any, kind: type | tuple[type, ...], path: Path = ()) -> Iterator[Path]:
    """Yield where values of that kind are in a JSON value."""
    if isinstance(value, kind):
        yield path
    for key, child in _children(value):
        yield from paths_of(child, kind, (*path, key))


def _children(value: Any) -> list[tuple[str | int, Any]]:
    if isinstance(value, dict):
        return list(cast("dict[str | int, Any]", value).items())
    return list(enumerate(cast("list[Any]", value)[:3])) if isinstance(value, list) else []


def changed_at(paths: set[Path], change: Alter) -> Alter:
    """Return a function that changes a JSON value at these places, where it has them."""

    def alter(body: Any) -> Any:
        for path in sorted(paths, key=len, reverse=True):
            try:
                parent = body
                for key in path[:-1]:
                    parent = parent[key]
                parent[path[-1]] = change(parent[path[-1]])
            except (KeyError, IndexError, TypeError):
                continue
        return body

    return alter
