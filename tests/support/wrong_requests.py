"""Wrong requests of every kind, each with the status and the code that it must get."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from coasty_mcp.sandbox import SANDBOX_KEY
from support.api_operations import MACHINE, RUN, SCHEDULE, SCREENSHOT, SECRET, WORKFLOW
from support.sandbox_http import LIVE


@dataclass(frozen=True)
class Row:
    name: str
    request: str
    expected: tuple[int, str]
    body: Any = None
    """As JSON; a text as it is."""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    after: Sequence[str] = ()
    """Requests that make the state wrong."""
    cents: int | None = None
    """What is left in the wallet of a live key."""


INVALID = (422, "VALIDATION_ERROR")
NO_KEY = (401, "INVALID_API_KEY")
NO_MACHINE = (404, "MACHINE_NOT_FOUND")
NO_SESSION = (404, "SESSION_NOT_FOUND")
NO_RUN = (404, "RUN_NOT_FOUND")
NO_WORKFLOW = (404, "WORKFLOW_NOT_FOUND")
NOT_FOUND = (404, "NOT_FOUND")
WRONG_STATE = (409, "INVALID_STATE")
NOBODY_WAITS = (409, "NOT_AWAITING_HUMAN")
BAD_LIMIT = (400, "INVALID_LIMIT")
BAD_STATUS = (400, "INVALID_STATUS_FILTER")
NOT_HERE = (400, "FEATURE_NOT_AVAILABLE")
NO_CHANGE = (400, "EMPTY_UPDATE")
TOO_LARGE = (413, "PAYLOAD_TOO_LARGE")
NO_PICTURE = (422, "INVALID_SCREENSHOT")
NO_PROVIDER = (422, "LLM_PROVIDER_UNSUPPORTED")
NO_LLM_KEY = (422, "LLM_KEY_NOT_CONFIGURED")
NO_MONEY = (402, "INSUFFICIENT_CREDITS")

M, S = "/machines/{machine_id}", "/sessions/{session_id}"
SCH, R = "/schedules/{schedule_id}", "/runs/{run_id}"
WF, WFR = "/workflows/{workflow_id}", "/workflows/runs/{run_id}"
NOBODY = "mch_test_00000000"
UUID = "00000000-0000-4000-8000-000000000000"
PAST, FUTURE = "2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z"

PREDICT = {"screenshot": SCREENSHOT, "instruction": "Open the browser"}
OPENAI = {"llm": {"provider": "openai"}}
LLM_KEY = {"X-LLM-Api-Key": SECRET["api_key"]}
LONG_KEY = {"Idempotency-Key": "a" * 129}
MANY = {str(number): number for number in range(33)}
CUSTOM = {"frequency": "custom"}
CHAIN, HOOK = {"kind": "chain"}, {"kind": "webhook"}
ASK = {"id": "ask", "type": "human_approval"}
PARALLEL = {"id": "both", "type": "parallel", "branches": [[ASK]]}
UNKNOWN = {"id": "read", "type": "task", "task": "{{nobody.result}}", "machine_id": "mch_1"}


def schedule(**changes: object) -> dict[str, Any]:
    return {**SCHEDULE, **changes}


def program(*steps: dict[str, Any]) -> dict[str, Any]:
    return {**WORKFLOW, "definition": {"steps": list(steps)}}


KEYS = [
    Row("an empty key", "GET /models", NO_KEY, headers={"X-API-Key": ""}),
    Row("a key of no known kind", "GET /models", NO_KEY, headers={"X-API-Key": "sk-other-1"}),
    Row("a key without digits", "GET /models", NO_KEY, headers={"X-API-Key": "sk-coasty-test-"}),
    Row("the word Bearer", "GET /models", NO_KEY, headers={"X-API-Key": f"Bearer {SANDBOX_KEY}"}),
    Row("the key of a provider", "GET /machines", NO_KEY, headers={"X-API-Key": SECRET["api_key"]}),
    Row("an unknown scope", "POST /keys", INVALID, {"name": "ci", "scopes": ["all"]}),
    Row("a nameless key", "POST /keys", INVALID, {"name": " "}),
    Row("revoking an unknown key", "DELETE /keys/key_none", NOT_FOUND),
    Row("revoking a key of the other mode", "DELETE /keys/{key_id}", NOT_FOUND, headers=LIVE),
    Row("revoking twice", "DELETE /keys/{key_id}", NOT_FOUND, after=["DELETE /keys/{key_id}"]),
    Row("a test key stores keys", "PUT /llm/keys/openai", NOT_HERE, SECRET),
    Row("a provider of no keys", "PUT /llm/keys/managed", NO_PROVIDER, SECRET, headers=LIVE),
    Row("a short key", "PUT /llm/keys/openai", INVALID, {"api_key": "short"}, headers=LIVE),
    Row("no such stored key", "DELETE /llm/keys/openai", (404, "LLM_KEY_NOT_FOUND"), headers=LIVE),
]

LISTS = [
    Row("no machines", "GET /machines?limit=0", BAD_LIMIT),
    Row("too many machines", "GET /machines?limit=201", BAD_LIMIT),
    Row("some schedules", "GET /schedules?limit=some", BAD_LIMIT),
    Row("half a run", "GET /runs?limit=1.5", BAD_LIMIT),
    Row("minus one workflow", "GET /workflows?limit=-1", BAD_LIMIT),
    Row("no number of workflow runs", "GET /workflows/runs?limit=", BAD_LIMIT),
    Row("runs of no status", "GET /runs?status=done", BAD_STATUS),
    Row("runs of an empty status", "GET /runs?status=", BAD_STATUS),
    Row("queued runs of a schedule", f"GET {SCH}/runs?status=queued", BAD_STATUS),
    Row("a cursor of nothing", f"GET {SCH}/runs?cursor=next", INVALID),
    Row("a month that is none", "GET /usage?period=2026-13", INVALID),
    Row("an event that is none", f"GET {R}/events?after=last", INVALID),
    Row("an event before all", f"GET {WFR}/events?after=-1", INVALID),
    Row("a forgotten answer", "GET /idempotency/never", NOT_FOUND),
    Row("a path of no API", "GET /ocr", NOT_FOUND),
    Row("a method of no operation", "PUT /machines", (405, "METHOD_NOT_ALLOWED"), {}),
]

PREDICTIONS = [
    Row("no screenshot", "POST /predict", INVALID, {"instruction": "Go"}),
    Row("no picture", "POST /predict", NO_PICTURE, {**PREDICT, "screenshot": "QUJD" * 30}),
    Row("a short picture", "POST /ground", NO_PICTURE, {"screenshot": "QUJD", "element": "x"}),
    Row("a huge picture", "POST /predict", TOO_LARGE, {**PREDICT, "screenshot": "A" * 10485764}),
    Row("no instruction", "POST /predict", INVALID, {**PREDICT, "instruction": ""}),
    Row("a long instruction", "POST /predict", INVALID, {**PREDICT, "instruction": "x" * 32001}),
    Row("an unknown engine", "POST /predict", INVALID, {**PREDICT, "cua_version": "v2"}),
    Row("no engine", "POST /predict", INVALID, {**PREDICT, "cua_version": None}),
    Row("a narrow screen", "POST /predict", INVALID, {**PREDICT, "screen_width": 319}),
    Row("no actions", "POST /predict", INVALID, {**PREDICT, "max_actions": 0}),
    Row("too many actions", "POST /predict", INVALID, {**PREDICT, "max_actions": 11}),
    Row("the same tool twice", "POST /predict", INVALID, {**PREDICT, "tools": ["wait", "wait"]}),
    Row("a long trajectory", "POST /predict", INVALID, {**PREDICT, "trajectory": [{}] * 21}),
    Row("a key in the body", "POST /predict", INVALID, {**PREDICT, "llm": SECRET}),
    Row("code without sense", "POST /parse", INVALID, {"code": "click("}),
    Row("a picture to parse", "POST /parse", INVALID, {"screenshot": SCREENSHOT}),
    Row("an unknown provider", "POST /predict", NO_PROVIDER, {**PREDICT, "llm": {"provider": "x"}}),
    Row("a provider without key", "POST /predict", NO_LLM_KEY, {**PREDICT, **OPENAI}),
    Row("a key without provider", "POST /predict", NO_PROVIDER, PREDICT, headers=LLM_KEY),
    Row("a prediction without money", "POST /predict", NO_MONEY, PREDICT, cents=4),
]

SESSIONS = [
    Row("an unknown session", "GET /sessions/ses_none", NO_SESSION),
    Row("a session of the other mode", f"GET {S}", NO_SESSION, headers=LIVE),
    Row("a closed session", f"POST {S}/predict", NO_SESSION, PREDICT, after=[f"DELETE {S}"]),
    Row("a reset of nothing", "POST /sessions/ses_none/reset", NO_SESSION),
    Row("a low screen", "POST /sessions", INVALID, {"screen_height": 239}),
    Row("a long memory", "POST /sessions", INVALID, {"max_trajectory_length": 21}),
    Row("many labels", "POST /sessions", INVALID, {"metadata": MANY}),
    Row("an unknown wish", "POST /sessions", INVALID, {"size": "1280x720"}),
    Row("a session without money", "POST /sessions", NO_MONEY, {}, cents=9),
    Row("an engine per step", f"POST {S}/predict", INVALID, {**PREDICT, "cua_version": "v1"}),
]

MACHINES = [
    Row("no name", "POST /machines", INVALID, {}),
    Row("an empty name", "POST /machines", INVALID, {"display_name": ""}),
    Row("a name that is a number", "POST /machines", INVALID, {"display_name": 7}),
    Row("an unknown system", "POST /machines", INVALID, {"display_name": "x", "os_type": "macos"}),
    Row("no system", "POST /machines", INVALID, {"display_name": "x", "os_type": None}),
    Row("many processors", "POST /machines", INVALID, {"display_name": "x", "cpu_cores": 17}),
    Row(
        "the name of a provider",
        "POST /machines",
        INVALID,
        {"display_name": "x", "provider": "gcp"},
    ),
    Row("a short life", "POST /machines", INVALID, {"display_name": "x", "ttl_minutes": 4}),
    Row("a machine without money", "POST /machines", NO_MONEY, {"display_name": "x"}, cents=19),
    Row("an unknown machine", f"GET /machines/{NOBODY}", NO_MACHINE),
    Row("a machine of the other mode", f"GET {M}", NO_MACHINE, headers=LIVE),
    Row("a lease of four minutes", f"PATCH {M}", INVALID, {"ttl_minutes": 4}),
    Row("a lease without end", f"PATCH {M}", INVALID, {"ttl_minutes": None}),
    Row("another name", f"PATCH {M}", INVALID, {"display_name": "y"}),
    Row("starting what runs", f"POST {M}/start", WRONG_STATE),
    Row("stopping twice", f"POST {M}/stop", WRONG_STATE, after=[f"POST {M}/stop"]),
    Row("a picture of nothing", f"GET {M}/screenshot", WRONG_STATE, after=[f"POST {M}/stop"]),
    Row("starting what is gone", f"POST {M}/start", WRONG_STATE, after=[f"DELETE {M}"]),
    Row("an unknown command", f"POST {M}/actions", INVALID, {"command": "fly"}),
    Row("no patience", f"POST {M}/actions", INVALID, {"command": "click", "timeout_ms": 999}),
    Row("an empty batch", f"POST {M}/actions/batch", INVALID, {"steps": []}),
    Row("a long batch", f"POST {M}/actions/batch", INVALID, {"steps": [{"command": "click"}] * 51}),
    Row("raw code in the browser", f"POST {M}/browser/execute", INVALID, {"parameters": {}}),
    Row("an unknown file operation", f"POST {M}/files/chmod", INVALID, {"parameters": {}}),
    Row("an empty command line", f"POST {M}/terminal", INVALID, {"command": ""}),
    Row("a long command line", f"POST {M}/terminal", INVALID, {"command": "x" * 8193}),
    Row("too much to do", f"POST {M}/actions", TOO_LARGE, "x" * 1048577),
]

SCHEDULES = [
    Row("a machine that is none", "POST /schedules", NO_MACHINE, schedule(machine_id=NOBODY)),
    Row("no time at all", "POST /schedules", INVALID, schedule(frequency=None)),
    Row("two kinds of time", "POST /schedules", INVALID, schedule(run_at=FUTURE)),
    Row("custom without cron", "POST /schedules", INVALID, schedule(**CUSTOM)),
    Row("a cron that is none", "POST /schedules", INVALID, schedule(cron="often", **CUSTOM)),
    Row("an unknown time zone", "POST /schedules", INVALID, schedule(timezone="Mars/Olympus")),
    Row("the 25th hour", "POST /schedules", INVALID, schedule(frequency="daily", time="25:00")),
    Row("the eighth day", "POST /schedules", INVALID, schedule(frequency="weekly", day_of_week=7)),
    Row("in the past", "POST /schedules", INVALID, schedule(frequency=None, run_at=PAST)),
    Row("no failures allowed", "POST /schedules", INVALID, schedule(max_consecutive_failures=0)),
    Row("a schedule without money", "POST /schedules", NO_MONEY, SCHEDULE, cents=19),
    Row("an unknown schedule", "GET /schedules/sch_test_00000000", NOT_FOUND),
    Row("a schedule of the other mode", f"GET {SCH}", NOT_FOUND, headers=LIVE),
    Row("a deleted schedule", f"POST {SCH}/run", NOT_FOUND, {}, after=[f"DELETE {SCH}"]),
    Row("an empty update", f"PATCH {SCH}", NO_CHANGE, {}),
    Row("a null update", f"PATCH {SCH}", INVALID, {"name": None}),
    Row("another machine", f"PATCH {SCH}", INVALID, {"machine_id": "mch_2"}),
    Row("a run without body", f"POST {SCH}/run", INVALID),
    Row("an unknown run of it", f"GET {SCH}/runs/none", NOT_FOUND),
    Row("an unknown kind of trigger", f"POST {SCH}/triggers", INVALID, {"kind": "sms"}),
    Row("a chain from nothing", f"POST {SCH}/triggers", INVALID, CHAIN),
    Row(
        "a chain from a stranger",
        f"POST {SCH}/triggers",
        NOT_FOUND,
        {**CHAIN, "source_schedule_id": "no"},
    ),
    Row(
        "601 requests a minute",
        f"POST {SCH}/triggers",
        INVALID,
        {**HOOK, "rate_limit_per_minute": 601},
    ),
    Row("an unknown trigger", f"DELETE {SCH}/triggers/trg_none", NOT_FOUND),
    Row("a label of dots", "POST /triggers/email-mailbox", INVALID, {"email_label": ".."}),
    Row("an unknown webhook", "POST /triggers/webhook/whk_none", NOT_FOUND, {}),
    Row("a large event", "POST /triggers/webhook/whk_none", TOO_LARGE, "x" * 1048577),
]

RUNS = [
    Row("a run on no machine", "POST /runs", NO_MACHINE, {**RUN, "machine_id": NOBODY}),
    Row("a run without a task", "POST /runs", INVALID, {"machine_id": MACHINE}),
    Row("a run without steps", "POST /runs", INVALID, {**RUN, "max_steps": 0}),
    Row("a run of two days", "POST /runs", INVALID, {**RUN, "deadline_seconds": 172800}),
    Row("an unknown way to wait", "POST /runs", INVALID, {**RUN, "on_awaiting_human": "call"}),
    Row("a listener without https", "POST /runs", INVALID, {**RUN, "webhook_url": "http://a.b"}),
    Row("a run without money", "POST /runs", NO_MONEY, RUN, cents=4),
    Row("a run by a model of ones own", "POST /runs", NO_LLM_KEY, {**RUN, **OPENAI}),
    Row("an unknown run", f"GET /runs/{UUID}", NO_RUN),
    Row("a run of the other mode", f"GET {R}", NO_RUN, headers=LIVE),
    Row("events of an unknown run", f"GET /runs/{UUID}/events", NO_RUN),
    Row("cancelling twice", f"POST {R}/cancel", WRONG_STATE, after=[f"POST {R}/cancel"]),
    Row("going on after the end", f"POST {R}/resume", NOBODY_WAITS, {}, after=[f"POST {R}/cancel"]),
    Row("a long note", f"POST {R}/resume", INVALID, {"note": "x" * 2001}),
]

WORKFLOWS = [
    Row("a workflow without steps", "POST /workflows", INVALID, program()),
    Row("a step of no kind", "POST /workflows", INVALID, program({"id": "x", "type": "fly"})),
    Row("the same step twice", "POST /workflows", INVALID, program(ASK, ASK)),
    Row("an approval in parallel", "POST /workflows", INVALID, program(PARALLEL)),
    Row("an unknown variable", "POST /workflows", INVALID, program(UNKNOWN)),
    Row("a bad slug", "POST /workflows", INVALID, {**WORKFLOW, "slug": "A b"}),
    Row("an unknown workflow", f"GET /workflows/{UUID}", NO_WORKFLOW),
    Row("a workflow of the other mode", f"GET {WF}", NO_WORKFLOW, headers=LIVE),
    Row("a null name", f"PUT {WF}", INVALID, {"name": None}),
    Row("a status of no workflow", f"PUT {WF}", INVALID, {"status": "paused"}),
    Row("running the archived", f"POST {WF}/runs", WRONG_STATE, {}, after=[f"DELETE {WF}"]),
    Row("running nothing", "POST /workflows/runs", INVALID, {}),
    Row("a negative budget", f"POST {WF}/runs", INVALID, {"budget_cents": -1}),
    Row("no rounds", f"POST {WF}/runs", INVALID, {"max_iterations": 0}),
    Row("a workflow without money", f"POST {WF}/runs", NO_MONEY, {}, cents=4),
    Row("an unknown run of a workflow", f"GET /workflows/runs/{UUID}", NO_RUN),
    Row("cancelling it twice", f"POST {WFR}/cancel", WRONG_STATE, after=[f"POST {WFR}/cancel"]),
    Row(
        "approving after the end",
        f"POST {WFR}/resume",
        NOBODY_WAITS,
        {},
        after=[f"POST {WFR}/cancel"],
    ),
    Row("half an approval", f"POST {WFR}/resume", INVALID, {"approved": "maybe"}),
]

BODIES_AND_HEADERS = [
    Row("no JSON", "POST /machines", INVALID, "{oops"),
    Row("an empty body", "POST /sessions", INVALID, ""),
    Row("a list for a body", "POST /workflows", INVALID, []),
    Row("null for a body", "POST /keys", INVALID, "null"),
    Row("a bad idempotency key", "POST /sessions", INVALID, {}, headers={"Idempotency-Key": "a b"}),
    Row("a long idempotency key", "POST /runs", INVALID, RUN, headers=LONG_KEY),
    Row("an error of no name", "GET /models", INVALID, headers={"X-Sandbox-Force-Error": "NONE"}),
]

TABLE = [
    *KEYS,
    *LISTS,
    *PREDICTIONS,
    *SESSIONS,
    *MACHINES,
    *SCHEDULES,
    *RUNS,
    *WORKFLOWS,
    *BODIES_AND_HEADERS,
]
