"""Every documented error, provoked through a tool, as the model and as a program sees it."""

import re
from pathlib import Path

import pytest

import coasty_mcp
from coasty_mcp.api.errors import BY_CODE, NotFound
from coasty_mcp.api.errors.failed_runs import RUN_ADVICE
from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.tools.catalog import TOOLSETS
from support.fakes import Flaky, refusal
from support.mcp_client import LIVE_KEY, Clock, Era, error, recorded, seated, text
from support.published_once import publish

DOCUMENTED = {
    "INVALID_LIMIT": 400,
    "INVALID_STATUS_FILTER": 400,
    "FEATURE_NOT_AVAILABLE": 400,
    "EMPTY_UPDATE": 400,
    "INVALID_API_KEY": 401,
    "INVALID_SIGNATURE": 401,
    "INSUFFICIENT_CREDITS": 402,
    "WALLET_EXHAUSTED": 402,
    "INSUFFICIENT_SCOPE": 403,
    "NOT_FOUND": 404,
    "MACHINE_NOT_FOUND": 404,
    "SESSION_NOT_FOUND": 404,
    "RUN_NOT_FOUND": 404,
    "WORKFLOW_NOT_FOUND": 404,
    "LLM_KEY_NOT_FOUND": 404,
    "INVALID_STATE": 409,
    "NOT_AWAITING_HUMAN": 409,
    "RESUME_CONFLICT": 409,
    "SCHEDULE_INACTIVE": 409,
    "IDEMPOTENCY_IN_FLIGHT": 409,
    "IDEMPOTENCY_KEY_REUSED": 409,
    "IDEMPOTENCY_ALREADY_REFUNDED": 409,
    "PAYLOAD_TOO_LARGE": 413,
    "VALIDATION_ERROR": 422,
    "INVALID_SCREENSHOT": 422,
    "LLM_PROVIDER_UNSUPPORTED": 422,
    "LLM_KEY_NOT_CONFIGURED": 422,
    "LLM_MODEL_INVALID": 422,
    "LLM_PROVIDER_RATE_LIMITED": 429,
    "RATE_LIMITED": 429,
    "RATE_LIMIT_EXCEEDED": 429,
    "TOO_MANY_RUNS": 429,
    "INTERNAL_ERROR": 500,
    "PREDICTION_FAILED": 500,
    "GROUNDING_FAILED": 500,
    "UPSTREAM_ERROR": 502,
    "UPSTREAM_UNAVAILABLE": 503,
    "SERVICE_UNAVAILABLE": 503,
    "DB_UNAVAILABLE": 503,
    "BILLING_UNAVAILABLE": 503,
    "SNAPSHOT_OUTCOME_UNKNOWN": 503,
    "UPSTREAM_TIMEOUT": 504,
}
RETRYABLE = {
    "IDEMPOTENCY_IN_FLIGHT",
    "LLM_PROVIDER_RATE_LIMITED",
    "RATE_LIMITED",
    "RATE_LIMIT_EXCEEDED",
    "TOO_MANY_RUNS",
    "INTERNAL_ERROR",
    "UPSTREAM_ERROR",
    "UPSTREAM_UNAVAILABLE",
    "SERVICE_UNAVAILABLE",
    "DB_UNAVAILABLE",
    "UPSTREAM_TIMEOUT",
}
NEEDS_NEW_KEY = {"PREDICTION_FAILED", "GROUNDING_FAILED"}
TYPES = {
    400: "validation_error",
    401: "auth_error",
    402: "billing_error",
    403: "auth_error",
    404: "not_found_error",
    409: "state_error",
    413: "validation_error",
    422: "validation_error",
    429: "rate_limit_error",
    500: "server_error",
    502: "server_error",
    503: "server_error",
    504: "server_error",
}
ENDS_OF_RUNS = {
    *("WALLET_EXHAUSTED", "GUARD_EXCEEDED", "DEADLINE_EXCEEDED", "MAX_STEPS_REACHED"),
    *("TASK_FAILED", "STEP_FAILED", "WORKFLOW_FAILED", "AWAITING_HUMAN", "INVALID_STATE"),
}
TOOLS = {tool.name: tool for toolset in TOOLSETS for tool in (*toolset.tools, *toolset.page_tools)}
NO_TOOLS = {"coasty_mcp", "coasty_key", "coasty_view", "coasty_cancel_"}
"""The package, a name in VS Code's settings, a cookie, and the beginning of two tools."""
OURS_ALONE = {"screenshot_id", "prediction_id"}
"""Ids that the API does not know."""
LOOK, START = "coasty_take_machine_screenshot", "coasty_start_machine"
STOP = "coasty_stop_machine"
UNDER_WAY = ["creating", "provisioning", "starting", "stopping", "restarting"]
PROMISED = {"code", "message", "type", "status", "request_id", "retryable", "suggestion"}


def test_every_documented_code_has_its_class_and_status() -> None:
    known = {code: kind.status for code, kind in BY_CODE.items() if kind.status}
    assert known == DOCUMENTED
    types = {code: kind.kind for code, kind in BY_CODE.items() if kind.status}
    assert types == {code: TYPES[status] for code, status in DOCUMENTED.items()}


def test_advice_about_runs_is_for_codes_that_end_them() -> None:
    assert RUN_ADVICE.keys() <= ENDS_OF_RUNS
    assert {"GUARD_EXCEEDED", "DEADLINE_EXCEEDED", "MAX_STEPS_REACHED"} <= RUN_ADVICE.keys()


def test_every_tool_that_the_program_names_exists() -> None:
    files = Path(coasty_mcp.__path__[0]).rglob("*.py")
    named = re.findall(r"\bcoasty_\w+", "".join(file.read_text("utf-8") for file in files))
    assert {*named} - NO_TOOLS == TOOLS.keys()


def test_for_each_id_that_nothing_has_there_is_a_tool_that_lists_them() -> None:
    for name, tool in TOOLS.items():
        given = publish(tool).parameters["properties"].keys() - OURS_ALONE
        if ids := [each for each in given if each.endswith("_id")]:
            said = NotFound("There is none.").during(name, given).facts["suggestion"]
            assert re.match(rf"Check ({'|'.join(ids)}): ", said), name


@pytest.mark.parametrize("code", DOCUMENTED)
async def test_an_error_of_the_api_is_a_sentence_and_facts(
    era: Era, clock: Clock, world: World, code: str
) -> None:
    http = sandbox_client(world, LIVE_KEY)
    http.headers["X-Sandbox-Force-Error"] = code
    sent = recorded(http)
    async with seated(era, http=http, sleep=clock.sleep) as model:
        failed = await model.call_tool("coasty_provision_machine", {"display_name": "bot"})
    facts = error(failed)
    assert facts.keys() >= PROMISED
    assert (facts["code"], facts["status"]) == (code, DOCUMENTED[code])
    assert facts["retryable"] is (code in RETRYABLE | NEEDS_NEW_KEY)
    assert text(failed) == (
        f"{facts['message']} {facts['suggestion']} ({code}, request {facts['request_id']})"
    )
    assert len(facts["suggestion"]) > 10
    assert len(sent) == (4 if code in RETRYABLE else 1)
    assert len({request.headers["Idempotency-Key"] for request in sent}) == 1
    if "retry_after" in facts:
        assert clock.slept == [facts["retry_after"]] * 3
    assert LIVE_KEY not in f"{failed.content} {failed.structured_content}"


@pytest.mark.parametrize("code", sorted(RETRYABLE | NEEDS_NEW_KEY))
async def test_a_lookup_may_always_be_repeated(clock: Clock, world: World, code: str) -> None:
    http = sandbox_client(world)
    http.headers["X-Sandbox-Force-Error"] = code
    sent = recorded(http)
    async with seated(http=http, sleep=clock.sleep) as model:
        await model.call_tool("coasty_list_machines", {})
    assert len(sent) == 4


async def test_a_wrong_key_is_not_repeated_to_the_model(era: Era, world: World) -> None:
    wrong = "Bearer sk-coasty-live-secret"
    async with seated(era, http=sandbox_client(world, wrong)) as model:
        refused = await model.call_tool("coasty_list_machines", {})
    assert error(refused)["code"] == "INVALID_API_KEY"
    assert "Set COASTY_API_KEY to a key from " in text(refused)
    assert "secret" not in f"{refused.content} {refused.structured_content}"


async def test_a_missing_scope_is_named(era: Era, world: World) -> None:
    key = world.mint(["machines:read"])
    async with seated(era, http=sandbox_client(world, key)) as model:
        refused = await model.call_tool("coasty_provision_machine", {"display_name": "bot"})
    assert "It lacks the scope machines:write (it has machines:read)." in text(refused)
    assert error(refused)["required_scope"] == "machines:write"
    assert key not in f"{refused.content} {refused.structured_content}"


async def test_a_longer_wait_than_a_host_allows_is_left_to_the_model(
    era: Era, clock: Clock
) -> None:
    busy = World(clock=clock.now, rate_per_minute=1)
    async with seated(era, busy, sleep=clock.sleep) as model:
        await model.call_tool("coasty_get_credits", {})
        refused = await model.call_tool("coasty_get_credits", {})
    assert "Wait 60 s and call again." in text(refused)
    assert error(refused)["retry_after"] == 60
    assert clock.slept == []


@pytest.mark.parametrize(
    ("state", "tool", "advice"),
    [
        ("stopped", LOOK, "Call coasty_start_machine, then try again."),
        ("suspended", LOOK, "Call coasty_start_machine, then try again."),
        ("stopped", STOP, "It is stopped already: go on."),
        ("suspended", STOP, "It is stopped already: go on."),
        ("running", START, "It runs already: go on."),
        *[(state, STOP, "It is on its way: call coasty_get_machine until") for state in UNDER_WAY],
        ("terminated", START, "It is gone for good: use another, or coasty_provision_machine."),
        ("deleting", START, "It is gone for good: use another, or coasty_provision_machine."),
        ("error", START, "It is broken: terminate it and provision another."),
        ("dreaming", START, "Look at its state again before you go on."),
    ],
)
async def test_what_helps_depends_on_the_state_and_on_the_tool(
    era: Era, state: str, tool: str, advice: str
) -> None:
    wrong = refusal(409, "INVALID_STATE", retryable=False, current_state=state)
    async with seated(era, http=Flaky(wrong).client()) as model:
        refused = await model.call_tool(tool, {"machine_id": "mch_1"})
    assert advice in text(refused)
    assert error(refused)["suggestion"].startswith(advice)
