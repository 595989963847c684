"""The loop of a model: predict the next actions, carry them out, predict again."""

from time import monotonic
from typing import Any

from .narrator import Narrator
from .tool_client import DemoFailed, ToolClient

GOAL = (
    "Open the browser, go to example.com/contact, fill in Name: Ada Lovelace, "
    'Email: ada@example.com, Topic: Support, Message: "Please call me back.", '
    "tick Subscribe to the newsletter and press Send."
)
MAX_PREDICTIONS = 12

Json = dict[str, Any]


async def reach_goal(machine_id: str, client: ToolClient, narrator: Narrator) -> list[Json]:
    """Predict and act until the goal is reached; return the predictions.

    Raises:
        DemoFailed: A prediction gave up, or `MAX_PREDICTIONS` were not enough.
    """
    predictions = list[Json]()
    while len(predictions) < MAX_PREDICTIONS:
        started = monotonic()
        answer = await client.call("coasty_predict", machine_id=machine_id, instruction=GOAL)
        prediction = answer.content
        predictions.append(prediction)
        if prediction["status"] == "fail":
            raise DemoFailed(f"The prediction gave up. {prediction.get('reasoning')}")
        if prediction["status"] == "done":
            narrator.line(
                f"Prediction {len(predictions)}: done, the goal is reached", answer.seconds
            )
            return predictions
        await client.call(
            "coasty_execute_machine_action",
            machine_id=machine_id,
            prediction_id=prediction["prediction_id"],
        )
        actions = "; ".join(map(describe_action, prediction["actions"]))
        narrator.line(f"Prediction {len(predictions)}: {actions}", monotonic() - started)
    raise DemoFailed(f"{MAX_PREDICTIONS} predictions were not enough to reach the goal.")


def describe_action(action: Json) -> str:
    """Return an action in a few words, such as `click 120,80`."""
    match action:
        case {"action_type": "click", "params": {"x": x, "y": y, **more}}:
            return f"{'double-' if more.get('clicks') == 2 else ''}click {x},{y}"
        case {"action_type": "type_text", "params": {"text": text}}:
            return f'type "{text}"'
        case {"params": {"keys": keys}}:
            return f"press {'+'.join(keys)}"
        case _:
            return action["action_type"]
