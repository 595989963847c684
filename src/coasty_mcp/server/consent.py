"""Asks the person through the host before a call with consequences, on a live key."""

import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import anyio
from mcp import MCPError
from mcp.server.elicitation import AcceptedElicitation
from mcp.server.mcpserver import Context, Elicit
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.resolve import Resolve, build_resolver_plans, resolve_arguments
from mcp.server.mcpserver.tools import Tool
from mcp.types import ClientCapabilities, InputRequiredResult
from pydantic import BaseModel, Field, StrictBool

from ..api.errors import CoastyError, ConsentRefused
from ..api.untrusted import quoted, visible_lines
from ..settings import Settings
from .answers import use_once
from .consequences import Arguments, Consequence
from .context import AppContext, OpenView

if TYPE_CHECKING:
    from .questions import Questions

PATIENCE = 60
"""Seconds for the person to answer, where the host keeps the call open."""
LONGEST_QUESTION = 4_000
"""Characters that a person can be expected to read; what is longer is refused, never cut."""


class Agreement(BaseModel):
    """The person's answer: only a true boolean is a yes."""

    agree: StrictBool = Field(description="Do it.")


async def consent(
    tool: Tool, consequence: Consequence | None, arguments: Arguments, context: Context[AppContext]
) -> InputRequiredResult | None:
    """Return None to go on, or the question on its way to the person.

    An answer holds once, for these arguments and this caller, for two minutes.

    Args:
        tool: the tool that is called.
        consequence: what the decorator of the tool says of calls with such arguments.
        arguments: all arguments, with defaults.
        context: the call.

    Raises:
        ConsentRefused: for anything but a yes.
    """
    app = context.request_context.lifespan_context
    page = _page(context)
    can_ask = bool(page) or _can_ask(context.client_capabilities)
    reason = consequence(arguments, app.settings) if consequence else ""
    if not is_wanted(tool, reason, app.settings, can_ask=can_ask):
        return None
    if not can_ask:
        raise ConsentRefused("The person must be asked first, and this host cannot ask them.")
    text = question(tool, reason, arguments, await _machine_name(app, arguments))
    if len(text) > LONGEST_QUESTION:
        raise ConsentRefused(
            f"The person must be asked first, and {len(text)} characters are more than they can "
            f"be shown ({LONGEST_QUESTION}): do it in smaller calls."
        )
    if page:
        from .page_consent import ask_on_page

        return await ask_on_page(*page, text, str(arguments.get("machine_id") or ""), context)
    return await _ask(text, context)


def is_wanted(tool: Tool, reason: str, settings: Settings, *, can_ask: bool) -> bool:
    """Return whether a call is asked about.

    `auto` asks where there is a reason and the host can ask, as other hosts show the hints;
    `always` asks before everything that does not only read.
    """
    if settings.mode != "live" or settings.confirm == "never":
        return False
    if settings.confirm == "auto":
        return bool(reason) and can_ask
    return bool(reason) or not (tool.annotations and tool.annotations.read_only_hint)


def question(tool: Tool, reason: str, arguments: Arguments, machine: str = "") -> str:
    """Return all that the person has to know: each argument in full, what is hidden visible."""
    shown = [
        f"{name}: {_shown(value)}" for name, value in sorted(arguments.items()) if value is not None
    ]
    name = [f"The machine's name: {quoted(machine)}"] if machine else []
    what = visible_lines(tool.description).partition("\n")[0]
    asked = f"{tool.title} ({tool.name}) on your live Coasty key?"
    return "\n".join([asked, what, *filter(None, [reason]), *name, *shown])


async def _ask(text: str, context: Context[AppContext]) -> InputRequiredResult | None:
    asker = Resolve(_asker(text))
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
        case AcceptedElicitation(data=Agreement(agree=True)):
            use_once()
            return None
        case _:
            raise ConsentRefused("The person did not agree to this.")


async def _machine_name(app: AppContext, arguments: Arguments) -> str:
    """Return the name of the machine that the call is about, if the API tells it."""
    with suppress(CoastyError):
        if isinstance(machine_id := arguments.get("machine_id"), str):
            return (await app.api.machines.get(machine_id)).machine.display_name or ""
    return ""


def _can_ask(host: ClientCapabilities | None) -> bool:
    """Return whether the host shows forms; an empty declaration is older than modes, and does."""
    if not (host and host.elicitation):
        return False
    return host.elicitation.form is not None or host.elicitation.url is None


def _page(context: Context[AppContext]) -> "tuple[Questions, OpenView] | None":
    """Return the questions on the page and what opens it, where the host leads people there."""
    app, host = context.request_context.lifespan_context, context.client_capabilities
    leads = host and host.elicitation and host.elicitation.url is not None
    return (app.questions, app.open_view) if leads and app.questions and app.open_view else None


def _asker(text: str) -> Callable[[], Awaitable[Elicit[Agreement]]]:
    async def ask() -> Elicit[Agreement]:
        return Elicit(text, Agreement)

    return ask


def _shown(value: Any) -> str:
    """Return a value in full, as one line."""
    if isinstance(value, str):
        return quoted(value, most=len(value))
    return quoted(json.dumps(value, ensure_ascii=False), most=LONGEST_QUESTION)[1:-1].replace(
        '\\"', '"'
    )
