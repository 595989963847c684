"""Results of the tools that predict: coordinates scaled back, lines, and the next call."""

from collections.abc import Callable, Mapping
from typing import Any

from ..api.untrusted import named, quoted
from ..api.wire import predict as wire
from ..api.wire.base import Reply
from ..api.wire.sessions import SessionPrediction
from ..screens import Picture, scale_parameters
from ..server.memory import KeptPrediction, Memory
from ..server.results import call_text, counted
from .actions import coasty_execute_machine_action
from .kept_predictions import kept_prediction
from .machine_output import delimited
from .machines import coasty_take_machine_screenshot
from .screenshots import Source

MAX_REASONING = 4000
COMPARE = "Compare the screen with the goal before you believe it."
SAID_BY_MODEL = "actions, reasoning, raw_code"
"""What a model that reads screens said in a prediction."""


class Prediction(Reply):
    """The reply of the tools that predict."""

    status: str
    actions: list[wire.Action]
    reasoning: str | None = None
    raw_code: list[str] | None = None
    """pyautogui code, where include_raw_code asked for it."""
    step: int | None = None
    """The number of the step in a session, from 1."""
    screenshot_id: str
    """The picture that the coordinates are on."""
    prediction_id: str | None = None
    """What coasty_execute_machine_action carries all of it out by."""


def to_prediction(
    reply: wire.PredictReply | SessionPrediction, sent: Picture, source: Source
) -> Prediction:
    """Return the reply with coordinates in pixels of the source's picture.

    The API's coordinates are pixels of `sent`, which may be smaller.
    """
    answer = Prediction(
        status=reply.status,
        actions=[on_source_picture(action, sent, source) for action in reply.actions],
        reasoning=reply.reasoning,
        raw_code=reply.raw_code,
        step=reply.step or None if isinstance(reply, SessionPrediction) else None,
        screenshot_id=str(source.handle),
    )
    answer.attach(reply.receipt)
    return answer


def on_source_picture(action: wire.Action, sent: Picture, source: Source) -> wire.Action:
    """Return the action with its coordinates scaled from `sent` to the source's picture."""
    params = scale_parameters(action.params, sent.size, source.handle.shown)
    return action.model_copy(update={"params": params})


def keep_prediction(
    answer: Prediction,
    predictions: Memory[KeptPrediction],
    source: Source,
    tool: Callable[..., Any],
    arguments: Mapping[str, Any],
) -> None:
    """Keep what can be carried out under an id, and put the id into the answer."""
    if answer.status == "continue" and answer.actions:
        answer.prediction_id = kept_prediction(predictions, source, answer.actions, tool, arguments)


def prediction_lines(answer: Prediction, source: Source) -> list[str]:
    """Return the text of a prediction: status, actions, reasoning, and how to go on."""
    count = len(answer.actions)
    going_on = answer.status == "continue"
    on = f" on {answer.screenshot_id}, in its pixels" if going_on else ""
    lines = [f"{named(answer.status)} · {counted(count, 'action')}{on}"]
    lines += action_lines(answer.actions)
    if answer.reasoning:
        lines.append(f"Reasoning: {quoted(answer.reasoning, MAX_REASONING)}")
    lines += delimited("\n".join(answer.raw_code or []))
    if not going_on:
        return [*lines, COMPARE] if source.machine_id else lines
    if not source.machine_id:
        lines.append("Carry them out in order on that screen, then look again.")
    return lines


def action_lines(actions: list[wire.Action]) -> list[str]:
    """Return a line `1 click x=512 y=340` for each action."""
    return [
        " ".join([f"{number} {named(action.action_type)}", *_parameters(action.params)])
        for number, action in enumerate(actions, 1)
    ]


def call_after(answer: Prediction, source: Source) -> str:
    """Return the call that carries all of it out, or at the end one that looks at the screen."""
    if not source.machine_id:
        return ""
    if answer.status != "continue":
        return call_text(coasty_take_machine_screenshot, machine_id=source.machine_id)
    if not answer.actions:
        return ""
    order: dict[str, Any] = {"prediction_id": answer.prediction_id}
    if not answer.prediction_id:
        actions = [
            {"action_type": each.action_type, "params": each.params} for each in answer.actions
        ]
        order = {"actions": actions, "screenshot_id": str(source.handle)}
    return call_text(
        coasty_execute_machine_action,
        machine_id=source.machine_id,
        **order,
        return_screenshot=True,
    )


def action_call(command: str, params: dict[str, Any], source: Source) -> str:
    """Return the call that carries the command out on the source's machine, or "" without one."""
    if not source.machine_id:
        return ""
    return call_text(
        coasty_execute_machine_action,
        machine_id=source.machine_id,
        command=command,
        parameters=params,
        screenshot_id=str(source.handle),
    )


def _parameters(params: dict[str, Any]) -> list[str]:
    return [f"{name}={value!r}" for name, value in params.items()]
