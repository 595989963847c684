"""Where a price changes, to the credit: sizes, lengths, hours, and what is known of a session.

The price list itself is held by test_meters.
"""

from base64 import b64encode
from datetime import timedelta
from typing import Any

import pytest
from httpx2 import Response

from coasty_mcp.api.client.spending import ApiRequest
from coasty_mcp.api.wire.base import Request
from coasty_mcp.api.wire.machines import Machine, ProvisionMachine, UpdateMachine
from coasty_mcp.api.wire.predict import GroundRequest, PredictRequest
from coasty_mcp.api.wire.runs import Run
from coasty_mcp.api.wire.sessions import CreateSession, SessionInfo, SessionPredict
from coasty_mcp.api.wire.workflows import WorkflowRun
from coasty_mcp.money import Budget
from coasty_mcp.money.known_state import KnownState
from coasty_mcp.money.prices import price_of
from coasty_mcp.money.session_prices import SessionPrice
from support.drawings import plain_picture
from support.fakes import Flaky
from support.mcp_client import A_FRIDAY
from support.spending import client

UNREAD = "A" * 100
"""A picture that cannot be read, so that only the sizes that are given count."""
LARGE, SMALL = (b64encode(plain_picture(width, 720).data).decode() for width in (1281, 1280))
EARLIER: dict[str, Any] = {"screenshot": SMALL, "actions": []}


def price(path: str, body: Request | None = None, known: KnownState | None = None) -> int | None:
    method, _, path = path.partition(" ")
    asked = ApiRequest(method, f"/{path}", body)
    return price_of(asked, known or KnownState(), {}, A_FRIDAY).most


def look(shot: str = UNREAD, size: tuple[int | None, int | None] = (1280, 720)) -> dict[str, Any]:
    return {"screenshot": shot, "screen_width": size[0], "screen_height": size[1]}


@pytest.mark.parametrize(
    ("size", "shot", "hd"),
    [
        ((1280, 720), UNREAD, 0),
        ((1281, 720), UNREAD, 1),
        ((1280, 721), UNREAD, 1),
        ((1280, None), UNREAD, 1),
        ((None, 720), UNREAD, 1),
        ((1280, 720), SMALL, 0),
        ((1280, 720), LARGE, 1),
    ],
)
def test_a_picture_over_1280x720_or_of_unknown_size_costs_one_more(
    size: tuple[int | None, int | None], shot: str, hd: int
) -> None:
    asked = look(shot, size)
    assert price("POST predict", PredictRequest(**asked, instruction="Go")) == 5 + hd
    assert price("POST ground", GroundRequest(**asked, element="OK")) == 3 + hd
    session = CreateSession().model_copy(update=asked)
    known = KnownState(sessions={"s": SessionPrice(session)})
    step = SessionPredict(screenshot=shot, instruction="Go")
    assert price("POST sessions/s/predict", step, known) == 4 + hd


@pytest.mark.parametrize(
    ("more", "cost"),
    [
        ({"cua_version": "v3"}, 5),
        ({"system_prompt": "x" * 500, "instructions": "x" * 500}, 5),
        ({"trajectory": [EARLIER]}, 7),
        ({"trajectory": [EARLIER | {"screenshot": LARGE}] * 2}, 5 + 2 * 3),
    ],
)
def test_prompts_of_500_characters_cost_nothing_and_each_earlier_picture_does(
    more: dict[str, Any], cost: int
) -> None:
    asked = PredictRequest.model_validate({**look(), "instruction": "Go", **more})
    assert price("POST predict", asked) == cost


@pytest.mark.parametrize(
    ("info", "cost"),
    [
        ({"cua_version": "v3", "screen_size": "1280x720"}, 4 + 1),
        ({"cua_version": "v3", "screen_size": "1280x720", "step_count": 2}, 4 + 1 + 2 * 2),
        ({"cua_version": "v3", "screen_size": "1280x720", "step_count": 50}, 4 + 1 + 20 * 2),
        ({"cua_version": "v3", "screen_size": "1281x720", "step_count": 1}, 4 + 1 + 2 + 2),
        ({"cua_version": "v3", "screen_size": "1280x99999999"}, 4 + 1 + 1),
        ({"cua_version": "v3", "screen_size": "large"}, 4 + 1 + 1),
        ({"cua_version": "v1", "screen_size": "1280x720"}, 4 + 1 + 3),
        ({"screen_size": "1280x720"}, 4 + 1 + 3),
    ],
)
def test_of_somebody_elses_session_the_worst_is_expected(info: dict[str, Any], cost: int) -> None:
    known = KnownState(sessions={"s": SessionPrice.of(SessionInfo(session_id="s", **info))})
    step = SessionPredict(screenshot=UNREAD, instruction="Go")
    assert price("POST sessions/s/predict", step, known) == cost
    assert price("POST sessions/another/predict", step, known) is None


@pytest.mark.parametrize(
    ("path", "body", "cost"),
    [
        ("POST machines", ProvisionMachine(display_name="d", ttl_minutes=60), 5),
        ("POST machines", ProvisionMachine(display_name="d", ttl_minutes=61), 6),
        ("POST machines", ProvisionMachine(display_name="d", ttl_minutes=6, os_type="windows"), 1),
        ("POST machines", ProvisionMachine(display_name="d", ttl_minutes=60, os_type="windows"), 9),
        ("POST machines", ProvisionMachine(display_name="d"), None),
        ("POST schedules/s/resume", None, None),
        ("GET sessions", None, 0),
        ("DELETE machines/m", None, 0),
    ],
)
def test_a_begun_hour_counts_in_part_and_what_has_no_end_has_no_price(
    path: str, body: Request | None, cost: int | None
) -> None:
    assert price(path, body) == cost


PAUSED: Any = {"id": "r", "status": "awaiting_human"}
IN_TWO_HOURS, IN_FOUR_HOURS = ((A_FRIDAY + timedelta(hours=each)).isoformat() for each in (2, 4))
HOURS_LEFT = {"auto_destroy_at": IN_TWO_HOURS, "os_type": "linux"}


@pytest.mark.parametrize(
    ("machine", "started", "longer"),
    [
        (HOURS_LEFT, 10, 5),
        ({**HOURS_LEFT, "auto_destroy_at": IN_FOUR_HOURS}, 20, 0),
        (HOURS_LEFT | {"os_type": "windows"}, 18, 9),
        (HOURS_LEFT | {"os_type": None}, 18, 9),
        (HOURS_LEFT | {"is_test": True}, 0, 0),
        (HOURS_LEFT | {"auto_destroy_at": IN_TWO_HOURS.removesuffix("+00:00")}, 10, 5),
        (HOURS_LEFT | {"auto_destroy_at": IN_FOUR_HOURS.replace("+00:00", "+02:00")}, 10, 5),
        ({"os_type": "linux", "ttl_minutes": 120}, 10, 15),
        ({"os_type": "linux"}, None, 0),
        ({"auto_destroy_at": A_FRIDAY.isoformat()}, None, 27),
    ],
)
def test_a_machine_costs_until_it_is_destroyed(
    machine: dict[str, Any], started: int | None, longer: int | None
) -> None:
    known = KnownState(machines={"m": Machine(id="m", **machine)})
    assert price("POST machines/m/start", None, known) == started
    three_hours = UpdateMachine(ttl_minutes=180)
    assert price("PATCH machines/m", three_hours, known) == longer
    assert price("PATCH machines/unknown", three_hours, known) is None
    assert price("POST machines/unknown/start", None, known) is None


@pytest.mark.parametrize(
    ("path", "run", "cost"),
    [
        ("runs/r", Run(**PAUSED, max_steps=5, steps_completed=2), 15),
        ("runs/r", Run(**PAUSED, max_steps=5, steps_completed=2, cua_version="v1"), 24),
        ("runs/r", Run(**PAUSED, max_steps=5, steps_completed=7), 5),
        ("workflows/runs/r", WorkflowRun(**PAUSED, budget_cents=30, spent_cents=12), 18),
        ("workflows/runs/r", WorkflowRun(**PAUSED, budget_cents=30, spent_cents=40), 0),
        ("workflows/runs/r", WorkflowRun(**PAUSED), None),
    ],
)
def test_a_run_that_goes_on_costs_what_is_left_of_it(
    path: str, run: Run | WorkflowRun, cost: int | None
) -> None:
    assert price(f"POST {path}/resume", None, KnownState(runs={"r": run})) == cost
    assert price(f"POST {path}/resume") is None


async def test_a_session_of_somebody_else_is_looked_up_once_and_grows_dearer_here() -> None:
    seen = {"session_id": "s", "cua_version": "v3", "screen_size": "1280x720", "step_count": 2}
    done = Response(200, json={"status": "continue", "actions": []})
    upstream, budget = Flaky(Response(200, json=seen), done, done), Budget(100)
    api, step = client(upstream, budget), SessionPredict(screenshot=UNREAD, instruction="Go")
    for spent in (4 + 1 + 2 * 2, 2 * (4 + 1) + 5 * 2):
        await api.sessions.predict("s", step)
        assert budget.spent == spent
    assert [each.method for each in upstream.requests] == ["GET", "POST", "POST"]


async def test_a_session_grows_dearer_until_it_is_reset_and_is_unknown_once_closed() -> None:
    created, done = Response(200, json={"session_id": "s"}), Response(200, json={"actions": []})
    known = Response(200, json={"session_id": "s", "cua_version": "v3", "screen_size": "1280x720"})
    replies = [created, *[done] * 2, Response(200, json={}), *[done] * 3]
    upstream = Flaky(*replies, Response(200, json={}), known, done)
    api = client(upstream, budget := Budget(100))

    async def predicted(shot: str = SMALL) -> int:
        before = budget.spent
        await api.sessions.predict("s", SessionPredict(screenshot=shot, instruction="Go"))
        return budget.spent - before

    await api.sessions.create(CreateSession(screen_width=1280, screen_height=720))
    assert budget.spent == 10
    assert [await predicted(), await predicted()] == [4, 4 + 2]
    await api.sessions.reset("s")
    assert [await predicted(), await predicted(LARGE), await predicted()] == [4, 6 + 2, 8 + 3]
    await api.sessions.close("s")
    assert await predicted() == 4 + 1
    assert [each.method for each in upstream.requests][-3:] == ["DELETE", "GET", "POST"]
