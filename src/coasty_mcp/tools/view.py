"""Tools of the toolset `view`: the person watches a machine, and takes over where asked."""

import json
from dataclasses import replace
from typing import Annotated, Any

from mcp.server.apps import client_supports_apps
from mcp.server.mcpserver import Context, Resolve
from pydantic import Field, ValidationError

from ..api.errors import InvalidRequest
from ..api.rules import explain_errors
from ..api.untrusted import quoted
from ..api.wire.base import Receipt, Reply
from ..api.wire.machines import MachineId
from ..server.consequences import page_request
from ..server.context import AppContext, CallWaiter
from ..server.effects import ACTS, READS
from ..server.live_view import URI
from ..server.machine_control import THIS_COMPUTER
from ..server.results import ImageResult, TextResult, call_text, image_result, text_result
from ..view.page_requests import PageRequest, answer, require_own_screen
from .catalog import view

PATIENCE = 40.0
"""Seconds that one call waits for the person: hosts give up at 60."""
BETWEEN_LOOKS = 0.5

Reason = Annotated[
    str, Field(min_length=1, max_length=500, description="What the person is to do, and why.")
]
WatchedMachine = Annotated[
    str, Field(description="A machine id, from coasty_list_machines; else this computer's screen.")
]
PageMessage = Annotated[dict[str, Any], Field(description="What the page asks for.")]
PageKey = Annotated[str, Field(description="What stands in the page alone.")]


class LiveView(Reply):
    """The reply of coasty_open_live_view."""

    machine_id: str
    address: str | None = None


class Asked(Reply):
    """The reply of coasty_ask_person."""

    machine_id: str
    handed_back: bool
    note: str | None = None


async def _app(ctx: Context[AppContext]) -> AppContext:
    return ctx.request_context.lifespan_context


async def _shows_pages(ctx: Context[AppContext]) -> bool:
    return client_supports_apps(ctx)


App = Annotated[AppContext, Resolve(_app)]
ShowsPages = Annotated[bool, Resolve(_shows_pages)]


@view.tool("Show a machine live", READS, page=URI)
async def coasty_open_live_view(
    app: App, shows_pages: ShowsPages, machine_id: WatchedMachine = THIS_COMPUTER
) -> TextResult[LiveView]:
    """Let the user watch a machine live, stop you there, or take over mouse and keyboard.

    In the chat where the host shows pages, else at an address to pass on to the user.
    """
    if machine_id == THIS_COMPUTER:
        require_own_screen(app.settings)
    if shows_pages:
        return text_result(LiveView(machine_id=machine_id), f"{machine_id} is shown in the chat.")
    if not app.open_view:
        raise InvalidRequest("The live view has no address here: this server is not on loopback.")
    # who knows this address is not asked for consent: a model may have tools that open it
    address = await app.open_view(replace(app, questions=None), machine_id)
    shown = LiveView(machine_id=machine_id, address=address)
    return text_result(
        shown, f"Give the user this address, which opens once and only on their computer: {address}"
    )


@view.tool("Ask the person to take over", READS)
async def coasty_ask_person(
    app: App, waiter: CallWaiter, machine_id: MachineId, reason: Reason
) -> TextResult[Asked]:
    """Ask the user to do something on a machine themselves: log in, solve a captcha, decide.

    Waits up to 40 s; they need the page of coasty_open_live_view.
    """
    held, waited = app.control.ask(machine_id, reason), 0.0
    while not held.answered and waited < PATIENCE:
        await waiter.report_progress(waited, PATIENCE, "Waiting for the person.")
        await waiter.sleep(BETWEEN_LOOKS)
        waited += BETWEEN_LOOKS
        held = app.control.of(machine_id)
    if not held.answered:
        doing = "is acting on it" if held.holder == "person" else "has not answered yet"
        again = call_text(coasty_ask_person, machine_id=machine_id, reason=reason)
        waiting = Asked(machine_id=machine_id, handed_back=False)
        return text_result(waiting, f"The person {doing}.", next_call=again)
    note = app.control.answer(machine_id)
    said = f"The person says: {quoted(note)}" if note else "The person handed it back."
    return text_result(Asked(machine_id=machine_id, handed_back=True, note=note or None), said)


@view.tool("Serve the page of the live view", ACTS, asks=page_request, for_page=True)
async def coasty_live_view_page(app: App, message: PageMessage, key: PageKey) -> ImageResult:
    """Answer the page of the live view, which alone calls this."""
    try:
        request = PageRequest.model_validate(message)
    except ValidationError as error:
        raise InvalidRequest(explain_errors(error, PageRequest)) from error
    if request.kind == "consent":
        raise InvalidRequest("Consent is given in the browser, where no model can reach it.")
    facts, picture = await answer(app, request)
    return image_result(Receipt(), [picture] if picture else [], json.dumps(facts))
