"""The person's word, asked for through the host before what cannot be undone is done."""

import json
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Any

import anyio
from mcp import MCPError
from mcp.server.elicitation import AcceptedElicitation
from mcp.server.mcpserver import Context, Elicit
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.resolve import Resolve, build_resolver_plans, resolve_arguments
from mcp.server.mcpserver.tools import Tool
from mcp.types import ClientCapabilities, InputRequiredResult
from pydantic import BaseModel, Field

from ..api.errors import ConsentRefused
from .context import AppContext

PATIENCE = 60
"""Seconds for the person to answer."""
LONGEST = 200
"""Characters of an argument that are shown."""


class Agreed(BaseModel):
    agree: bool = Field(description="Do it.")


async def consent(
    tool: Tool, asks: bool, arguments: dict[str, Any], context: Context[AppContext]
) -> InputRequiredResult | None:
    """None to go on, or the question on its way to the person; ConsentRefused for anything else.

    `asks`: even where the user did not demand it. The answer holds for these arguments alone:
    others would be another question.
    """
    settings = context.request_context.lifespan_context.settings
    destroys = tool.annotations and tool.annotations.destructive_hint
    if settings.mode != "live" or settings.confirm == "never" or not destroys:
        return None
    can_ask = _can_ask(context.client_capabilities)
    if settings.confirm == "auto" and not (asks and can_ask):  # the host has the hints
        return None
    if not can_ask:
        raise ConsentRefused("The person must be asked first, and this host cannot ask them.")
    asker = Resolve(_asker(question(tool, arguments)))
    wanted = {"consent": (asker, True)}
    try:
        with anyio.fail_after(PATIENCE):
            outcome = await resolve_arguments(
                wanted, build_resolver_plans(wanted, set()), {}, context
            )
    except TimeoutError as error:
        raise ConsentRefused(f"The person did not answer within {PATIENCE} s.") from error
    except (MCPError, ToolError) as error:
        raise ConsentRefused("The host did not bring back an answer of the person.") from error
    if isinstance(outcome, InputRequiredResult):
        return outcome
    match outcome["consent"]:
        case AcceptedElicitation(data=Agreed(agree=True)):
            return None
        case _:
            raise ConsentRefused("The person did not agree to this.")


def question(tool: Tool, arguments: dict[str, Any]) -> str:
    """The same for the same arguments, and another for others."""
    shown = [f"{name}: {_excerpt(value)}" for name, value in sorted(arguments.items())]
    what = tool.description.partition("\n")[0]
    return "\n".join([f"{tool.title} ({tool.name}) on your live Coasty key?", what, *shown])


def _can_ask(host: ClientCapabilities | None) -> bool:
    """An empty declaration is one from before there were modes, and means forms."""
    if not (host and host.elicitation):
        return False
    return host.elicitation.form is not None or host.elicitation.url is None


def _asker(text: str) -> Callable[[], Awaitable[Elicit[Agreed]]]:
    async def ask() -> Elicit[Agreed]:
        return Elicit(text, Agreed)

    return ask


def _excerpt(value: object) -> str:
    """Cut where it is long, with the fingerprint of all of it."""
    text = json.dumps(value, ensure_ascii=False)
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]}… ({len(text)} characters, {sha256(text.encode()).hexdigest()[:16]})"
