"""The tool of the toolset `machines` that acts: one command, several, or a prediction."""

from typing import Annotated, Any

from pydantic import Field

from ..api.commands import described_commands, described_parameters
from ..api.rules import EXAMPLE
from ..api.wire import actions as wire
from ..api.wire.base import IdempotencyKey, Reply
from ..api.wire.machines import MachineId
from ..screens import ScreenshotId
from ..server.arguments import require_one
from ..server.consequences import deletion
from ..server.context import (
    Api,
    CallWaiter,
    PageElements,
    Predictions,
    Screenshots,
    Settings,
)
from ..server.effects import ACTS
from ..server.results import ImageResult, TextResult, call_text
from .action_lists import carry_out, read_order
from .action_policies import BlockedActions, BlockedKeys, Bounds, action_policy
from .action_results import Done, shown_result
from .catalog import machines
from .kept_predictions import prediction_of
from .machine_commands import screenshot_of
from .outcomes import SETTLE_SECONDS, ScreenWatcher
from .page_elements import MachinePage

CommandName = Annotated[
    str,
    Field(
        description=f"One of {', '.join(described_commands())}.",
        json_schema_extra={EXAMPLE: "screenshot"},
    ),
]
CommandParameters = Annotated[
    wire.Parameters,
    Field(description=f"What it takes of {', '.join(described_parameters())}."),
]
Actions = Annotated[
    list[dict[str, Any]],
    Field(
        min_length=1,
        max_length=50,
        description="Or several, waits too, up to the first failure: {command, parameters} or as "
        "predicted.",
        json_schema_extra={
            EXAMPLE: [{"command": "click", "parameters": {"x": 640, "y": 360}}],
        },
    ),
]
PredictionId = Annotated[str, Field(description="Or all that coasty_predict said.")]
ReturnScreenshot = Annotated[bool, Field(description="Show the outcome.")]
Settle = Annotated[float, Field(ge=0, le=10, description="Seconds at most for the screen to rest.")]


@machines.tool("Act on a machine", ACTS, asks=deletion, always_load=True)
async def coasty_execute_machine_action(
    api: Api,
    screenshots: Screenshots,
    predictions: Predictions,
    elements: PageElements,
    settings: Settings,
    waiter: CallWaiter,
    machine_id: MachineId,
    command: CommandName | None = None,
    parameters: CommandParameters | None = None,
    actions: Actions | None = None,
    prediction_id: PredictionId | None = None,
    screenshot_id: ScreenshotId | None = None,
    return_screenshot: ReturnScreenshot = False,
    settle_seconds: Settle = SETTLE_SECONDS,
    timeout_ms: wire.TimeoutMs | None = None,
    blocked_actions: BlockedActions | None = None,
    blocked_keys: BlockedKeys | None = None,
    bounds: Bounds | None = None,
    idempotency_key: IdempotencyKey | None = None,
) -> TextResult[Reply] | ImageResult:
    """Do things on a machine: click, drag, type, scroll, press keys, use browser, windows, files.

    Give one command, a list of actions, or a prediction_id. What it does cannot be undone.
    """
    require_one(command=command, actions=actions, prediction_id=prediction_id)
    kept = prediction_of(predictions, prediction_id, machine_id)
    seen_on = kept.screenshot_id if kept else screenshot_id
    commands = read_order(
        command,
        parameters,
        kept.actions if kept else actions,
        screenshot_of(screenshots, seen_on, machine_id),
        timeout_ms,
    )
    listing = call_text(
        coasty_execute_machine_action, machine_id=machine_id, command="browser_get_clickables"
    )
    page = MachinePage(api, machine_id, elements, listing)
    commands = [page.with_target(each) for each in commands]
    key = idempotency_key or (kept.key if kept else None)
    policy = action_policy(blocked_actions, blocked_keys, bounds)
    answers = await carry_out(api, machine_id, commands, waiter, page.require_same, key, policy)
    results = [
        page.readable(each.name, answer) for each, answer in zip(commands, answers, strict=True)
    ]
    watcher = ScreenWatcher(api, screenshots, waiter, settings.image_format)
    return await shown_result(
        Done(machine_id, commands, results, kept),
        watcher,
        wanted=return_screenshot,
        limit=settle_seconds,
    )
