"""Asks the person on the page of the live view, where the host leads them to an address."""

from mcp.server.mcpserver import Context
from mcp.types import (
    ElicitRequest,
    ElicitRequestURLParams,
    ElicitResult,
    InputRequiredResult,
)

from ..api.errors import ConsentRefused
from .context import AppContext, OpenView
from .questions import Question

QUESTIONS_AS_RESULTS = "2026-07-28"
"""The first protocol in which a question to the person is a result, and the call comes again."""
PATIENCE = 45.0
"""Seconds for the person to answer once the page is open: hosts give up a call at 60."""
BETWEEN_LOOKS = 0.25
KEY = "page"
NO = "The person did not agree to this."


def page_for_questions(context: Context[AppContext]) -> OpenView | None:
    """Return what opens the page, where there is one and the host leads the person to it."""
    app, host = context.request_context.lifespan_context, context.client_capabilities
    leads = host and host.elicitation and host.elicitation.url is not None
    modern = (context.protocol_version or "") >= QUESTIONS_AS_RESULTS
    return app.open_view if leads and modern and app.activity else None


async def ask_on_page(
    open_view: OpenView, text: str, machine_id: str, context: Context[AppContext]
) -> InputRequiredResult | None:
    """Return None to go on, or the way to the page where the person approves or declines.

    What the host brings back says only that the person went there: their answer comes from the
    page. It holds once, for this text, this caller and two minutes.

    Raises:
        ConsentRefused: for anything but a yes.
    """
    app = context.request_context.lifespan_context
    question = app.questions.find(text)
    came_back = (context.input_responses or {}).get(KEY)
    if isinstance(came_back, ElicitResult) and came_back.action != "accept":
        app.questions.drop(text)
        raise ConsentRefused(NO)
    if question and came_back:
        await _wait(question, app)
    if not question or question.agreed is None:
        app.questions.ask(text)
        return _way_to(await open_view(app, machine_id), text)
    if not app.questions.use(question):
        raise ConsentRefused(NO)
    return None


async def _wait(question: Question, app: AppContext) -> None:
    waited = 0.0
    while question.agreed is None:
        if waited >= PATIENCE:
            app.questions.drop(question.text)
            raise ConsentRefused(f"The person did not answer within {PATIENCE:g} s.")
        await app.sleep(BETWEEN_LOOKS)
        waited += BETWEEN_LOOKS


def _way_to(address: str, text: str) -> InputRequiredResult:
    title = text.partition("\n")[0]
    params = ElicitRequestURLParams(
        message=f"{title} Approve or decline it on the page.", url=address
    )
    return InputRequiredResult(input_requests={KEY: ElicitRequest(params=params)})
