"""Asks the person on the page of the live view, where the host leads them to an address."""

from mcp.server.mcpserver import Context
from mcp.types import ElicitRequest, ElicitRequestURLParams, ElicitResult, InputRequiredResult

from ..api.errors import ConsentRefused
from .context import AppContext, OpenView, Sleep
from .questions import Question, Questions

PATIENCE = 45.0
"""Seconds for the person to answer once the page is open: hosts give up a call at 60."""
BETWEEN_LOOKS = 0.25
KEY = "page"
NO = "The person did not agree to this."


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
    came_back = (context.input_responses or {}).get(KEY)
    if isinstance(came_back, ElicitResult) and came_back.action != "accept":
        questions.drop(text)
        raise ConsentRefused(NO)
    if question and came_back and not await _is_answered(question, app.sleep):
        questions.drop(text)
        raise ConsentRefused(f"The person did not answer within {PATIENCE:g} s.")
    if not question or question.agreed is None:
        questions.ask(text)
        return _way_to(await open_view(app, machine_id), text)
    if not questions.use(question):
        raise ConsentRefused(NO)
    return None


async def _is_answered(question: Question, sleep: Sleep) -> bool:
    waited = 0.0
    while question.agreed is None and waited < PATIENCE:
        await sleep(BETWEEN_LOOKS)
        waited += BETWEEN_LOOKS
    return question.agreed is not None


def _way_to(address: str, text: str) -> InputRequiredResult:
    title = text.partition("\n")[0]
    params = ElicitRequestURLParams(
        message=f"{title} Approve or decline it on the page.", url=address
    )
    return InputRequiredResult(input_requests={KEY: ElicitRequest(params=params)})
