"""Predictions that are carried out by their id, and the call that predicts again after it."""

from collections.abc import Callable, Mapping, Sequence
from secrets import token_hex
from typing import Any

from ..api.client.transport import new_key
from ..api.commands import MOUSE_AND_KEYS
from ..api.errors import InvalidRequest
from ..api.untrusted import named
from ..api.wire.predict import Action
from ..server.memory import KeptPrediction, Memory
from ..server.results import call_text
from .screenshots import Source

PREDICTED = frozenset({*MOUSE_AND_KEYS, *MOUSE_AND_KEYS["type"].aliases})
"""What a prediction may hold to be kept; no file is touched by an id alone."""
MAX_INSTRUCTION = 600
"""Characters of an instruction that a next call repeats; the model knows a longer one."""


def kept_prediction(
    predictions: Memory[KeptPrediction],
    source: Source,
    actions: Sequence[Action],
    tool: Callable[..., Any],
    arguments: Mapping[str, Any],
) -> str | None:
    """Return the id under which a prediction is kept, or None where it cannot be carried out.

    Args:
        arguments: those that a next call of the tool has too; the picture is not among them.
    """
    if not source.machine_id or not {each.action_type for each in actions} <= PREDICTED:
        return None
    prediction_id = f"pred_{token_hex(5)}"
    kept = KeptPrediction(
        source.machine_id,
        str(source.handle),
        [{"action_type": each.action_type, "params": each.params} for each in actions],
        tool,
        {name: value for name, value in arguments.items() if value not in (None, False)},
        new_key(),
    )
    predictions.keep(prediction_id, kept)
    return prediction_id


def prediction_of(
    predictions: Memory[KeptPrediction], prediction_id: str | None, machine_id: str
) -> KeptPrediction | None:
    """Return the prediction, or None without an id.

    Raises:
        InvalidRequest: this server does not know it, or it is of another machine's screen.
    """
    if not prediction_id:
        return None
    kept = predictions.get(prediction_id)
    if not kept:
        raise InvalidRequest(
            f"{named(prediction_id)} is not known here: it is too old, or another server made it. "
            "Pass the prediction's actions and screenshot_id instead."
        )
    if kept.machine_id != machine_id:
        raise InvalidRequest(
            f"{prediction_id} is for the screen of {kept.machine_id}, not of {machine_id}."
        )
    return kept


def predict_again(kept: KeptPrediction, screenshot_id: str | None) -> str:
    """Return the call that predicts what comes after, on that picture or on a new one."""
    picture = {"screenshot_id": screenshot_id} if screenshot_id else {"machine_id": kept.machine_id}
    arguments = dict(kept.arguments)
    if len(arguments["instruction"]) > MAX_INSTRUCTION:
        arguments["instruction"] = "..."
    return call_text(kept.tool, **picture, **arguments)
