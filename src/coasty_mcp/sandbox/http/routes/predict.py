"""Actions from a picture: `/predict`, `/ground`, `/parse`, `/models`."""

from collections.abc import Sequence
from typing import get_args

import anyio.to_thread

from ....api.wire import predict as wire
from ...world import price_list as prices
from ...world.action_policies import check_policy
from ...world.explanations import add_explanation
from ...world.issued_screenshots import IssuedScreenshots
from ...world.predictions import NEWEST, SINGLE_ACTION, ground_on, predict_on
from ...world.scaling import Screen, scaled_actions
from ...world.validation import invalid_request, refuse_repeats
from ..call import Call
from ..charges import charge_lines
from ..dispatch import route
from ..guesses import mark_guess
from ..llm_provider import check_llm
from ..received_screenshots import ReceivedScreenshot, body_with_screenshots, read_screenshots

ACTION_TYPES = list(get_args(wire.ActionTaken.model_fields["action_type"].annotation))
MODELS = [wire.Model(id="sandbox", description="Rules that know the sandbox's own desktops.")]
ENGINES = [
    wire.CuaEngine(id=name, description=text, avg_step_time=pace, features=can, latest=latest)
    for name, text, pace, can, latest in (
        (SINGLE_ACTION, "One action at a time.", "9-10s", ["single_action", "reflection"], False),
        ("v3", "Several actions at a time.", "3.5-4s", ["multi_action"], False),
        ("v4", "Works on its own, and verifies.", "4-6s", ["multi_action", "verifier"], False),
        (NEWEST, "Finds more, and recovers.", "4-6s", ["multi_action", "verifier"], True),
    )
]


async def predict(call: Call) -> wire.PredictReply:
    request = body_with_screenshots(call, wire.PredictRequest)
    refuse_repeats(request.tools, "tools")
    check_llm(call, request.llm)
    received = await _read_screenshots(
        call, request, [step.screenshot for step in request.trajectory]
    )
    mark_guess(call, received)
    usage = charge_lines(call, prices.predict_lines(request, received.sizes))
    screen = _screen(request, received)
    most = 1 if request.cua_version == SINGLE_ACTION else request.max_actions
    prediction = await anyio.to_thread.run_sync(
        predict_on, request.instruction, received.scene, most, request.tools
    )
    actions = scaled_actions(screen, prediction, received.scene)
    check_policy(request.action_policy, [(each.action_type, each.params) for each in actions])
    reply = wire.PredictReply(
        actions=actions,
        status=prediction.status,
        cua_version=request.cua_version or NEWEST,
        screen_width=screen[0],
        screen_height=screen[1],
        usage=usage,
    )
    add_explanation(reply, request, prediction)
    return reply


async def ground(call: Call) -> wire.GroundReply:
    request = body_with_screenshots(call, wire.GroundRequest)
    received = await _read_screenshots(call, request)
    mark_guess(call, received)
    usage = charge_lines(call, prices.ground_lines(received.sizes))
    screen = _screen(request, received)
    x, y = await anyio.to_thread.run_sync(ground_on, request.element, received.scene, screen)
    return wire.GroundReply(x=x, y=y, screen_width=screen[0], screen_height=screen[1], usage=usage)


async def parse(call: Call) -> wire.ParseReply:
    from ...planner import parse_code

    request = call.body(wire.ParseRequest)
    try:
        actions = parse_code(request.code)
    except ValueError as error:
        raise invalid_request(str(error), "body", "code") from error
    done = [(action["action_type"], action["params"]) for action in actions]
    check_policy(request.action_policy, done)
    return wire.ParseReply(actions=[wire.Action.model_validate(action) for action in actions])


async def models(_call: Call) -> wire.ModelsReply:
    return wire.ModelsReply(models=MODELS, cua_versions=ENGINES, action_types=ACTION_TYPES)


async def _read_screenshots(
    call: Call, request: wire.PredictRequest | wire.GroundRequest, earlier: Sequence[str] = ()
) -> ReceivedScreenshot:
    pictures = call.account.area(IssuedScreenshots)
    return await anyio.to_thread.run_sync(read_screenshots, pictures, request.screenshot, earlier)


def _screen(
    request: wire.PredictRequest | wire.GroundRequest, received: ReceivedScreenshot
) -> Screen:
    """Return the size of the screen that coordinates are given in."""
    width, height = received.sizes[0]
    return request.screen_width or width, request.screen_height or height


routes = (
    route("POST", "/predict", predict, "predict", idempotent=True, rate_limited=True, streams=True),
    route("POST", "/ground", ground, "ground", idempotent=True, rate_limited=True),
    route("POST", "/parse", parse, "parse", rate_limited=True),
    route("GET", "/models", models, rate_limited=True),
)
