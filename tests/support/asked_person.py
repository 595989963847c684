"""A person in front of a host that can ask: what they read, and how they answer."""

from typing import Any

from mcp import Client
from mcp.client import ClientRequestContext
from mcp.types import (
    ElicitRequestParams,
    ElicitResult,
)
from pydantic import SecretStr

from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.server.build import build_server
from coasty_mcp.settings import Settings
from coasty_mcp.tools.catalog import TOOLSETS
from support.mcp_client import LIVE_KEY, Era

LIVE = Settings(api_key=SecretStr(LIVE_KEY), confirm="auto")
YES = ElicitResult(action="accept", content={"agree": True})


class Person:
    """Answers every question the same, and remembers it."""

    def __init__(self, answer: ElicitResult = YES) -> None:
        self.answer = answer
        self.asked: list[str] = []

    async def __call__(
        self, context: ClientRequestContext, params: ElicitRequestParams
    ) -> ElicitResult:
        self.asked.append(params.message)
        return self.answer


def host(world: World, settings: Settings, era: Era, person: Any = None) -> Client:
    server = build_server(settings, TOOLSETS, sandbox_client(world, LIVE_KEY))
    return Client(server, mode=era, elicitation_callback=person)
