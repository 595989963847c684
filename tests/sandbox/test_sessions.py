"""The sandbox's `/sessions`: predictions that remember."""

import base64
import json
from io import BytesIO
from typing import Any

import pytest
from httpx2 import AsyncClient
from PIL import Image

from coasty_mcp.sandbox.world.sessions import MOST
from support.mcp_client import Clock
from support.sandbox_http import LIVE, NOON, act, code, opened, provision, screenshot

OPEN = "Open the browser"


def painted(width: int, height: int) -> str:
    """A picture from nowhere."""
    png = BytesIO()
    Image.new("RGB", (width, height), "orange").save(png, "PNG")
    return base64.b64encode(png.getvalue()).decode()


STRANGER, LARGE_STRANGER = painted(640, 480), painted(1281, 720)


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON)


async def opened_session(http: AsyncClient, **wanted: object) -> str:
    """The path of a new one."""
    created = (await http.post("/sessions", json=wanted)).json()
    return f"/sessions/{created['session_id']}"


async def predict(
    http: AsyncClient, session: str, picture: str = STRANGER, **more: object
) -> dict[str, Any]:
    body = {"screenshot": picture, "instruction": OPEN, **more}
    return (await http.post(f"{session}/predict", json=body)).json()


async def test_a_session_begins_without_steps_and_lasts_two_hours(http: AsyncClient) -> None:
    created = (await http.post("/sessions", json={})).json()
    assert created["session_id"].startswith("ses_")
    assert (created["cua_version"], created["screen_size"]) == ("v5", "1920x1080")
    assert created["created_at"] == "2026-08-22T12:00:00Z"
    assert created["expires_at"] == "2026-08-22T14:00:00Z"
    info = (await http.get(f"/sessions/{created['session_id']}")).json()
    assert (info["step_count"], info["total_credits_used"]) == (0, 0)


async def test_sessions_are_listed_newest_first(http: AsyncClient) -> None:
    paths = [await opened_session(http) for _ in range(3)]
    listed = (await http.get("/sessions")).json()["sessions"]
    assert [f"/sessions/{each['session_id']}" for each in listed] == paths[::-1]


async def test_predictions_until_done_open_the_browser(http: AsyncClient) -> None:
    machine, session = await provision(http), await opened_session(http)
    replies: list[dict[str, Any]] = []
    while not replies or replies[-1]["status"] == "continue":
        replies.append(await predict(http, session, await screenshot(http, machine)))
        for action in replies[-1]["actions"]:
            if action["action_type"] != "done":
                await act(http, machine, action["action_type"], **action["params"])
    assert replies[-1]["status"] == "done"
    assert [reply["step"] for reply in replies] == list(range(1, len(replies) + 1))
    assert (await act(http, machine, "browser_state"))["success"] is True


async def test_coordinates_are_in_the_screen_size_of_the_session(http: AsyncClient) -> None:
    shot = await screenshot(http, await provision(http))
    assert opened(shot).size == (1920, 1080)
    full, small = [
        await opened_session(http, **size)
        for size in ({}, {"screen_width": 960, "screen_height": 540})
    ]
    large = (await predict(http, full, shot))["actions"][0]["params"]
    little = (await predict(http, small, shot))["actions"][0]["params"]
    assert (little["x"], little["y"]) == (large["x"] // 2, large["y"] // 2)


async def test_a_session_keeps_to_its_engine(http: AsyncClient) -> None:
    machine = await provision(http)
    await act(http, machine, "browser_open", url="https://example.com/contact")
    shot = await screenshot(http, machine)
    several = 'Type "Ada" into the Name field and "ada@example.com" into the Email field'
    newest, oldest = [
        await predict(http, await opened_session(http, **wanted), shot, instruction=several)
        for wanted in ({}, {"cua_version": "v1"})
    ]
    assert (newest["cua_version"], oldest["cua_version"]) == ("v5", "v1")
    assert len(newest["actions"]) > len(oldest["actions"]) == 1


async def test_a_session_keeps_to_its_tools(http: AsyncClient) -> None:
    shot = await screenshot(http, await provision(http))
    free, tied = [
        await predict(http, await opened_session(http, **wanted), shot)
        for wanted in ({}, {"tools": ["wait"]})
    ]
    assert free["actions"][0]["action_type"] == "click"
    assert tied["actions"][0]["action_type"] in ("wait", "fail")


async def test_what_is_not_asked_for_is_left_out(http: AsyncClient) -> None:
    session, machine = await opened_session(http), await provision(http)
    shot = await screenshot(http, machine)
    reply = await predict(http, session, shot, include_reasoning=False, include_raw_code=False)
    assert not {"reasoning", "raw_code"} & reply.keys()
    assert {"reasoning", "raw_code"} <= (await predict(http, session, shot)).keys()


async def test_events_are_sent_to_those_who_accept_them(http: AsyncClient) -> None:
    session = await opened_session(http)
    body, headers = {"screenshot": STRANGER, "instruction": OPEN}, {"Accept": "text/event-stream"}
    answer = await http.post(f"{session}/predict", json=body, headers=headers)
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    kind, _, data = answer.text.split("\n\n")[1].partition("\ndata: ")
    assert (kind, json.loads(data)["step"]) == ("event: result", 1)


async def test_a_reset_counts_the_steps_anew(http: AsyncClient) -> None:
    session = await opened_session(http)
    assert [(await predict(http, session))["step"] for _ in range(2)] == [1, 2]
    assert (await http.post(f"{session}/reset")).json()["status"] == "ok"
    assert (await http.get(session)).json()["step_count"] == 0
    assert (await predict(http, session))["step"] == 1


@pytest.mark.parametrize("use", ["predict", "reset", "look"])
async def test_only_use_lets_a_session_live_longer(
    http: AsyncClient, clock: Clock, use: str
) -> None:
    session = await opened_session(http)
    clock.pass_by(seconds=7199)
    match use:
        case "predict":
            await predict(http, session)
        case "reset":
            await http.post(f"{session}/reset")
        case _:
            await http.get(session)
    clock.pass_by(seconds=1)
    assert (await http.get(session)).status_code == (404 if use == "look" else 200)
    clock.pass_by(seconds=7199)
    assert (await http.get("/sessions")).json()["sessions"] == []


@pytest.mark.parametrize(
    ("method", "action"), [("GET", ""), ("DELETE", ""), ("POST", "/reset"), ("POST", "/predict")]
)
@pytest.mark.parametrize("end", ["closed", "expired", "unknown", "of another mode"])
async def test_a_session_that_is_not_there_is_not_found(
    http: AsyncClient, clock: Clock, end: str, method: str, action: str
) -> None:
    session = await opened_session(http)
    match end:
        case "closed":
            assert (await http.delete(session)).json()["status"] == "ok"
        case "expired":
            clock.pass_by(seconds=7200)
        case "unknown":
            session = "/sessions/ses_nobody"
        case _:
            http.headers.update(LIVE)
    body = {"screenshot": STRANGER, "instruction": OPEN}
    answer = await http.request(method, f"{session}{action}", json=body)
    assert (answer.status_code, code(answer)) == (404, "SESSION_NOT_FOUND")


async def test_too_many_sessions_wait_until_one_is_closed(http: AsyncClient, clock: Clock) -> None:
    first = await opened_session(http)
    clock.pass_by(seconds=60)
    for _ in range(MOST - 1):
        await opened_session(http)
    answer = await http.post("/sessions", json={})
    assert (answer.status_code, code(answer)) == (429, "RATE_LIMITED")
    assert answer.headers["Retry-After"] == "7140"
    await http.delete(first)
    assert (await http.post("/sessions", json={})).status_code == 200


@pytest.mark.parametrize(
    ("wanted", "pictures", "bill"),
    [
        ({}, [STRANGER], {"base": 4}),
        ({}, [STRANGER] * 3, {"base": 4, "trajectory": 4}),
        ({}, [STRANGER] * 6, {"base": 4, "trajectory": 6}),
        ({"max_trajectory_length": 1}, [STRANGER] * 3, {"base": 4, "trajectory": 2}),
        ({}, [LARGE_STRANGER], {"base": 4, "hd_images": 1}),
        ({}, [LARGE_STRANGER] * 2, {"base": 4, "trajectory": 2, "hd_images": 2}),
        ({"cua_version": "v1"}, [STRANGER], {"base": 4, "engine": 3}),
        ({"instructions": "x" * 501}, [STRANGER], {"base": 4, "custom_prompt": 1}),
    ],
)
async def test_a_prediction_is_billed_with_the_pictures_that_are_remembered(
    http: AsyncClient, wanted: dict[str, Any], pictures: list[str], bill: dict[str, int]
) -> None:
    http.headers.update(LIVE)
    session = await opened_session(http, **wanted)
    paid = [(await predict(http, session, picture))["usage"] for picture in pictures]
    assert {line["item"]: line["credits"] for line in paid[-1]["breakdown"]} == bill
    assert paid[-1]["credits_charged"] == sum(bill.values())
    total = 10 + sum(usage["credits_charged"] for usage in paid)
    assert (await http.get(session)).json()["total_credits_used"] == total
    assert (await http.get("/usage")).json()["balance"] == 10_000 - total


async def test_a_reset_forgets_the_pictures(http: AsyncClient) -> None:
    http.headers.update(LIVE)
    session = await opened_session(http)
    await predict(http, session)
    await http.post(f"{session}/reset")
    assert (await predict(http, session))["usage"]["credits_charged"] == 4


async def test_a_session_costs_ten_credits_whatever_it_will_do(http: AsyncClient) -> None:
    body = {"cua_version": "v1", "system_prompt": "x" * 501}
    answer = await http.post("/sessions", json=body, headers=LIVE)
    assert answer.headers["X-Credits-Charged"] == "10"
    assert answer.json()["usage"]["breakdown"] == [{"item": "base", "credits": 10}]


async def test_a_test_key_pays_nothing(http: AsyncClient) -> None:
    session = await opened_session(http)
    usage = (await predict(http, session))["usage"]
    assert (usage["credits_charged"], usage["billed"], usage["breakdown"]) == (0, False, None)


async def test_a_repeat_makes_no_second_session_and_no_second_step(http: AsyncClient) -> None:
    http.headers.update({**LIVE, "Idempotency-Key": "once"})
    created = [(await http.post("/sessions", json={})).json() for _ in range(2)]
    assert created[0]["session_id"] == created[1]["session_id"]
    session = f"/sessions/{created[0]['session_id']}"
    steps = [await predict(http, session) for _ in range(2)]
    assert [step["step"] for step in steps] == [1, 1]
    assert [step["usage"]["credits_charged"] for step in steps] == [4, 0]
    assert (await http.get(session)).json()["step_count"] == 1


async def test_the_same_idempotency_key_in_another_session_is_another(http: AsyncClient) -> None:
    sessions = [await opened_session(http) for _ in range(2)]
    http.headers["Idempotency-Key"] = "once"
    for session in sessions:
        reply = await predict(http, session)
        assert (f"/sessions/{reply['session_id']}", reply["step"]) == (session, 1)


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"screen_width": 319}, "screen_width"),
        ({"screen_height": 2161}, "screen_height"),
        ({"screen_width": None}, "screen_width"),
        ({"max_trajectory_length": 0}, "max_trajectory_length"),
        ({"max_trajectory_length": 21}, "max_trajectory_length"),
        ({"cua_version": "v2"}, "cua_version"),
        ({"tools": ["click", "click"]}, "tools"),
        ({"metadata": {str(number): 1 for number in range(33)}}, "metadata"),
        ({"metadata": {"text": "ä" * 8192}}, "metadata"),
        ({"surprise": 1}, "surprise"),
    ],
    ids=str,
)
async def test_a_wrong_wish_is_named(http: AsyncClient, wanted: dict[str, Any], field: str) -> None:
    answer = await http.post("/sessions", json=wanted)
    assert (answer.status_code, code(answer)) == (422, "VALIDATION_ERROR")
    assert answer.json()["error"]["details"][0]["loc"][1] == field


@pytest.mark.parametrize(
    ("picture", "status", "expected"),
    [
        ("QUJD" * 25, 422, "INVALID_SCREENSHOT"),
        ("A" * 10_485_764, 413, "PAYLOAD_TOO_LARGE"),
    ],
    ids=["no picture", "large"],
)
async def test_a_screenshot_that_is_none_is_no_step(
    http: AsyncClient, picture: str, status: int, expected: str
) -> None:
    session = await opened_session(http)
    body = {"screenshot": picture, "instruction": OPEN}
    answer = await http.post(f"{session}/predict", json=body)
    assert (answer.status_code, code(answer)) == (status, expected)
    assert (await http.get(session)).json()["step_count"] == 0
