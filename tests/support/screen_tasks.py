"""A task for a screen, and what is predicted for it."""

from typing import Any

from coasty_mcp.api.client import Backoff, Coasty, Transport
from coasty_mcp.local import AutomationOutcome, AutomationTask, Screen, ScreenView, automate
from support.local_api import ScriptedApi, prediction

TASK = "Fill in the form for Zoë, who is eighty, and submit it."


AT = {"x": 640, "y": 360}


CLICK = prediction(("click", AT))


DONE = prediction(("done", {}), status="done")


async def run(
    api: ScriptedApi, screen: Screen, patience: float = 45, **more: Any
) -> tuple[AutomationOutcome, ScreenView]:
    wanted: dict[str, Any] = {
        "task": TASK,
        "monitor": 1,
        "max_steps": 25,
        "max_credits": None,
        "same_window": False,
        "instructions": "Be careful.",
        **more,
    }

    async def tell(*_: object) -> None:
        pass

    coasty = Coasty(Transport(api.client(), Backoff(timeout=patience)))
    return await automate(coasty, screen, AutomationTask(**wanted), tell, None)
