"""Whole tasks on a desktop that only remembers: limits, faults and ends."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from anyio import create_task_group, sleep, sleep_forever
from httpx2 import ReadError, Request, Response

from coasty_mcp.api.errors import CoastyError, NoAnswer
from coasty_mcp.local import (
    Screen,
    ScreenArea,
    StoppedByUser,
)
from support.local_api import Answer, ScriptedApi, prediction
from support.local_desktop import FakeDesktop, Monitors, after
from support.screen_tasks import AT, CLICK, DONE, run

pytestmark = pytest.mark.usefixtures("soon_settled")


@pytest.fixture
def desktop() -> FakeDesktop:
    return FakeDesktop()


@pytest.fixture
def screen(desktop: FakeDesktop) -> Screen:
    return Screen(Monitors(ScreenArea(0, 0, 1280, 720)), lambda: desktop)


@pytest.mark.parametrize(
    ("limits", "steps", "ending"),
    [
        ({"max_steps": 1}, 1, "steps"),
        ({"max_steps": 2}, 2, "steps"),
        ({"max_credits": 23}, 3, "credits"),
        ({"max_credits": 14}, 1, "credits"),
        ({}, 4, "fail"),
    ],
)
async def test_it_ends_at_its_limits_and_closes_the_session(
    screen: Screen, limits: dict[str, Any], steps: int, ending: str
) -> None:
    api = ScriptedApi(CLICK, CLICK, CLICK, prediction(status="fail"))
    outcome, _ = await run(api, screen, **limits)
    assert (outcome.steps, outcome.ending) == (steps, ending)
    assert outcome.credits == 10 + 4 * steps
    assert not api.open


async def test_what_follows_a_verdict_is_not_carried_out(
    screen: Screen, desktop: FakeDesktop
) -> None:
    api = ScriptedApi(prediction(("click", AT), ("done", {}), ("click", AT), status="done"))
    await run(api, screen)
    assert desktop.done == ["move 640,360", "click 1"]


async def test_code_is_named_and_never_executed(screen: Screen, desktop: FakeDesktop) -> None:
    api = ScriptedApi(prediction(("raw", {"code": "pyautogui.click()"})), DONE)
    outcome, _ = await run(api, screen)
    assert "   raw: nothing is carried out for it" in outcome.lines
    assert not api.asked[0]["include_raw_code"]
    assert desktop.done == []


def lost() -> Response:
    raise ReadError("The connection broke.")


async def test_a_lost_answer_is_asked_for_again_with_the_same_key(screen: Screen) -> None:
    api = ScriptedApi(CLICK, lost, DONE)
    outcome, _ = await run(api, screen)
    assert outcome.ending == "done"
    assert len(api.keys) == 3
    assert api.keys[0] != api.keys[1] == api.keys[2]


async def test_the_corner_ends_the_wait_for_a_prediction(
    screen: Screen, desktop: FakeDesktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: object) -> None:
        desktop.slam()
        await sleep_forever()

    api = ScriptedApi()
    monkeypatch.setattr("coasty_mcp.api.client.sessions.Sessions.predict", never)
    with pytest.raises(StoppedByUser):
        await run(api, screen)
    assert not api.open


async def test_an_answer_that_never_comes_does_not_ask_for_a_key_that_it_cannot_take(
    screen: Screen,
) -> None:
    api = ScriptedApi(CLICK, *[lost] * 9)
    with pytest.raises(NoAnswer) as failed:
        await run(api, screen, patience=0.3)
    assert "idempotency_key" not in str(failed.value)
    assert not api.open


@pytest.mark.parametrize(
    "answer",
    [
        prediction(("type_text", {"text": "long" * 99})),
        prediction(("wait", {"seconds": 10})),
        prediction(("drag", {"x1": 9, "y1": 9, "x2": 99, "y2": 99})),
    ],
)
async def test_cancelling_closes_the_session(
    screen: Screen, desktop: FakeDesktop, answer: Answer
) -> None:
    api = ScriptedApi(CLICK, answer)
    async with create_task_group() as tasks:

        def clicked() -> None:
            tasks.start_soon(_soon, tasks.cancel_scope.cancel)

        desktop.soon = after(0, clicked)
        await run(api, screen)
    assert api.created
    assert not api.open
    assert desktop.down == []


async def test_a_session_that_is_created_while_the_call_is_cancelled_is_closed(
    screen: Screen,
) -> None:
    class CancelledApi(ScriptedApi):
        def __call__(self, request: Request) -> Response:
            tasks.cancel_scope.cancel()
            return super().__call__(request)

    api = CancelledApi()
    async with create_task_group() as tasks:
        await run(api, screen)
    assert api.created
    assert not api.open


async def test_a_step_that_would_end_after_the_hosts_patience_is_not_begun(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = ScriptedApi(CLICK, CLICK, CLICK, DONE)
    slow = SimpleNamespace(monotonic=lambda: 15 * len(api.asked))
    monkeypatch.setattr("coasty_mcp.local.loop.time", slow)
    outcome, _ = await run(api, screen)
    assert (outcome.steps, outcome.ending) == (2, "time")
    assert api.open


async def _soon(cancel: Callable[[], None]) -> None:
    await sleep(0.3)
    cancel()


async def test_what_cannot_be_done_is_noted_and_looked_at_again(
    screen: Screen, desktop: FakeDesktop
) -> None:
    wrong = prediction(("key_press", {"key": "hyperspace"}), ("click", AT))
    api = ScriptedApi(wrong, wrong, CLICK, wrong, wrong, DONE)
    outcome, _ = await run(api, screen)
    assert outcome.ending == "done"
    assert "   There is no key hyperspace." in "\n".join(outcome.lines)
    assert desktop.done == ["move 640,360", "click 1"]


async def test_three_impossible_steps_in_a_row_end_it_with_what_was_done(screen: Screen) -> None:
    wrong = prediction(("click", AT), ("key_press", {"key": "hyperspace"}))
    api = ScriptedApi(wrong, wrong, wrong)
    with pytest.raises(CoastyError, match="There is no key hyperspace") as failed:
        await run(api, screen)
    assert "left click at 640,360" in str(failed.value)
    assert not api.open
