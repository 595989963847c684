"""A prediction, told: shared by the tools that predict."""

from typing import Any

from ..api.wire import predict as wire
from ..api.wire.base import Reply
from ..api.wire.sessions import SessionPrediction
from ..screens import Picture, scale_parameters
from ..server.results import call_text
from .actions import coasty_execute_machine_action
from .screenshots import Source


class Prediction(Reply):
    """What the tools that predict answer."""

    status: str
    actions: list[wire.Action]
    reasoning: str | None = None
    raw_code: list[str] | None = None
    """Where it was asked for: pyautogui."""
    step: int | None = None
    """Of a session, from 1."""
    screenshot_id: str
    """The picture that the coordinates are on."""


def to_prediction(
    reply: wire.PredictReply | SessionPrediction, sent: Picture, source: Source
) -> Prediction:
    """The reply in the pixels of the picture that was named, not of what was sent."""
    answer = Prediction(
        status=reply.status,
        actions=[on_source_picture(action, sent, source) for action in reply.actions],
        reasoning=reply.reasoning,
        raw_code=reply.raw_code,
        step=reply.step if isinstance(reply, SessionPrediction) else None,
        screenshot_id=str(source.handle),
    )
    answer.attach(reply.receipt)
    return answer


def on_source_picture(action: wire.Action, sent: Picture, source: Source) -> wire.Action:
    params = scale_parameters(action.params, sent.size, source.handle.shown)
    return action.model_copy(update={"params": params})


def prediction_lines(answer: Prediction, source: Source) -> list[str]:
    count = len(answer.actions)
    told = [f"{answer.status} · {count} action{'s' if count != 1 else ''}"]
    told += action_lines(answer.actions)
    if answer.reasoning:
        told.append(f"Reasoning: {answer.reasoning}")
    told += answer.raw_code or []
    if answer.status == "continue":
        told.append(f"Coordinates are pixels of {answer.screenshot_id}: pass it along with them.")
        if not source.machine_id:
            told.append("Carry them out in order on that screen, then look again.")
    return told


def action_lines(actions: list[wire.Action]) -> list[str]:
    return [
        " ".join([f"{number} {action.action_type}", *_parameters(action.params)])
        for number, action in enumerate(actions, 1)
    ]


def next_action_call(answer: Prediction, source: Source) -> str:
    """The call that carries out the first action."""
    if answer.status != "continue" or not answer.actions:
        return ""
    first = answer.actions[0]
    return action_call(first.action_type, first.params, source)


def action_call(command: str, params: dict[str, Any], source: Source) -> str:
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
