"""The sandbox's `/predict`, `/ground`, `/parse` and `/models`."""

import base64
import json
from io import BytesIO
from typing import Any

import pytest
from httpx2 import AsyncClient
from PIL import Image

from coasty_mcp.sandbox import World, sandbox_client
from support.sandbox_http import LIVE, LIVE_KEY, act, code, opened, provision, screenshot

OPEN = "Open the browser"


@pytest.fixture
async def machine(http: AsyncClient) -> str:
    return await provision(http)


def encoded(image: Image.Image, form: str = "PNG") -> str:
    out = BytesIO()
    image.save(out, form)
    return base64.b64encode(out.getvalue()).decode()


STRANGER = encoded(Image.new("RGB", (640, 480), "orange"))
HUGE = encoded(Image.new("1", (8000, 8000)))
LARGE_STRANGER = encoded(Image.new("RGB", (1281, 720), "orange"))


async def predict(http: AsyncClient, screenshot: str, **more: object) -> dict[str, Any]:
    body = {"screenshot": screenshot, "instruction": OPEN, **more}
    return (await http.post("/predict", json=body)).json()


async def test_carrying_out_predictions_until_done_opens_the_browser(
    http: AsyncClient, machine: str
) -> None:
    statuses: list[str] = []
    while statuses[-1:] != ["done"] and len(statuses) < 5:
        reply = await predict(http, await screenshot(http, machine))
        statuses.append(reply["status"])
        if reply["status"] == "continue":
            for action in reply["actions"]:
                await act(http, machine, action["action_type"], **action["params"])
    assert set(statuses) == {"continue", "done"}
    assert (await act(http, machine, "browser_state"))["success"] is True


async def test_coordinates_come_back_in_the_pixels_of_the_picture(
    http: AsyncClient, machine: str
) -> None:
    full = await screenshot(http, machine)
    small = encoded(opened(full).reduce(2).convert("RGB"), "JPEG")
    large_reply, small_reply = await predict(http, full), await predict(http, small)
    assert (small_reply["screen_width"], small_reply["screen_height"]) == (960, 540)
    large, little = large_reply["actions"][0]["params"], small_reply["actions"][0]["params"]
    assert (little["x"], little["y"]) == (large["x"] // 2, large["y"] // 2)


async def test_coordinates_come_back_in_the_space_that_was_asked_for(
    http: AsyncClient, machine: str
) -> None:
    body = {"screenshot": await screenshot(http, machine), "element": "Browser"}
    full = (await http.post("/ground", json=body)).json()
    space = {"screen_width": 3840, "screen_height": 540}
    asked = (await http.post("/ground", json={**body, **space})).json()
    assert (full["screen_width"], full["screen_height"]) == (1920, 1080)
    assert (asked["screen_width"], asked["screen_height"]) == (3840, 540)
    assert (asked["x"] // 2, asked["y"]) == (full["x"], full["y"] // 2)


@pytest.mark.parametrize(
    ("more", "kinds"),
    [
        ({}, ["wait", "done"]),
        ({"max_actions": 1}, ["done"]),
        ({"cua_version": "v1"}, ["done"]),
        ({"tools": ["click"]}, ["done"]),
    ],
)
async def test_a_strange_picture_gets_a_guess_that_harms_nothing_and_says_so(
    http: AsyncClient, more: dict[str, object], kinds: list[str]
) -> None:
    body = {"screenshot": STRANGER, "instruction": OPEN, **more}
    answer = await http.post("/predict", json=body)
    reply = answer.json()
    assert (answer.status_code, reply["status"]) == (200, "done")
    assert [action["action_type"] for action in reply["actions"]] == kinds
    assert answer.headers["X-Sandbox-Guess"] == "true"
    assert "only sees its own desktops" in reply["reasoning"]
    assert "a guess" in reply["reasoning"]


async def test_a_picture_of_another_account_is_strange(http: AsyncClient, machine: str) -> None:
    shot = await screenshot(http, machine)
    http.headers.update(LIVE)
    assert "only sees its own desktops" in (await predict(http, shot))["reasoning"]


@pytest.mark.parametrize("size", [{}, {"screen_width": 3840, "screen_height": 2160}])
async def test_grounding_in_a_strange_picture_is_a_guess_that_stays_the_same(
    http: AsyncClient, size: dict[str, int]
) -> None:
    body = {"screenshot": STRANGER, "element": "the blue button", **size}
    answers = [await http.post("/ground", json=body) for _ in range(2)]
    [first, again] = [answer.json() for answer in answers]
    width, height = size.get("screen_width", 640), size.get("screen_height", 480)
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.headers["X-Sandbox-Guess"] for answer in answers} == {"true"}
    assert (first["screen_width"], first["screen_height"]) == (width, height)
    assert (first["x"], first["y"]) == (again["x"], again["y"])
    assert 0 <= first["x"] < width
    assert 0 <= first["y"] < height


async def test_what_is_known_is_no_guess(http: AsyncClient, machine: str) -> None:
    shot = await screenshot(http, machine)
    predicted = await http.post("/predict", json={"screenshot": shot, "instruction": OPEN})
    grounded = await http.post("/ground", json={"screenshot": shot, "element": "Browser"})
    assert "X-Sandbox-Guess" not in predicted.headers | grounded.headers


async def test_grounding_what_is_not_there_names_what_is(http: AsyncClient, machine: str) -> None:
    body = {"screenshot": await screenshot(http, machine), "element": "purple elephant"}
    answer = await http.post("/ground", json=body)
    assert (answer.status_code, code(answer)) == (422, "VALIDATION_ERROR")
    assert "Browser" in answer.json()["error"]["message"]


async def test_raw_code_is_pyautogui_for_each_action(http: AsyncClient, machine: str) -> None:
    reply = await predict(http, await screenshot(http, machine))
    code = "\n".join(reply["raw_code"])
    parsed = (await http.post("/parse", json={"code": code})).json()["actions"]
    assert [action["params"] for action in parsed] == [
        action["params"] for action in reply["actions"]
    ]


async def test_what_is_not_asked_for_is_left_out(http: AsyncClient, machine: str) -> None:
    shot = await screenshot(http, machine)
    reply = await predict(http, shot, include_reasoning=False, include_raw_code=False)
    assert not {"reasoning", "raw_code"} & reply.keys()
    assert "raw_code" not in reply["actions"][0]


async def test_v1_answers_with_a_single_action(http: AsyncClient, machine: str) -> None:
    await act(http, machine, "browser_open", url="https://example.com/contact")
    shot = await screenshot(http, machine)
    several = 'Type "Ada" into the Name field and "ada@example.com" into the Email field'
    newest = await predict(http, shot, instruction=several)
    oldest = await predict(http, shot, instruction=several, cua_version="v1")
    assert (newest["cua_version"], oldest["cua_version"]) == ("v5", "v1")
    assert len(newest["actions"]) > len(oldest["actions"]) == 1


async def test_events_are_sent_to_those_who_accept_them(http: AsyncClient) -> None:
    body = {"screenshot": STRANGER, "instruction": OPEN}
    headers = {"Accept": "text/event-stream"}
    answer = await http.post("/predict", json=body, headers=headers)
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    keepalive, event, rest = answer.text.split("\n\n")
    assert (keepalive, rest) == (": keepalive", "")
    kind, _, data = event.partition("\ndata: ")
    assert (kind, json.loads(data)["status"]) == ("event: result", "done")


@pytest.mark.parametrize("path", ["/predict", "/ground"])
@pytest.mark.parametrize(
    ("screenshot", "status", "expected"),
    [
        ("QUJD" * 24, 422, "INVALID_SCREENSHOT"),
        ("QUJD" * 25, 422, "INVALID_SCREENSHOT"),
        ("A=======" * 25, 422, "INVALID_SCREENSHOT"),
        (f"data:image/png;base64,{STRANGER}", 422, "INVALID_SCREENSHOT"),
        (STRANGER[:200], 422, "INVALID_SCREENSHOT"),
        (HUGE, 422, "INVALID_SCREENSHOT"),
        ("A" * 10_485_764, 413, "PAYLOAD_TOO_LARGE"),
        (7, 422, "VALIDATION_ERROR"),
    ],
    ids=["short", "no picture", "no base64", "data uri", "cut off", "huge", "large", "number"],
)
async def test_a_screenshot_that_is_none_is_refused(
    http: AsyncClient, path: str, screenshot: object, status: int, expected: str
) -> None:
    task = {"instruction": OPEN} if path == "/predict" else {"element": "Browser"}
    answer = await http.post(path, json={"screenshot": screenshot, **task})
    assert (answer.status_code, code(answer)) == (status, expected)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"instruction": ""}, "instruction"),
        ({"cua_version": "v2"}, "cua_version"),
        ({"cua_version": None}, ""),
        ({"screen_width": 319}, "screen_width"),
        ({"screen_height": 2161}, "screen_height"),
        ({"max_actions": 11}, "max_actions"),
        ({"tools": []}, "tools"),
        ({"tools": ["done"]}, "tools"),
        ({"tools": ["click", "click"]}, "tools"),
        ({"surprise": 1}, "surprise"),
    ],
)
async def test_a_wrong_argument_is_named(
    http: AsyncClient, more: dict[str, object], field: str
) -> None:
    error = (await predict(http, STRANGER, **more))["error"]
    assert error["code"] == "VALIDATION_ERROR"
    assert field in error["details"][0]["loc"] or not field


@pytest.mark.parametrize(
    ("headers", "llm", "expected"),
    [
        ({}, {"provider": "openai"}, "LLM_KEY_NOT_CONFIGURED"),
        ({"X-LLM-Api-Key": "k" * 16}, {}, "LLM_PROVIDER_UNSUPPORTED"),
        ({"X-LLM-Provider": "acme"}, {}, "LLM_PROVIDER_UNSUPPORTED"),
    ],
)
async def test_models_of_ones_own_need_a_provider_and_a_key(
    http: AsyncClient, headers: dict[str, str], llm: dict[str, str], expected: str
) -> None:
    body = {"screenshot": STRANGER, "instruction": OPEN, "llm": llm}
    assert code(await http.post("/predict", json=body, headers=headers)) == expected


STEP = {"screenshot": STRANGER}
LARGE_STEP = {"screenshot": LARGE_STRANGER}


@pytest.mark.parametrize(
    ("more", "bill"),
    [
        ({}, {"base": 5}),
        ({"screenshot": LARGE_STRANGER}, {"base": 5, "hd_images": 1}),
        ({"trajectory": [STEP, LARGE_STEP]}, {"base": 5, "trajectory": 4, "hd_images": 1}),
        ({"cua_version": "v1"}, {"base": 5, "engine": 3}),
        ({"instructions": "x" * 500}, {"base": 5}),
        ({"system_prompt": "x" * 501}, {"base": 5, "custom_prompt": 1}),
    ],
)
async def test_a_prediction_is_billed_line_by_line(
    http: AsyncClient, more: dict[str, Any], bill: dict[str, int]
) -> None:
    body = {"screenshot": STRANGER, "instruction": OPEN, **more}
    answer = await http.post("/predict", json=body, headers=LIVE)
    usage, price = answer.json()["usage"], sum(bill.values())
    assert {line["item"]: line["credits"] for line in usage["breakdown"]} == bill
    assert (usage["credits_charged"], usage["cost_cents"], usage["billed"]) == (price, price, True)
    assert answer.headers["X-Credits-Charged"] == str(price)
    assert answer.headers["X-Credits-Remaining"] == str(10_000 - price)


async def test_a_test_key_pays_nothing(http: AsyncClient) -> None:
    answer = await http.post("/predict", json={"screenshot": STRANGER, "instruction": OPEN})
    usage = answer.json()["usage"]
    assert (usage["credits_charged"], usage["billed"], usage["breakdown"]) == (0, False, None)
    assert answer.headers["X-Credits-Charged"] == "0"


async def test_a_replayed_prediction_is_not_billed_again(http: AsyncClient) -> None:
    http.headers.update({**LIVE, "Idempotency-Key": "once"})
    body = {"screenshot": STRANGER, "instruction": OPEN}
    first = (await http.post("/predict", json=body)).json()
    again = (await http.post("/predict", json=body)).json()
    assert (first["usage"]["credits_charged"], first["usage"]["billed"]) == (5, True)
    assert (again["usage"]["credits_charged"], again["usage"]["billed"]) == (0, False)
    assert again["actions"] == first["actions"]
    assert (await http.get("/usage")).json()["balance"] == 9_995


async def test_a_failure_is_refunded(http: AsyncClient) -> None:
    http.headers.update(LIVE)
    shot = await screenshot(http, await provision(http, metadata={"screen": "1280x720"}))
    body, headers = {"screenshot": shot, "element": "zebra"}, {"Idempotency-Key": "once"}
    answer = await http.post("/ground", json=body, headers=headers)
    assert answer.status_code == 422
    assert answer.headers["X-Credits-Refunded"] == "3"
    assert answer.headers["X-Credits-Remaining"] == "10000"


async def test_too_little_money_is_said_before_anything_is_done() -> None:
    async with sandbox_client(World(wallet_cents=4), LIVE_KEY) as http:
        answer = await http.post("/predict", json={"screenshot": STRANGER, "instruction": OPEN})
        error = answer.json()["error"]
        assert (answer.status_code, error["code"]) == (402, "INSUFFICIENT_CREDITS")
        assert (error["required"], error["balance"]) == (5, 4)
