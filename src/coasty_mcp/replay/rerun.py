"""A recording done once more on another machine, as long as the screens look alike."""

from collections.abc import Callable, Iterator
from typing import Any

from mcp import Client
from mcp.types import ImageContent, TextContent

from ..api.redaction import HIDDEN
from ..api.secrets import PLACEHOLDER
from ..api.untrusted import quoted
from ..recording.privacy import LEFT_OUT
from ..screens import Picture
from ..screens.likeness import difference
from ..server.build import build_server
from ..server.effects import ACTS
from ..settings import Settings
from ..tools.catalog import TOOLSETS
from .recordings import Recording, ReplayStopped

LOOKING = "coasty_take_machine_screenshot"
TOLERANCE = 0.05
"""The part of a screen that may differ: a pointer, a cursor, a clock; not another page."""


async def rerun(
    settings: Settings, recording: Recording, machine_id: str, say: Callable[[str], None]
) -> None:
    """Carry out the steps that acted on the recorded machine; say a line for each.

    Raises:
        ReplayStopped: a step fails, has been left out of the record, or the screens differ.
    """
    everything = settings.model_copy(update={"toolsets": ("all",), "record_dir": None})
    problem = None
    async with Client(build_server(everything, TOOLSETS)) as client:
        try:
            await follow(client, recording, machine_id, say)
        except ReplayStopped as stop:  # raised inside, task groups would wrap it
            problem = stop
    if problem:
        raise problem


async def follow(
    client: Client, recording: Recording, machine_id: str, say: Callable[[str], None]
) -> None:
    """Carry out the steps through a client that offers all tools.

    Raises:
        ReplayStopped: as `rerun` does.
    """
    if not (steps := [*_repeatable(recording)]):
        raise ReplayStopped("Nothing in that recording acted on a machine.")
    for step in steps:
        say(await _repeat(client, recording, step, machine_id))


async def _repeat(
    client: Client, recording: Recording, step: dict[str, Any], machine_id: str
) -> str:
    [call] = step["tool_calls"]
    where = f"Step {step['step_id']} ({call['function_name']})"
    arguments = _arguments(call["arguments"], step, machine_id, where)
    result = await client.call_tool(call["function_name"], arguments)
    if result.is_error:
        said = " ".join(each.text for each in result.content if isinstance(each, TextContent))
        raise ReplayStopped(f"{where} failed: {quoted(said)}")
    images = [each for each in result.content if isinstance(each, ImageContent)]
    if before := recording.picture(step):
        if not images:
            raise ReplayStopped(f"{where}: there is no picture to compare with the recording's.")
        await _compare(before, Picture.from_base64(images[-1].data), where)
    return f"{where} done."


async def _compare(before: Picture, now: Picture, where: str) -> None:
    part = await difference(before, now)
    if part > TOLERANCE:
        raise ReplayStopped(f"{where}: {part:.0%} of the screen differs from the recording's.")


def _repeatable(recording: Recording) -> Iterator[dict[str, Any]]:
    """Yield the steps that succeeded and acted on the first machine that was acted on."""
    acting = {tool.name for each in TOOLSETS for tool in each.tools if tool.effect == ACTS}
    steps = [step for step in recording.steps if step.get("tool_calls")]
    calls = [(step, step["tool_calls"][0]) for step in steps]
    machines = [
        call["arguments"].get("machine_id") for _, call in calls if call["function_name"] in acting
    ]
    for step, call in calls:
        again = call["function_name"] in {*acting, LOOKING}
        succeeded = not step.get("extra", {}).get("error")
        if again and succeeded and call["arguments"].get("machine_id") in machines[:1]:
            yield step


def _arguments(
    recorded: dict[str, Any], step: dict[str, Any], machine_id: str, where: str
) -> dict[str, Any]:
    """Return the arguments for the other machine; a prediction is its actions by now."""
    if HIDDEN in str(recorded) or LEFT_OUT in str(recorded):
        raise ReplayStopped(f"{where} has something that the record leaves out.")
    if PLACEHOLDER.search(str(recorded)):
        raise ReplayStopped(f"{where} has a secret, and no recording is trusted with one.")
    kept = {name: recorded[name] for name in recorded if name != "idempotency_key"}
    if kept.pop("prediction_id", None):
        predicted = {name: step["extra"].get(name) for name in ("actions", "screenshot_id")}
        if not all(predicted.values()):
            raise ReplayStopped(f"{where} carries out a prediction that the record does not have.")
        kept |= predicted
    return {**kept, "machine_id": machine_id}
