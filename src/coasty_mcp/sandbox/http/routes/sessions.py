"""Predictions that remember: `/sessions`."""

import json

import anyio.to_thread

from ....api.wire import sessions as wire
from ...world import price_list as prices
from ...world.action_policies import check_policy
from ...world.explanations import add_explanation
from ...world.issued_screenshots import IssuedScreenshots
from ...world.predictions import SINGLE_ACTION, predict_on
from ...world.scaling import scaled_actions
from ...world.sessions import Session, Sessions
from ...world.validation import invalid_request, refuse_repeats
from ..call import Call
from ..charges import charge_lines
from ..dispatch import route
from ..guesses import mark_guess
from ..llm_provider import check_llm
from ..received_screenshots import body_with_screenshots, read_screenshots

MOST_ACTIONS = 5
MOST_ENTRIES, MOST_BYTES = 32, 16_384  # of metadata


async def create(call: Call) -> wire.SessionCreated:
    wanted = call.body(wire.CreateSession)
    refuse_repeats(wanted.tools, "tools")
    _check_metadata(wanted)
    check_llm(call, wanted.llm)
    sessions = _sessions(call)
    sessions.must_have_room()
    usage = charge_lines(call, [prices.Line("base", prices.SESSION)])
    session = sessions.open(wanted)
    session.spent = usage.credits_charged
    info = session.info()
    return wire.SessionCreated(
        session_id=session.id,
        cua_version=info.cua_version,
        screen_size=info.screen_size,
        created_at=info.created_at,
        expires_at=info.expires_at,
        usage=usage,
    )


async def list_open(call: Call) -> wire.SessionList:
    return wire.SessionList(sessions=[session.info() for session in _sessions(call).newest_first()])


async def get(call: Call) -> wire.SessionInfo:
    return _session(call).info()


async def close(call: Call) -> wire.SessionChanged:
    session_id = call.path["session_id"]
    _sessions(call).close(session_id)
    return wire.SessionChanged(status="ok", session_id=session_id)


async def reset(call: Call) -> wire.SessionChanged:
    session = _session(call)
    session.reset(call.now)
    return wire.SessionChanged(status="ok", session_id=session.id)


async def predict(call: Call) -> wire.SessionPrediction:
    session, request = _session(call), body_with_screenshots(call, wire.SessionPredict)
    received = await anyio.to_thread.run_sync(
        read_screenshots, call.account.area(IssuedScreenshots), request.screenshot
    )
    mark_guess(call, received)
    pictures = [*received.sizes, *session.seen]
    bill = prices.predict_lines(session.wanted, pictures, base=prices.SESSION_PREDICT)
    usage = charge_lines(call, bill)
    most = 1 if session.engine == SINGLE_ACTION else MOST_ACTIONS
    prediction = await anyio.to_thread.run_sync(
        predict_on, request.instruction, received.scene, most, session.wanted.tools
    )
    actions = scaled_actions(session.screen, prediction, received.scene)
    policy = session.wanted.action_policy
    check_policy(policy, [(each.action_type, each.params) for each in actions])
    session.remember(received.sizes[0], usage.credits_charged, call.now)
    reply = wire.SessionPrediction(
        session_id=session.id,
        step=session.steps,
        actions=actions,
        status=prediction.status,
        cua_version=session.engine,
        usage=usage,
    )
    add_explanation(reply, request, prediction)
    return reply


def _sessions(call: Call) -> Sessions:
    return call.account.area(Sessions)


def _session(call: Call) -> Session:
    return _sessions(call).get(call.path["session_id"])


def _check_metadata(wanted: wire.CreateSession) -> None:
    metadata = wanted.metadata or {}
    size = len(json.dumps(metadata, ensure_ascii=False).encode(errors="replace"))
    if len(metadata) > MOST_ENTRIES or size > MOST_BYTES:
        message = f"metadata may have {MOST_ENTRIES} entries and {MOST_BYTES} bytes."
        raise invalid_request(message, "body", "metadata", kind="too_long")


SCOPE = "session"
ONE = "/sessions/{session_id}"

routes = (
    route("POST", "/sessions", create, SCOPE, idempotent=True, rate_limited=True),
    route("GET", "/sessions", list_open, SCOPE, rate_limited=True),
    route("GET", ONE, get, SCOPE, rate_limited=True),
    route("DELETE", ONE, close, SCOPE, rate_limited=True),
    route("POST", f"{ONE}/reset", reset, SCOPE, rate_limited=True),
    route(
        "POST", f"{ONE}/predict", predict, SCOPE, idempotent=True, rate_limited=True, streams=True
    ),
)
