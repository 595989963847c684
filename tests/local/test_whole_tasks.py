"""A whole task: on a real X server to its end, and stopped by everything that may stop it."""

from collections.abc import Callable
from typing import Any

import pytest
from anyio import create_task_group, sleep
from anyio.lowlevel import checkpoint
from httpx2 import Response
from mcp import Client

from coasty_mcp.api.errors import InternalError
from coasty_mcp.local import (
    Screen,
)
from coasty_mcp.settings import Settings
from support.fakes import refusal
from support.local_api import ScriptedApi, prediction
from support.local_window import NAME, POPUP, SLIDER_FROM, SLIDER_TO, SUBMIT, LocalWindow
from support.mcp_client import LIVE_KEY, Era, error, picture, seated, text, written_call
from support.screen_tasks import CLICK, DONE, TASK, run

pytestmark = pytest.mark.usefixtures("soon_settled")

ALLOWED = Settings.read(
    {"COASTY_API_KEY": LIVE_KEY}, {"toolsets": "local", "allow_local_control": True}
)


def fitted(point: tuple[int, int]) -> tuple[int, int]:
    """What a model that sees 1280x720 of 1920x1080 says."""
    return point[0] * 2 // 3, point[1] * 2 // 3


def at(point: tuple[int, int], x: str = "x", y: str = "y") -> dict[str, int]:
    return dict(zip((x, y), fitted(point), strict=True))


@pytest.fixture
def window(display: str, opened: LocalWindow) -> LocalWindow:
    put_pointer(display, 900, 600)
    opened.reset()
    return opened


async def start(model: Client, **arguments: Any) -> Any:
    return await model.call_tool("coasty_automate_screen", {"task": TASK, **arguments})


async def test_a_form_is_filled_in_and_submitted_step_by_step(window: LocalWindow) -> None:
    api = ScriptedApi(
        prediction(("click", at(NAME)), ("type_text", {"text": "Zoë"})),
        prediction(("drag", at(SLIDER_FROM, "x1", "y1") | at(SLIDER_TO, "x2", "y2"))),
        prediction(("click", at(SUBMIT)), status="done"),
    )
    heard: list[tuple[float, float | None, str | None]] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        heard.append((progress, total, message))

    async with seated(settings=ALLOWED, http=api.client()) as model:
        result = await model.call_tool(
            "coasty_automate_screen", {"task": TASK}, progress_callback=hear
        )
    assert not result.is_error, text(result)
    submitted = window.last("submitted")
    assert submitted["name"] == "Zoë"
    assert submitted["age"] > 80
    told = text(result).splitlines()
    assert told[:3] == [
        "The task is done · 3 steps · 22 credits so far",
        "1. I see 2 things to do.",
        "   left click at 300,114",
    ]
    assert heard == [
        (1, 25, "I see 2 things to do."),
        (2, 25, "I see 1 things to do."),
        (3, 25, "I see 1 things to do."),
    ]
    assert picture(result).size == (1280, 720)
    assert result.structured_content is None
    assert not api.open
    assert len({*api.keys}) == 3
    assert api.created[0]["screen_width"] == 1280
    assert api.created[0]["screen_height"] == 720
    assert "cannot be undone" in api.created[0]["instructions"]
    assert {each["instruction"] for each in api.asked} == {TASK}


async def test_a_dry_run_draws_the_first_step_and_touches_nothing(window: LocalWindow) -> None:
    api = ScriptedApi(prediction(("click", at(SUBMIT)), ("type_text", {"text": "Zoë"})))
    async with seated(settings=ALLOWED, http=api.client()) as model:
        plain = await model.call_tool("coasty_look_at_screen", {})
        window.events()
        drawn = await start(model, dry_run=True)
    assert text(drawn).startswith("Dry run, nothing was touched · continue")
    assert "5 credits charged" in text(drawn)
    assert "1 click" in text(drawn)
    assert picture(drawn).data != picture(plain).data
    assert window.events() == []
    assert api.created == []
    assert "cannot be undone" in api.asked[0]["instructions"]


def held(display: str) -> bool:
    """Whether any key or button of the X server is down."""
    from Xlib.display import Display

    server = Display(display)
    try:
        return any(server.query_keymap()) or bool(server.screen().root.query_pointer().mask & ~2)
    finally:
        server.close()


def put_pointer(display: str, x: int, y: int) -> None:
    """As the user does."""
    from Xlib import X
    from Xlib.display import Display
    from Xlib.ext import xtest

    user = Display(display)
    xtest.fake_input(user, X.MotionNotify, x=x, y=y)
    user.sync()
    user.close()


async def test_the_corner_stops_it_in_the_middle(window: LocalWindow, display: str) -> None:
    def slammed() -> Response:
        put_pointer(display, 0, 0)
        return prediction(("click", at(SUBMIT)))

    api = ScriptedApi(prediction(("click", at(NAME)), ("type_text", {"text": "Zoë"})), slammed)
    async with seated(settings=ALLOWED, http=api.client()) as model:
        stopped = await start(model)
    assert error(stopped)["code"] == "STOPPED_BY_USER"
    assert "type_text of 3 characters" in text(stopped)
    assert not window.events("submitted")
    assert not api.open
    assert not held(display)


async def test_cancelling_stops_it_while_a_key_is_held(window: LocalWindow, display: str) -> None:
    screen = Screen()
    api = ScriptedApi(prediction(("key_combo", {"keys": ["ctrl", "shift", *["tab"] * 90]})))

    async def cancel_when_held(cancel: Callable[[], None]) -> None:
        while not held(display):
            window.events()
            await checkpoint()
        cancel()

    async with create_task_group() as tasks:
        tasks.start_soon(cancel_when_held, tasks.cancel_scope.cancel)
        await run(api, screen)
    screen.close()
    assert window.events("KeyPress")
    assert not held(display)
    assert not api.open


async def test_a_host_that_cancels_the_call_stops_it(
    era: Era, window: LocalWindow, display: str
) -> None:
    api = ScriptedApi(prediction(("type_text", {"text": "on and on " * 200})))
    async with seated(era, settings=ALLOWED, http=api.client()) as model:
        async with create_task_group() as call:
            call.start_soon(start, model)
            while not window.events("text"):
                await checkpoint()
            call.cancel_scope.cancel()
        while api.open:
            await checkpoint()
        window.events()
        await sleep(0.1)
        assert not window.events("text")
    assert not held(display)


async def test_a_dying_upstream_ends_it_and_the_story_so_far_is_told(
    window: LocalWindow, display: str
) -> None:
    api = ScriptedApi(
        prediction(("click", at(NAME)), ("type_text", {"text": "Zoë"})),
        refusal(500, "INTERNAL_ERROR", retryable=False),
    )
    async with seated(settings=ALLOWED, http=api.client()) as model:
        failed = await start(model)
    assert error(failed)["code"] == InternalError.code
    assert "1. I see 2 things to do. left click at 300,114" in text(failed)
    assert window.last("text")["value"] == "Zoë"
    assert not api.open
    assert not held(display)


async def test_a_window_that_comes_up_is_looked_at_before_it_is_typed_into(
    window: LocalWindow,
) -> None:
    def typed() -> Response:
        window.wait_for("popped up")
        return prediction(("type_text", {"text": "hi"}), status="done")

    def popped() -> Response:
        return prediction(("click", at(POPUP)), ("wait", {"ms": 300}), ("type_text", {"text": "x"}))

    api = ScriptedApi(popped, typed)
    async with seated(settings=ALLOWED, http=api.client()) as model:
        result = await start(model, same_window=True)
    assert "was not in the last picture. 0 of 1 characters had been done" in text(result)
    assert [event["key"] for event in window.events("KeyPress")] == ["h", "i"]


async def test_it_says_how_to_go_on_when_the_host_would_give_up(
    window: LocalWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coasty_mcp.local.loop.CALL_LIMIT", 0)
    api = ScriptedApi(CLICK, DONE)
    async with seated(settings=ALLOWED, http=api.client()) as model:
        first = await start(model, max_credits=50)
        assert api.open
        tool, arguments = written_call(text(first).partition("Next: ")[2])
        second = await model.call_tool(tool, arguments)
    assert text(first).startswith("Still at work · 1 step · 14 credits so far")
    assert arguments["task"] == TASK
    assert arguments["max_credits"] == 50
    assert text(second).startswith("The task is done · 2 steps · 18 credits so far")
    assert "Next:" not in text(second)
    assert len(api.created) == 1
    assert not api.open
