"""Tools for sessions: predictions that remember what was done before."""

import re

from ..api.errors import InvalidRequest
from ..api.wire import sessions as wire
from ..api.wire.base import IdempotencyKey, MaxCredits
from ..screens import BOX, Picture, Size, draw_actions, fit_for_api
from ..server.context import Api, Predictions, Screenshots
from ..server.effects import DESTROYS, READS, SPENDS
from ..server.results import ImageResult, TextResult, call_text, counted, image_result, text_result
from .action_policies import BlockedActions, BlockedKeys, action_policy, policy_lines
from .catalog import sessions
from .list_results import summary_lines
from .predict import Hd, Preview
from .prediction_results import (
    SAID_BY_MODEL,
    Prediction,
    call_after,
    keep_prediction,
    prediction_lines,
    to_prediction,
)
from .presets import Preset, steering
from .screenshots import (
    SourceBase64,
    SourceMachine,
    SourcePath,
    SourceScreenshot,
    name_picture_for_retry,
    resolve_source,
)

SIZE = re.compile(r"([0-9]{1,5})x([0-9]{1,5})")


@sessions.tool("Create a session", SPENDS, costs=("a new session",))
async def coasty_create_session(
    api: Api,
    screenshots: Screenshots,
    machine_id: SourceMachine | None = None,
    screenshot_id: SourceScreenshot | None = None,
    screenshot_path: SourcePath | None = None,
    screenshot: SourceBase64 | None = None,
    hd: Hd = False,
    max_trajectory_length: wire.MaxTrajectoryLength = 3,
    tools: wire.ActionFilter | None = None,
    blocked_actions: BlockedActions | None = None,
    blocked_keys: BlockedKeys | None = None,
    preset: Preset | None = None,
    instructions: wire.Instructions | None = None,
    system_prompt: wire.SystemPrompt | None = None,
    cua_version: wire.CuaVersion | None = None,
    max_credits: MaxCredits | None = None,
    idempotency_key: IdempotencyKey | None = None,
) -> TextResult[wire.SessionCreated]:
    """Begin a session for pictures of one screen: 10 credits, then 4 a prediction, not 5.

    Then coasty_session_predict, and coasty_close_session at the end.
    """
    source = await resolve_source(
        api, screenshots, machine_id, screenshot_id, screenshot_path, screenshot
    )
    size = (await fit_for_api(source.picture, hd=hd)).size
    request = wire.CreateSession(
        screen_width=size.width,
        screen_height=size.height,
        max_trajectory_length=max_trajectory_length,
        tools=tools,
        instructions=steering(preset, instructions),
        system_prompt=system_prompt,
        cua_version=cua_version,
        action_policy=action_policy(blocked_actions, blocked_keys),
    )
    created = await api.sessions.create(request, idempotency_key, max_credits)
    return text_result(
        created,
        f"Session {created.session_id} for {created.screen_size} pictures.",
        f"Unused, it ends {_end(created.expires_at)}; each use gives it two hours more.",
        *policy_lines(created.action_policy),
        next_call=call_text(
            coasty_session_predict,
            session_id=created.session_id,
            instruction="...",
            machine_id=source.machine_id,
        ),
    )


@sessions.tool(
    "Predict in a session",
    SPENDS,
    costs=("a prediction in a session", "surcharges of a prediction"),
)
async def coasty_session_predict(
    api: Api,
    screenshots: Screenshots,
    predictions: Predictions,
    session_id: wire.SessionId,
    instruction: wire.Instruction,
    machine_id: SourceMachine | None = None,
    screenshot_id: SourceScreenshot | None = None,
    screenshot_path: SourcePath | None = None,
    screenshot: SourceBase64 | None = None,
    include_reasoning: wire.IncludeReasoning = True,
    preview: Preview = False,
    max_credits: MaxCredits | None = None,
    idempotency_key: IdempotencyKey | None = None,
) -> TextResult[Prediction] | ImageResult:
    """Get the next actions from a new picture and what the session remembers. 4 credits.

    Like coasty_predict: carry them out, and call again until the status is done or fail.
    """
    size = _parse_size((await api.sessions.get(session_id)).screen_size)
    source = await resolve_source(
        api, screenshots, machine_id, screenshot_id, screenshot_path, screenshot
    )
    sent = await _fitted_to_session(source.picture, size)
    request = wire.SessionPredict(
        screenshot=sent.base64,
        instruction=instruction,
        include_reasoning=include_reasoning,
        include_raw_code=False,
    )
    with name_picture_for_retry(source):
        reply = await api.sessions.predict(session_id, request, idempotency_key, max_credits)
    answer = to_prediction(reply, sent, source)
    again = {"session_id": session_id, "instruction": instruction}
    keep_prediction(answer, predictions, source, coasty_session_predict, again)
    lines, next_call = prediction_lines(answer, source), call_after(answer, source)
    if not preview:
        return text_result(answer, *lines, next_call=next_call, untrusted=SAID_BY_MODEL)
    return image_result(
        reply.receipt,
        [await draw_actions(sent, reply.actions)],
        *lines,
        next_call=next_call,
        untrusted=SAID_BY_MODEL,
    )


@sessions.tool("Reset a session", DESTROYS)
async def coasty_reset_session(
    api: Api, session_id: wire.SessionId
) -> TextResult[wire.SessionChanged]:
    """Make a session forget its steps, for a new task on the same screen. Free."""
    return text_result(await api.sessions.reset(session_id), f"Session {session_id} begins again.")


@sessions.tool("Close a session", DESTROYS)
async def coasty_close_session(
    api: Api, session_id: wire.SessionId
) -> TextResult[wire.SessionChanged]:
    """End a session that is not needed any more. Free."""
    return text_result(await api.sessions.close(session_id), f"Session {session_id} is closed.")


@sessions.tool("List sessions", READS)
async def coasty_list_sessions(api: Api) -> TextResult[wire.SessionList]:
    """List the open sessions, with their steps and what they cost so far."""
    listed = await api.sessions.list()
    return text_result(listed, *summary_lines(listed.sessions, _summary, "There are no sessions."))


def _summary(session: wire.SessionInfo) -> str:
    spent = (
        f"{counted(session.step_count, 'step')}, {counted(session.total_credits_used, 'credit')}"
    )
    facts = (session.screen_size, spent, session.expires_at and f"until {session.expires_at}")
    return f"{session.session_id}: {', '.join(filter(None, facts))}"


def _end(expires_at: str) -> str:
    return f"at {expires_at}" if expires_at else "after two hours"


def _parse_size(text: str) -> Size | None:
    """Return the size of a session's pictures; None where the API does not say it."""
    found = SIZE.fullmatch(text)
    return Size(int(found[1]), int(found[2])) if found else None


async def _fitted_to_session(picture: Picture, size: Size | None) -> Picture:
    """Return the picture fitted to the one size that its session takes, where that is known.

    Raises:
        InvalidRequest: it has another shape.
    """
    sent = await fit_for_api(picture, hd=size is not None and not size.fits(BOX))
    if size and sent.size != size:
        raise InvalidRequest(
            f"This session is for pictures of {size}, and this one would be {sent.size}: "
            "begin another with coasty_create_session."
        )
    return sent
