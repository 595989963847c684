"""Tools that predict actions and find elements on a picture."""

from typing import Annotated

from pydantic import Field

from ..api.errors import InvalidRequest
from ..api.rules import EXAMPLE
from ..api.untrusted import named
from ..api.wire import predict as wire
from ..api.wire.base import IdempotencyKey, MaxCredits, Reply
from ..screens import EXAMPLE_HANDLE, Picture, draw_actions, fit_for_api
from ..server.context import Api, Predictions, Screenshots
from ..server.effects import READS, SPENDS
from ..server.results import ImageResult, TextResult, image_result, text_result
from .action_policies import BlockedActions, BlockedKeys, action_policy
from .catalog import predict
from .prediction_results import (
    SAID_BY_MODEL,
    Prediction,
    action_call,
    action_lines,
    call_after,
    keep_prediction,
    on_source_picture,
    prediction_lines,
    to_prediction,
)
from .presets import Preset, steering
from .screenshots import (
    Source,
    SourceBase64,
    SourceMachine,
    SourcePath,
    SourceScreenshot,
    in_coordinate_space,
    name_picture_for_retry,
    resolve_source,
)

MAX_ACTIONS = 5

Hd = Annotated[bool, Field(description="Full resolution: +1 credit.")]
Preview = Annotated[bool, Field(description="Draw it on the picture.")]
Trajectory = Annotated[
    list[str],
    Field(
        max_length=20,
        description="Earlier screenshot_ids; 2 credits each.",
        json_schema_extra={EXAMPLE: [EXAMPLE_HANDLE]},
    ),
]


class Grounding(Reply):
    """The reply of coasty_ground: a point in pixels of the picture `screenshot_id`."""

    x: int
    y: int
    screenshot_id: str


@predict.tool(
    "Predict the next actions",
    SPENDS,
    always_load=True,
    costs=("a prediction", "surcharges of a prediction"),
)
async def coasty_predict(
    api: Api,
    screenshots: Screenshots,
    predictions: Predictions,
    instruction: wire.Instruction,
    machine_id: SourceMachine | None = None,
    screenshot_id: SourceScreenshot | None = None,
    screenshot_path: SourcePath | None = None,
    screenshot: SourceBase64 | None = None,
    screen_width: wire.ScreenWidth | None = None,
    screen_height: wire.ScreenHeight | None = None,
    trajectory: Trajectory | None = None,
    max_actions: wire.MaxActions = MAX_ACTIONS,
    tools: wire.ActionFilter | None = None,
    blocked_actions: BlockedActions | None = None,
    blocked_keys: BlockedKeys | None = None,
    preset: Preset | None = None,
    instructions: wire.Instructions | None = None,
    system_prompt: wire.SystemPrompt | None = None,
    cua_version: wire.CuaVersion | None = None,
    hd: Hd = False,
    include_reasoning: wire.IncludeReasoning = True,
    include_raw_code: wire.IncludeRawCode = False,
    preview: Preview = False,
    max_credits: MaxCredits | None = None,
    idempotency_key: IdempotencyKey | None = None,
) -> TextResult[Prediction] | ImageResult:
    """Get the next mouse and keyboard actions toward a goal from one picture. 5 credits.

    Carry them out with coasty_execute_machine_action (prediction_id), then call this again, until
    the status is done or fail.
    """
    source = await resolve_source(
        api, screenshots, machine_id, screenshot_id, screenshot_path, screenshot
    )
    source = in_coordinate_space(source, screenshots, screen_width, screen_height)
    sent = await fit_for_api(source.picture, hd=hd)
    earlier = [await fit_for_api(screenshots.get(shot), hd=hd) for shot in trajectory or []]
    request = wire.PredictRequest(
        screenshot=sent.base64,
        screen_width=sent.size.width,
        screen_height=sent.size.height,
        instruction=instruction,
        trajectory=[wire.TrajectoryStep(screenshot=picture.base64) for picture in earlier],
        max_actions=max_actions,
        tools=tools,
        instructions=steering(preset, instructions),
        system_prompt=system_prompt,
        cua_version=cua_version,
        include_reasoning=include_reasoning,
        include_raw_code=include_raw_code and _require_unscaled(sent, source),
        action_policy=action_policy(blocked_actions, blocked_keys),
    )
    with name_picture_for_retry(source):
        reply = await api.predictions.predict(request, idempotency_key, max_credits)
    answer = to_prediction(reply, sent, source)
    again = {
        "instruction": instruction,
        "max_actions": max_actions if max_actions != MAX_ACTIONS else None,
        "tools": tools,
        "blocked_actions": blocked_actions,
        "blocked_keys": blocked_keys,
        "preset": preset,
        "instructions": instructions,
        "system_prompt": system_prompt,
        "cua_version": cua_version,
        "hd": hd,
    }
    keep_prediction(answer, predictions, source, coasty_predict, again)
    lines, next_call = prediction_lines(answer, source), call_after(answer, source)
    if not preview:
        return text_result(answer, *lines, next_call=next_call, untrusted=SAID_BY_MODEL)
    drawn = await draw_actions(sent, reply.actions)
    return image_result(
        reply.receipt, [drawn], *lines, next_call=next_call, untrusted=SAID_BY_MODEL
    )


@predict.tool("Find an element", SPENDS, costs=("finding an element",))
async def coasty_ground(
    api: Api,
    screenshots: Screenshots,
    element: wire.ElementName,
    machine_id: SourceMachine | None = None,
    screenshot_id: SourceScreenshot | None = None,
    screenshot_path: SourcePath | None = None,
    screenshot: SourceBase64 | None = None,
    screen_width: wire.ScreenWidth | None = None,
    screen_height: wire.ScreenHeight | None = None,
    hd: Hd = False,
    preview: Preview = False,
    max_credits: MaxCredits | None = None,
    idempotency_key: IdempotencyKey | None = None,
) -> TextResult[Grounding] | ImageResult:
    """Find where one element is on a picture, as x and y to click. 3 credits.

    Use it when you know what to click but not where; coasty_predict plans whole steps.
    """
    source = await resolve_source(
        api, screenshots, machine_id, screenshot_id, screenshot_path, screenshot
    )
    source = in_coordinate_space(source, screenshots, screen_width, screen_height)
    sent = await fit_for_api(source.picture, hd=hd)
    request = wire.GroundRequest(
        screenshot=sent.base64,
        screen_width=sent.size.width,
        screen_height=sent.size.height,
        element=element,
    )
    with name_picture_for_retry(source):
        reply = await api.predictions.ground(request, idempotency_key, max_credits)
    found = wire.Action(action_type="click", params={"x": reply.x, "y": reply.y})
    point = on_source_picture(found, sent, source).params
    answer = Grounding(**point, screenshot_id=str(source.handle))
    answer.attach(reply.receipt)
    where = f"{named(element)}: x={answer.x} y={answer.y} on {answer.screenshot_id}"
    next_call = action_call("click", point, source)
    if not preview:
        return text_result(answer, where, next_call=next_call)
    drawn = await draw_actions(sent, [found])
    return image_result(reply.receipt, [drawn], where, next_call=next_call)


@predict.tool("Turn code into actions", READS)
async def coasty_parse(api: Api, code: wire.Code) -> TextResult[wire.ParseReply]:
    """Turn pyautogui code into the actions that coasty_execute_machine_action takes. Free."""
    from .skipped_code import skipped_statements  # most servers are never asked

    reply = await api.predictions.parse(wire.ParseRequest(code=code))
    lines = action_lines(reply.actions) or ["There is no action in that code."]
    return text_result(reply, *lines, warnings=skipped_statements(code, reply.actions))


def _require_unscaled(sent: Picture, source: Source) -> bool:
    """Return True where raw code, whose coordinates are not scaled back, fits the picture.

    Raises:
        InvalidRequest: the picture is sent in another size.
    """
    if sent.size != source.handle.shown:
        raise InvalidRequest(
            f"include_raw_code would speak in the pixels of what is sent, {sent.size}, and not in "
            f"{source.handle.shown}: pass hd=true, or use the actions."
        )
    return True
