"""Clicks, drags and scrolling on a real X server."""

from typing import Any

import pytest

from support.local_window import (
    LIST,
    SLIDER_FROM,
    SLIDER_TO,
    LocalWindow,
)
from support.mcp_client import seated
from support.own_screen import ALLOWED, SHIFT, do


async def test_double_and_triple_clicks_are_seen_as_such(window: LocalWindow) -> None:
    async with seated(settings=ALLOWED) as model:
        assert await do(model, "click", params={"x": 900, "y": 600, "clicks": 2}) == (
            "left double click at 900,600"
        )
        assert len(window.events("Double-Button-1")) == 1
        await do(model, "click", params={"x": 1200, "y": 700, "clicks": 3})
    second, third = window.events("Double-Button-1", "Triple-Button-1")
    assert (second["kind"], third["kind"]) == ("Double-Button-1", "Triple-Button-1")
    assert third["time"] - second["time"] >= 140  # a browser sees no shorter ones reliably


@pytest.mark.parametrize("shape", [("x1", "y1", "x2", "y2"), ("from_x", "from_y", "to_x", "to_y")])
async def test_a_drag_moves_the_slider_in_either_shape(
    window: LocalWindow, shape: tuple[str, ...]
) -> None:
    params = dict(zip(shape, (*SLIDER_FROM, *SLIDER_TO), strict=True))
    async with seated(settings=ALLOWED) as model:
        await do(model, "drag", params=params)
    events = window.events("ButtonPress", "ButtonRelease", "slider")
    assert [event["kind"] for event in events if event["kind"] != "slider"] == [
        "ButtonPress",
        "ButtonRelease",
    ]
    assert (events[-1]["x"], events[-1]["y"]) == SLIDER_TO
    assert [event for event in events if event["kind"] == "slider"][-1]["value"] > 80


@pytest.mark.parametrize(
    ("there", "back"),
    [
        ({"direction": "down", "amount": 5}, {"direction": "up", "amount": 5}),
        ({"clicks": -5}, {"clicks": 5}),
    ],
)
async def test_a_list_scrolls_both_ways_in_either_shape(
    window: LocalWindow, there: dict[str, Any], back: dict[str, Any]
) -> None:
    x, y = LIST
    async with seated(settings=ALLOWED) as model:
        await do(model, "scroll", params={"x": x, "y": y, **there})
        assert window.last("scrolled")["first"] > 0.05
        await do(model, "scroll", params={"x": x, "y": y, **back})
    assert window.last("scrolled")["first"] == 0


async def test_sideways_scrolling_uses_the_other_wheel(window: LocalWindow) -> None:
    x, y = LIST
    async with seated(settings=ALLOWED) as model:
        await do(model, "scroll", params={"x": x, "y": y, "direction": "right", "amount": 1})
        await do(model, "scroll", params={"x": x, "y": y, "direction": "left", "amount": 2})
    presses = [(each["button"], each["state"] & SHIFT) for each in window.events("ButtonPress")]
    assert presses == [(5, SHIFT), (4, SHIFT), (4, SHIFT)]  # what Tk makes of buttons 6 and 7


async def test_a_move_hovers_and_presses_nothing(window: LocalWindow) -> None:
    async with seated(settings=ALLOWED) as model:
        await do(model, "move", params={"x": 1100, "y": 650})
    events = window.events("Motion", "ButtonPress")
    assert (events[-1]["kind"], events[-1]["x"], events[-1]["y"]) == ("Motion", 1100, 650)
    assert not [event for event in events if event["kind"] == "ButtonPress"]


async def test_a_press_and_its_release_never_have_the_same_time(window: LocalWindow) -> None:
    async with seated(settings=ALLOWED) as model:
        for x in (900, 1100, 1300, 1500, 1700):
            await do(model, "click", params={"x": x, "y": 650})
    times = [event["time"] for event in window.events("ButtonPress", "ButtonRelease")]
    assert len(times) == 10
    assert len(set(times)) == len(times)  # or Chromium takes the two for one
