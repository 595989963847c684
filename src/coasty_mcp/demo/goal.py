"""The loop that a model goes through: ask what to do next, do it, look again."""

from time import monotonic
from typing import Any

from .host import DemoFailed, Host
from .narrator import Narrator

GOAL = (
    "Open the browser, go to example.com/contact, fill in Name: Ada Lovelace, "
    'Email: ada@example.com, Topic: Support, Message: "Please call me back.", '
    "tick Subscribe to the newsletter and press Send."
)
MOST_PREDICTIONS = 12

Facts = dict[str, Any]


async def reach_goal(machine_id: str, host: Host, say: Narrator) -> list[Facts]:
    """The predictions that it took."""
    predictions = list[Facts]()
    while len(predictions) < MOST_PREDICTIONS:
        started = monotonic()
        answer = await host.call("coasty_predict", machine_id=machine_id, instruction=GOAL)
        prediction = answer.facts
        predictions.append(prediction)
        if prediction["status"] == "fail":
            raise DemoFailed(f"The prediction gave up. {prediction.get('reasoning')}")
        if prediction["status"] == "done":
            say.line(f"Prediction {len(predictions)}: done, the goal is reached", answer.seconds)
            return predictions
        await carry_out(prediction, machine_id, host)
        wanted = "; ".join(map(in_words, prediction["actions"]))
        say.line(f"Prediction {len(predictions)}: {wanted}", monotonic() - started)
    raise DemoFailed(f"{MOST_PREDICTIONS} predictions were not enough to reach the goal.")


async def carry_out(prediction: Facts, machine_id: str, host: Host) -> None:
    for action in prediction["actions"]:
        await host.call(
            "coasty_execute_machine_action",
            machine_id=machine_id,
            command=action["action_type"],
            parameters=action["params"],
            screenshot_id=prediction["screenshot_id"],
        )


def in_words(action: Facts) -> str:
    match action:
        case {"action_type": "click", "params": {"x": x, "y": y, **more}}:
            return f"{'double-' if more.get('clicks') == 2 else ''}click {x},{y}"
        case {"action_type": "type_text", "params": {"text": text}}:
            return f'type "{text}"'
        case {"params": {"keys": keys}}:
            return f"press {'+'.join(keys)}"
        case _:
            return action["action_type"]
