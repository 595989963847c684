"""The reasoning and the code that a prediction was asked for with."""

from typing import TYPE_CHECKING

from ...api.wire import predict as wire
from ...api.wire.sessions import SessionPredict, SessionPrediction
from ..planner.pyautogui_writer import raw_code

if TYPE_CHECKING:  # they bring Pillow along
    from ..planner import Prediction

Asked = wire.PredictRequest | SessionPredict
Answer = wire.PredictReply | SessionPrediction


def add_explanation(reply: Answer, asked: Asked, prediction: "Prediction") -> None:
    """Add the reasoning and the code that were asked for to the reply."""
    if asked.include_reasoning:
        reply.reasoning = prediction.reasoning
    if asked.include_raw_code:
        _add_code(reply)


def _add_code(reply: Answer) -> None:
    """Add pyautogui code to the reply, and to those of its actions that have any."""
    reply.raw_code = []
    for action in reply.actions:
        if line := raw_code(action.action_type, action.params):
            action.raw_code = line
            reply.raw_code.append(line)
