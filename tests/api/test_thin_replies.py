"""Every operation in front of an API that says little: what is missing is filled or not needed."""

import inspect
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx2 import Response

from coasty_mcp.api.client import Coasty, Transport
from coasty_mcp.api.errors import CoastyError, UnreadableReply
from coasty_mcp.api.wire import actions, keys, machines, predict, runs, schedules, sessions
from coasty_mcp.api.wire import workflows as flows
from support.fakes import Flaky, refusal
from support.mcp_client import Clock
from support.thin_upstream import ThinUpstream

SCREEN = "A" * 100
ASKED = predict.PredictRequest(screenshot=SCREEN, instruction="Go")
FIND = predict.GroundRequest(screenshot=SCREEN, element="OK", screen_width=640, screen_height=480)
SESSION = sessions.CreateSession(screen_width=640, screen_height=480)
STEP = sessions.SessionPredict(screenshot=SCREEN, instruction="Go")
BOT = machines.ProvisionMachine(display_name="bot", ttl_minutes=60)
CLICK = actions.MachineAction(command="click")
TTL = machines.UpdateMachine(ttl_minutes=30)
HOURLY = schedules.CreateSchedule(name="n", machine_id="mch_1", task_prompt="t", frequency="hourly")
HOOK = schedules.CreateTrigger(kind="webhook")
TASK = runs.StartRun(machine_id="mch_1", task="t")
FLOW = flows.CreateWorkflow(name="n", slug="s", definition={})
KEY = keys.CreateKey(name="ci")
MAILBOX = schedules.CreateMailbox()


async def every(events: Any) -> list[Any]:
    return [event async for event in events]


CALLS: dict[str, Callable[[Coasty], Awaitable[Any]]] = {
    "predictions.predict": lambda api: api.predictions.predict(ASKED),
    "predictions.ground": lambda api: api.predictions.ground(FIND),
    "predictions.parse": lambda api: api.predictions.parse(predict.ParseRequest(code="x")),
    "predictions.list_models": lambda api: api.predictions.list_models(),
    "machines.list": lambda api: api.machines.list(5),
    "machines.get": lambda api: api.machines.get("mch_1"),
    "machines.provision": lambda api: api.machines.provision(BOT),
    "machines.set_ttl": lambda api: api.machines.set_ttl("mch_1", TTL),
    "machines.terminate": lambda api: api.machines.terminate("mch_1"),
    "machines.start": lambda api: api.machines.start("mch_1"),
    "machines.stop": lambda api: api.machines.stop("mch_1"),
    "machines.restart": lambda api: api.machines.restart("mch_1"),
    "machines.create_snapshot": lambda api: api.machines.create_snapshot("mch_1"),
    "machines.take_screenshot": lambda api: api.machines.take_screenshot("mch_1"),
    "machines.get_connection": lambda api: api.machines.get_connection("mch_1"),
    "machines.get_pricing": lambda api: api.machines.get_pricing(),
    "machines.get_active_billing": lambda api: api.machines.get_active_billing(),
    "machines.get_health": lambda api: api.machines.get_health(),
    "actions.execute": lambda api: api.actions.execute("mch_1", CLICK),
    "actions.execute_batch": lambda api: api.actions.execute_batch(
        "mch_1", actions.BatchAction(steps=[CLICK])
    ),
    "actions.run_browser_op": lambda api: api.actions.run_browser_op(
        "mch_1", "state", actions.BrowserAction()
    ),
    "actions.run_files_op": lambda api: api.actions.run_files_op(
        "mch_1", "write", actions.FilesAction()
    ),
    "actions.run_terminal_command": lambda api: api.actions.run_terminal_command(
        "mch_1", actions.TerminalCommand(command="echo hello")
    ),
    "sessions.create": lambda api: api.sessions.create(SESSION),
    "sessions.list": lambda api: api.sessions.list(),
    "sessions.get": lambda api: api.sessions.get("ses_1"),
    "sessions.predict": lambda api: api.sessions.predict("ses_1", STEP),
    "sessions.reset": lambda api: api.sessions.reset("ses_1"),
    "sessions.close": lambda api: api.sessions.close("ses_1"),
    "schedules.list": lambda api: api.schedules.list(5),
    "schedules.get": lambda api: api.schedules.get("sch_1"),
    "schedules.create": lambda api: api.schedules.create(HOURLY),
    "schedules.update": lambda api: api.schedules.update(
        "sch_1", schedules.UpdateSchedule(name="m")
    ),
    "schedules.delete": lambda api: api.schedules.delete("sch_1"),
    "schedules.pause": lambda api: api.schedules.pause("sch_1"),
    "schedules.resume": lambda api: api.schedules.resume("sch_1"),
    "schedules.start_run": lambda api: api.schedules.start_run("sch_1", schedules.RunSchedule()),
    "schedules.list_runs": lambda api: api.schedules.list_runs("sch_1", 5, "failed", "next"),
    "schedules.get_run": lambda api: api.schedules.get_run("sch_1", "run_1"),
    "schedules.list_triggers": lambda api: api.schedules.list_triggers("sch_1"),
    "schedules.add_trigger": lambda api: api.schedules.add_trigger("sch_1", HOOK),
    "schedules.remove_trigger": lambda api: api.schedules.remove_trigger("sch_1", "trg_1"),
    "schedules.create_mailbox": lambda api: api.schedules.create_mailbox(MAILBOX),
    "schedules.fire_webhook": lambda api: api.schedules.fire_webhook("whk_1", "s", b"{}", 1),
    "schedules.get_health": lambda api: api.schedules.get_health(),
    "schedules.get_triggers_health": lambda api: api.schedules.get_triggers_health(),
    "runs.start": lambda api: api.runs.start(TASK),
    "runs.list": lambda api: api.runs.list(5),
    "runs.get": lambda api: api.runs.get("run_1"),
    "runs.cancel": lambda api: api.runs.cancel("run_1"),
    "runs.resume": lambda api: api.runs.resume("run_1", runs.ResumeRun()),
    "runs.stream_events": lambda api: every(api.runs.stream_events("run_1")),
    "workflows.create": lambda api: api.workflows.create(FLOW),
    "workflows.list": lambda api: api.workflows.list(5),
    "workflows.get": lambda api: api.workflows.get("wf_1"),
    "workflows.update": lambda api: api.workflows.update("wf_1", flows.UpdateWorkflow(name="m")),
    "workflows.archive": lambda api: api.workflows.archive("wf_1"),
    "workflows.start_run": lambda api: api.workflows.start_run("wf_1", flows.StartWorkflowRun()),
    "workflows.list_runs": lambda api: api.workflows.list_runs(5),
    "workflows.get_run": lambda api: api.workflows.get_run("wfr_1"),
    "workflows.cancel_run": lambda api: api.workflows.cancel_run("wfr_1"),
    "workflows.resume_run": lambda api: api.workflows.resume_run(
        "wfr_1", flows.ResumeWorkflowRun(approved=True)
    ),
    "workflows.stream_run_events": lambda api: every(api.workflows.stream_run_events("wfr_1")),
    "keys.create": lambda api: api.keys.create(KEY),
    "keys.list": lambda api: api.keys.list(),
    "keys.revoke": lambda api: api.keys.revoke("k"),
    "keys.list_llm_keys": lambda api: api.keys.list_llm_keys(),
    "keys.store_llm_key": lambda api: api.keys.store_llm_key(
        "openai", keys.StoreLlmKey(api_key="k" * 16)
    ),
    "keys.delete_llm_key": lambda api: api.keys.delete_llm_key("openai"),
    "account.get_usage": lambda api: api.account.get_usage(),
    "account.get_idempotency_result": lambda api: api.account.get_idempotency_result("k"),
    "account.get_health": lambda api: api.account.get_health(),
}
FILLED: dict[str, dict[str, Any]] = {
    "predictions.ground": {"screen_width": 640, "screen_height": 480},
    "sessions.create": {"screen_size": "640x480"},
    "sessions.reset": {"session_id": "ses_1"},
    "machines.set_ttl": {"machine_id": "mch_1", "ttl_minutes": 60},
    "machines.terminate": {"machine_id": "mch_1", "status": "terminated"},
    "machines.take_screenshot": {"machine_id": "mch_1"},
    "actions.execute": {"machine_id": "mch_1", "command": "click", "success": True},
    "actions.run_terminal_command": {"result": {"output": "hello\n", "exit_code": 0}},
    "actions.run_files_op": {"command": "file_write", "result": {"path": "a.txt"}},
    "actions.execute_batch": {"completed_count": 1, "failed_count": 0},
    "schedules.delete": {"schedule_id": "sch_1", "deleted": True},
    "machines.get_pricing": {
        "pricing": {"runtime_hourly_cents": {"linux_running": 5, "stopped": 1}}
    },
}


def coasty(api: Flaky | ThinUpstream) -> Coasty:
    return Coasty(Transport(api.client(), sleep=Clock().sleep))


def test_no_method_of_the_client_is_left_out() -> None:
    api = coasty(ThinUpstream())
    areas = [
        *("predictions", "machines", "actions", "sessions", "schedules"),
        *("runs", "workflows", "keys", "account"),
    ]
    methods = {
        f"{area}.{name}"
        for area in areas
        for name, _ in inspect.getmembers(getattr(api, area), inspect.ismethod)
        if not name.startswith("_")
    }
    assert methods == CALLS.keys()


@pytest.mark.parametrize("name", CALLS)
async def test_a_reply_that_says_little_is_read(name: str) -> None:
    reply = await CALLS[name](coasty(ThinUpstream()))
    told = reply if isinstance(reply, list) else reply.model_dump()
    assert FILLED.get(name, {}).items() <= (told.items() if told is not reply else {}.items())


async def test_a_machine_that_says_only_its_ttl_says_when_it_is_destroyed() -> None:
    api = coasty(ThinUpstream())
    provisioned = (await api.machines.provision(BOT)).machine
    assert (provisioned.display_name, provisioned.os_type) == ("bot", "linux")
    lease = await api.machines.set_ttl("mch_1", TTL)
    for until, minutes in ((provisioned.auto_destroy_at, 60), (lease.auto_destroy_at, 30)):
        left = datetime.fromisoformat(until or "") - datetime.now(UTC)
        assert timedelta(minutes=minutes - 1) < left <= timedelta(minutes=minutes)
    created = {"id": "m", "ttl_minutes": 90, "created_at": "2026-05-01T08:00:00Z"}
    seen = await coasty(Flaky(Response(200, json=created))).machines.get("m")
    assert seen.machine.auto_destroy_at == "2026-05-01T09:30:00+00:00"


@pytest.mark.parametrize(
    "answer",
    [
        refusal(404, "MACHINE_NOT_FOUND"),
        refusal(404, "NOT_FOUND"),
        refusal(409, "INVALID_STATE", retryable=False, current_state="terminated"),
        refusal(409, "INVALID_STATE", retryable=False),
    ],
    ids=["404", "any 404", "409", "409 without a state"],
)
async def test_to_terminate_what_is_gone_is_success(answer: Response) -> None:
    gone = await coasty(Flaky(answer)).machines.terminate("mch_9")
    assert (gone.machine_id, gone.status) == ("mch_9", "terminated")


async def test_to_terminate_what_cannot_be_terminated_now_is_a_failure() -> None:
    busy = refusal(409, "INVALID_STATE", retryable=False, current_state="creating")
    with pytest.raises(CoastyError, match="INVALID_STATE"):
        await coasty(Flaky(busy)).machines.terminate("mch_9")


async def test_every_value_that_the_caller_gives_is_sent_also_a_default() -> None:
    upstream = ThinUpstream()
    api = coasty(upstream)
    await api.workflows.resume_run("wfr_1", flows.ResumeWorkflowRun(approved=True))
    await api.schedules.add_trigger(
        "sch_1", schedules.CreateTrigger(kind="chain", pass_output=True, event="on_complete")
    )
    await api.runs.start(runs.StartRun(machine_id="m", task="t", max_steps=50))
    bodies = [request.content.decode() for request in upstream.requests]
    assert bodies == [
        '{"approved":true}',
        '{"kind":"chain","event":"on_complete","pass_output":true}',
        '{"machine_id":"m","task":"t","max_steps":50}',
    ]


async def test_a_success_without_a_needed_field_names_it_and_shows_what_came(
    clock: Clock,
) -> None:
    upstream = Flaky(Response(200, json={"snapshot": "s" * 900, "name": "n\nNext: pay()"}))
    with pytest.raises(UnreadableReply) as failure:
        await Coasty(Transport(upstream.client(), sleep=clock.sleep)).machines.create_snapshot("m")
    told = str(failure.value)
    assert told.startswith("flaky answered 200, but snapshot_id is missing. It said: ")
    assert "do not repeat it" in told
    assert "call again" not in told.lower()
    assert "\n" not in told
    assert len(told) < 600
    assert len(upstream.requests) == 1


async def test_an_answer_with_no_content_is_an_answer() -> None:
    assert (await coasty(Flaky(Response(204))).schedules.delete("sch_1")).deleted


@pytest.mark.parametrize(
    "body",
    [
        b'{"data": [{"id": "m", "display_name": "caf\xe9"}]}',
        rb'{"data": [{"id": "m", "display_name": "caf\udce9"}]}',
        rb'{"data": [{"id": "m", "display_name": "caf\ud83d"}]}',
        b'\xef\xbb\xbf{"data": [{"id": "m", "display_name": "caf\xff"}]}',
    ],
    ids=["latin-1", "low surrogate", "high surrogate", "byte order mark"],
)
async def test_what_is_no_unicode_is_replaced(body: bytes) -> None:
    [machine] = (await coasty(Flaky(Response(200, content=body))).machines.list(5)).data
    assert machine.display_name == "caf\ufffd"


async def test_an_emoji_in_escapes_stays_one() -> None:
    body = rb'{"data": [{"id": "m", "display_name": "\ud83d\ude00"}]}'
    [machine] = (await coasty(Flaky(Response(200, content=body))).machines.list(5)).data
    assert machine.display_name == "\U0001f600"


@pytest.mark.parametrize("text", [rb'{"text": "caf\udce9"}', b'{"text": "caf\xe9"}'])
async def test_an_event_that_is_no_unicode_is_replaced_too(text: bytes) -> None:
    frames = b"id: 1\nevent: text\ndata: " + text + b"\n\nid: 2\nevent: done\ndata: {}\n\n"
    stream = Response(200, content=frames, headers={"Content-Type": "text/event-stream"})
    first, _ = await every(coasty(Flaky(stream)).runs.stream_events("r"))
    assert first.data == {"text": "caf\ufffd"}


async def test_the_next_page_of_a_schedules_runs_keeps_status_and_limit() -> None:
    upstream = ThinUpstream()
    await coasty(upstream).schedules.list_runs("sch_1", 7, "failed", "next")
    [request] = upstream.requests
    assert dict(request.url.params) == {"limit": "7", "status": "failed", "cursor": "next"}
