"""What a prediction says, or a name of this computer's, forges no line of the local tools."""

from functools import partial
from typing import Any

import pytest
from httpx2 import Response

from coasty_mcp import local
from coasty_mcp.local import Screen, ScreenArea
from coasty_mcp.settings import Settings
from support.forgery import PLANT, is_clean
from support.local_api import ScriptedApi, prediction
from support.local_desktop import FakeDesktop, Monitors
from support.mcp_client import Clock, seated, text

ALLOWED = Settings(sandbox=True, toolsets=("local",), allow_local_control=True)


@pytest.fixture(autouse=True)
def screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A screen that only remembers, in the place of this computer's."""
    area = ScreenArea(0, 0, 1280, 720)
    monkeypatch.setattr(local, "Screen", partial(Screen, Monitors(area), FakeDesktop))


def planted(**more: Any) -> Response:
    body: dict[str, Any] = {"status": "continue", "actions": [], "reasoning": PLANT}
    return Response(200, json={**body, "raw_code": PLANT, **more})


PREDICTIONS = {
    "reasoning": planted(status="done"),
    "a status": planted(status=PLANT),
    "a kind of action": planted(actions=[{"action_type": PLANT, "params": {PLANT: PLANT}}]),
    "a text to type": prediction(("type_text", {"text": PLANT}), status="done"),
    "a key": prediction(("key_press", {"key": PLANT})),
    "the reason of a failure": prediction(("fail", {"reason": PLANT}), status="fail"),
    "an error": Response(422, json={"error": {"code": PLANT, "message": PLANT}}),
}


@pytest.mark.parametrize("name", PREDICTIONS)
async def test_what_a_prediction_says_forges_nothing(name: str) -> None:
    api = ScriptedApi(*[PREDICTIONS[name]] * 3)
    told = list[str]()

    async def note(progress: float, total: float | None, message: str | None) -> None:
        told.append(message or "")

    async with seated(http=api.client(), settings=ALLOWED, sleep=Clock().sleep) as model:
        task = {"task": "Log in", "max_steps": 2}
        answer = await model.call_tool("coasty_automate_screen", task, progress_callback=note)
    assert api.asked
    is_clean(answer)
    assert "BUG" not in text(answer)
    assert not [each for each in told if "\n" in each]


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("coasty_look_at_screen", {}),
        ("coasty_look_at_screen", {"monitor": 7}),
        ("coasty_do_on_screen", {"action_type": "type_text", "params": {"text": PLANT}}),
        ("coasty_do_on_screen", {"action_type": PLANT}),
        ("coasty_do_on_screen", {"action_type": "key_press", "params": {"key": PLANT}}),
        ("coasty_do_on_screen", {"action_type": "click", "screenshot_id": PLANT}),
    ],
)
async def test_what_is_done_by_hand_forges_nothing(tool: str, arguments: dict[str, Any]) -> None:
    async with seated(settings=ALLOWED, sleep=Clock().sleep) as model:
        answer = await model.call_tool(tool, arguments)
    is_clean(answer)
    assert "BUG" not in text(answer)
