"""The sandbox's `/usage` and `/idempotency/{key}`."""

import pytest
from httpx2 import AsyncClient

from coasty_mcp.sandbox import World
from support.mcp_client import Clock
from support.sandbox_http import LIVE, NOON, code, provision, screenshot


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON)


async def test_usage_counts_requests_and_credits_by_endpoint(http: AsyncClient) -> None:
    http.headers.update(LIVE)
    shot = await screenshot(http, await provision(http, metadata={"screen": "1280x720"}))
    for _ in range(2):
        await http.post("/ground", json={"screenshot": shot, "element": "Browser"})
    usage = (await http.get("/usage")).json()
    assert usage["period"] == "2026-08"
    assert usage["breakdown"]["ground"] == {"requests": 2, "credits": 6}
    assert usage["breakdown"]["machines"] == {"requests": 1, "credits": 0}
    assert (usage["total_requests"], usage["total_credits"], usage["total_cost_cents"]) == (4, 6, 6)
    assert usage["balance"] == usage["wallet_balance_cents"] == 9_994
    assert usage["wallet_balance_usd"] == 99.94


async def test_each_month_is_counted_on_its_own(http: AsyncClient, clock: Clock) -> None:
    await http.get("/models")
    clock.pass_by(days=31)
    assert (await http.get("/usage")).json()["total_requests"] == 0
    assert (await http.get("/usage?period=2026-08")).json()["total_requests"] == 1


async def test_a_refused_request_is_not_counted(http: AsyncClient) -> None:
    await http.get("/machines/none")
    assert (await http.get("/usage")).json()["total_requests"] == 0


@pytest.mark.parametrize("period", ["2026", "2026-13", "2026-8", "08-2026"])
async def test_a_period_is_a_month(http: AsyncClient, period: str) -> None:
    answer = await http.get("/usage", params={"period": period})
    assert (answer.status_code, code(answer)) == (422, "VALIDATION_ERROR")


async def test_a_lost_answer_can_be_had_by_its_idempotency_key(http: AsyncClient) -> None:
    body, headers = {"display_name": "bot"}, {"Idempotency-Key": "lost"}
    answer = (await http.post("/machines", json=body, headers=headers)).json()
    found = (await http.get("/idempotency/lost")).json()
    assert (found["status"], found["original_status"]) == ("completed", 200)
    assert found["result"] == answer


async def test_another_api_key_does_not_find_the_answer(http: AsyncClient, world: World) -> None:
    body, headers = {"display_name": "bot"}, {"Idempotency-Key": "mine"}
    await http.post("/machines", json=body, headers=headers)
    stranger = {"X-API-Key": world.mint([])}
    answer = await http.get("/idempotency/mine", headers=stranger)
    assert (answer.status_code, code(answer)) == (404, "NOT_FOUND")


async def test_an_answer_cannot_be_found_after_a_day(http: AsyncClient, clock: Clock) -> None:
    headers = {"Idempotency-Key": "old"}
    await http.post("/machines", json={"display_name": "bot"}, headers=headers)
    clock.pass_by(hours=24)
    assert (await http.get("/idempotency/old")).status_code == 404
