"""The sandbox's `/keys` and `/llm/keys`."""

import hashlib
from typing import Any

import pytest
from httpx2 import AsyncClient, Response

from coasty_mcp.sandbox.world.api_keys import SCOPES
from support.mcp_client import Clock
from support.sandbox_http import LIVE, NOON, code, provision, screenshot

SECRET = "sk-ant-" + "x" * 40
OPT_IN = {
    "usage",
    "keys",
    "schedules:read",
    "schedules:write",
    "triggers:write",
    "connection:read",
    "browser:execute",
}


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON)


async def create(http: AsyncClient, **wanted: object) -> dict[str, Any]:
    return (await http.post("/keys", json={"name": "ci", **wanted})).json()


async def listed(http: AsyncClient) -> list[dict[str, Any]]:
    return (await http.get("/keys")).json()["keys"]


def holding(key: dict[str, Any]) -> dict[str, str]:
    return {"X-API-Key": key["key"]}


async def test_a_new_key_may_do_what_it_was_made_for(http: AsyncClient) -> None:
    key = holding(await create(http, scopes=["machines:read"]))
    assert (await http.get("/machines", headers=key)).status_code == 200
    refused = await http.get("/schedules", headers=key)
    assert (refused.status_code, code(refused)) == (403, "INSUFFICIENT_SCOPE")


@pytest.mark.parametrize("wanted", [{}, {"scopes": []}])
async def test_a_key_made_without_scopes_lacks_the_risky_ones(
    http: AsyncClient, wanted: dict[str, Any]
) -> None:
    assert set((await create(http, **wanted))["scopes"]) == SCOPES - OPT_IN


async def test_a_key_is_shown_whole_only_once(http: AsyncClient) -> None:
    made = await create(http)
    [shown] = await listed(http)
    assert made["key"].startswith("sk-coasty-test-")
    assert shown["key_prefix"] == made["key"][:16]
    assert made["key"] not in str(shown)
    assert [shown[field] for field in ("key_id", "name", "scopes", "tier", "created_at")] == [
        made[field] for field in ("key_id", "name", "scopes", "tier", "created_at")
    ]


async def test_a_live_key_makes_live_keys_that_test_keys_do_not_see(http: AsyncClient) -> None:
    made = (await http.post("/keys", json={"name": "ci"}, headers=LIVE)).json()
    assert made["key"].startswith("sk-coasty-live-")
    assert await listed(http) == []
    answer = await http.delete(f"/keys/{made['key_id']}")
    assert (answer.status_code, code(answer)) == (404, "NOT_FOUND")


async def test_the_list_says_when_a_key_was_last_used(http: AsyncClient, clock: Clock) -> None:
    made = await create(http)
    assert (await listed(http))[0]["last_used_at"] is None
    clock.pass_by(hours=1)
    await http.get("/models", headers=holding(made))
    assert (await listed(http))[0]["last_used_at"] == "2026-08-22T13:00:00Z"


async def test_the_newest_key_is_listed_first(http: AsyncClient) -> None:
    made = [await create(http) for _ in range(3)]
    assert [key["key_id"] for key in await listed(http)] == [key["key_id"] for key in made[::-1]]


async def test_a_revoked_key_opens_nothing(http: AsyncClient) -> None:
    made, kept = await create(http), await create(http)
    path = f"/keys/{made['key_id']}"
    assert (await http.delete(path)).json()["status"] == "ok"
    answer = await http.get("/models", headers=holding(made))
    assert (answer.status_code, code(answer)) == (401, "INVALID_API_KEY")
    assert [key["key_id"] for key in await listed(http)] == [kept["key_id"]]
    assert (await http.delete(path)).status_code == 404


async def test_a_key_may_revoke_itself(http: AsyncClient) -> None:
    made = await create(http, scopes=["keys"])
    assert (await http.delete(f"/keys/{made['key_id']}", headers=holding(made))).status_code == 200
    assert (await http.get("/keys", headers=holding(made))).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "  "},
        {"name": "x" * 101},
        {"name": "ci", "scopes": ["everything"]},
        {"name": "ci", "scopes": ["parse", "parse"]},
        {"name": "ci", "scopes": None},
        {"name": "ci", "key": "mine"},
    ],
    ids=str,
)
async def test_a_wrong_wish_makes_no_key(http: AsyncClient, body: dict[str, Any]) -> None:
    answer = await http.post("/keys", json=body)
    assert (answer.status_code, code(answer)) == (422, "VALIDATION_ERROR")
    assert await listed(http) == []


async def store(http: AsyncClient, provider: str = "anthropic", secret: str = SECRET) -> Response:
    return await http.put(f"/llm/keys/{provider}", json={"api_key": secret})


async def test_of_a_stored_key_only_the_fingerprint_is_shown(
    http: AsyncClient, clock: Clock
) -> None:
    http.headers.update(LIVE)
    fingerprint = hashlib.sha256(SECRET.encode()).hexdigest()[:16]
    assert (await store(http)).json()["key_fingerprint"] == fingerprint
    clock.pass_by(hours=1)
    await store(http, secret="another " + SECRET)
    [kept] = (await http.get("/llm/keys")).json()["keys"]
    assert kept["key_fingerprint"] != fingerprint
    assert (kept["provider"], kept["created_at"], kept["updated_at"]) == (
        "anthropic",
        "2026-08-22T12:00:00Z",
        "2026-08-22T13:00:00Z",
    )


async def test_a_key_that_is_not_stored_cannot_be_deleted(http: AsyncClient) -> None:
    http.headers.update(LIVE)
    await store(http)
    assert (await http.delete("/llm/keys/anthropic")).json()["deleted"] is True
    answer = await http.delete("/llm/keys/anthropic")
    assert (answer.status_code, code(answer)) == (404, "LLM_KEY_NOT_FOUND")


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize("provider", ["managed", "acme"])
async def test_other_providers_are_refused(http: AsyncClient, method: str, provider: str) -> None:
    answer = await http.request(
        method, f"/llm/keys/{provider}", json={"api_key": SECRET}, headers=LIVE
    )
    assert (answer.status_code, code(answer)) == (422, "LLM_PROVIDER_UNSUPPORTED")


@pytest.mark.parametrize("secret", ["x" * 15, "x" * 513, None])
async def test_what_is_no_key_is_not_stored(http: AsyncClient, secret: Any) -> None:
    http.headers.update(LIVE)
    assert code(await store(http, secret=secret)) == "VALIDATION_ERROR"
    assert (await http.get("/llm/keys")).json()["keys"] == []


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/llm/keys"), ("PUT", "/llm/keys/openai"), ("DELETE", "/llm/keys/openai")],
)
async def test_a_test_key_stores_no_keys(http: AsyncClient, method: str, path: str) -> None:
    answer = await http.request(method, path, json={"api_key": SECRET})
    assert (answer.status_code, code(answer)) == (400, "FEATURE_NOT_AVAILABLE")


@pytest.mark.parametrize("path", ["/predict", "/sessions"])
async def test_a_stored_key_opens_the_models_of_its_provider(http: AsyncClient, path: str) -> None:
    http.headers.update(LIVE)
    shot = await screenshot(http, await provision(http))
    task = {"screenshot": shot, "instruction": "Open the browser"} if path == "/predict" else {}

    async def asked(provider: str) -> Response:
        return await http.post(path, json={**task, "llm": {"provider": provider}})

    assert code(await asked("anthropic")) == "LLM_KEY_NOT_CONFIGURED"
    await store(http)
    assert (await asked("anthropic")).status_code == 200
    assert code(await asked("openai")) == "LLM_KEY_NOT_CONFIGURED"
    assert code(await asked("acme")) == "LLM_PROVIDER_UNSUPPORTED"
