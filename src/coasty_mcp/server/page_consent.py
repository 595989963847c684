"""Asks the person on the page of the live view, where the host leads them to an address."""

from secrets import token_urlsafe

import anyio
from mcp import MCPError
from mcp.server.mcpserver import Context
from mcp.types import ElicitRequest, ElicitRequestURLParams, ElicitResult, InputRequiredResult

from ..api.errors import ConsentRefused
from .context import AppContext, OpenView, Sleep
from .questions import Question, Questions

QUESTIONS_AS_RESULTS = "2026-07-28"
"""The first protocol in which a question to the person is a result, and the call comes again."""
PATIENCE = 45.0
"""Seconds for the way to the page and the answer there, together: hosts give up a call at 60."""
BETWEEN_LOOKS = 0.25
KEY = "page"
NO = "The person did not agree to this."
NO_ANSWER = f"The person did not answer within {PATIENCE:g} s."


async def ask_on_page(
    questions: Questions,
    open_view: OpenView,
    text: str,
    machine_id: str,
    context: Context[AppContext],
) -> InputRequiredResult | None:
    """Return None to go on, or the way to the page where the person approves or declines.

    What the host brings back says only that the person went there: their answer comes from the
    page. It holds once, for this text, this caller and two minutes.

    Raises:
        ConsentRefused: for anything but a yes.
    """
    app = context.request_context.lifespan_context
    question = questions.find(text)
    if (context.protocol_version or "") < QUESTIONS_AS_RESULTS:
        if not question or question.agreed is None:
            question = await _answered_meanwhile(questions, open_view, text, machine_id, context)
        if not questions.use(question):
            raise ConsentRefused(NO)
        return None
    came_back = (context.input_responses or {}).get(KEY)
    if isinstance(came_back, ElicitResult) and came_back.action != "accept":
        questions.drop(text)
        raise ConsentRefused(NO)
    if question and came_back and not await _is_answered(question, app.sleep):
        questions.drop(text)
        raise ConsentRefused(NO_ANSWER)
    if not question or question.agreed is None:
        questions.ask(text)
        return _way_to(await open_view(app, machine_id), text)
    if not questions.use(question):
        raise ConsentRefused(NO)
    return None


async def _answered_meanwhile(
    questions: Questions,
    open_view: OpenView,
    text: str,
    machine_id: str,
    context: Context[AppContext],
) -> Question:
    """Return the question with its answer, for which an older host keeps the call open."""
    app = context.request_context.lifespan_context
    question = questions.ask(text)
    address = await open_view(app, machine_id)
    try:
        with anyio.fail_after(PATIENCE):
            led = await context.elicit_url(_invitation(text), address, token_urlsafe(12))
            if led.action == "accept" and await _is_answered(question, app.sleep):
                return question
            refused = ConsentRefused(NO if led.action != "accept" else NO_ANSWER)
    except TimeoutError:
        refused = ConsentRefused(NO_ANSWER)
    except MCPError:
        refused = ConsentRefused("The host did not lead the person to the page.")
    questions.drop(text)
    raise refused


async def _is_answered(question: Question, sleep: Sleep) -> bool:
    waited = 0.0
    while question.agreed is None and waited < PATIENCE:
        await sleep(BETWEEN_LOOKS)
        waited += BETWEEN_LOOKS
    return question.agreed is not None


def _invitation(text: str) -> str:
    return f"{text.splitlines()[0]} Approve or decline it on the page."


def _way_to(address: str, text: str) -> InputRequiredResult:
    params = ElicitRequestURLParams(message=_invitation(text), url=address)
    return InputRequiredResult(input_requests={KEY: ElicitRequest(params=params)})
