"""Every operation in front of an API that says little: what is missing is filled or not needed."""

import inspect
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx2 import Response

from coasty_mcp.api.client import Coasty, Transport
from coasty_mcp.api.errors import CoastyError, UnreadableReply
from coasty_mcp.api.wire import runs, schedules
from coasty_mcp.api.wire import workflows as flows
from coasty_mcp.api.wire.base import Reply
from support.client_calls import BOT, CALLS, FLOW, TTL, every
from support.fakes import Flaky, refusal
from support.mcp_client import Clock
from support.thin_upstream import ThinUpstream

FILLED: dict[str, dict[str, Any]] = {
    "predictions.ground": {"screen_width": 640, "screen_height": 480},
    "sessions.create": {"screen_size": "640x480"},
    "sessions.reset": {"session_id": "ses_1"},
    "machines.set_ttl": {"machine_id": "mch_1", "ttl_minutes": 60},
    "machines.terminate": {"machine_id": "mch_1", "status": "gone"},
    "machines.take_screenshot": {"machine_id": "mch_1"},
    "actions.execute": {"machine_id": "mch_1", "command": "click", "success": True},
    "actions.run_terminal_command": {
        "command": "terminal_execute",
        "result": {"output": "hello\n", "exit_code": 0},
    },
    "actions.run_files_op": {"command": "file_write", "result": {"path": "a.txt"}},
    "actions.execute_batch": {"completed_count": 2, "failed_count": 0},
    "workflows.start_run": {"machine_id": "mch_1", "inputs": {"who": "Ada"}},
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
        if not name.startswith(("_", "check_"))  # what sends nothing
    }
    assert methods == CALLS.keys()


@pytest.mark.parametrize("name", CALLS)
async def test_a_reply_that_says_little_is_read(name: str) -> None:
    reply = await CALLS[name](coasty(ThinUpstream()))
    told: dict[str, Any] = reply.model_dump() if isinstance(reply, Reply) else {}
    assert FILLED.get(name, {}).items() <= told.items()


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
        refusal(409, "INVALID_STATE", retryable=False, current_state="deleting"),
        refusal(409, "INVALID_STATE", retryable=False),
    ],
    ids=["404", "any 404", "409", "409 on its way", "409 without a state"],
)
async def test_to_terminate_what_is_gone_is_success(answer: Response) -> None:
    gone = await coasty(Flaky(answer)).machines.terminate("mch_9")
    assert (gone.machine_id, gone.status) == ("mch_9", "gone")


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


@pytest.mark.parametrize(
    ("name", "body", "told"),
    [
        ("machines.get_pricing", {"linux_running": 5}, {"pricing": {"linux_running": 5}}),
        ("machines.get_pricing", {"pricing": {"a": 1}}, {"pricing": {"a": 1}}),
        ("sessions.create", {"session_id": "sess_9"}, {"session_id": "sess_9"}),
        ("runs.start", {"id": "run_9", "status": "queued"}, {"id": "run_9", "machine_id": "mch_1"}),
        ("workflows.get_run", {"id": "wfr_9", "status": "running"}, {"id": "wfr_9"}),
        ("actions.execute", {}, {"command": "click", "success": True}),
        ("actions.execute", {"command": "move"}, {"command": "move"}),
        (
            "actions.run_terminal_command",
            {"result": {"output": "hi", "exit_code": 3}},
            {"result": {"output": "hi", "exit_code": 3}},
        ),
        ("predictions.predict", {"actions": [{"action_type": "fail"}]}, {"status": "fail"}),
        ("machines.start", {}, {"machine_id": "mch_1", "status": "starting"}),
        ("machines.stop", {}, {"machine_id": "mch_1", "status": "stopping"}),
        ("machines.restart", {}, {"machine_id": "mch_1", "status": "restarting"}),
        ("machines.terminate", {}, {"machine_id": "mch_1", "status": "terminated"}),
        ("schedules.pause", {"id": "sch_1"}, {"enabled": False}),
        ("schedules.resume", {"id": "sch_1"}, {"enabled": True}),
        ("schedules.create", {"id": "sch_1"}, {"name": "n", "frequency": "hourly"}),
        ("workflows.create", {"id": "wf_1"}, {"name": FLOW.name, "slug": FLOW.slug}),
    ],
)
async def test_a_thin_reply_in_another_spelling_is_read_too(
    name: str, body: dict[str, Any], told: dict[str, Any]
) -> None:
    reply = await CALLS[name](coasty(Flaky(Response(200, json=body))))
    assert told.items() <= reply.model_dump().items()


@pytest.mark.parametrize(
    ("machine", "read"),
    [
        ({"status": None, "display_name": None, "is_test": None}, {"status": "unknown"}),
        ({"billing": {"running_credits_per_hour": None}}, {"billing.running_credits_per_hour": 0}),
        ({"billing": {"accrued_cents": 12.6}}, {"billing.accrued_cents": 13}),
        ({"cpu_cores": 1.5, "storage_gb": 10.0, "status": "new"}, {"cpu_cores": 2}),
    ],
)
async def test_a_null_or_a_fraction_in_a_spare_field_loses_no_list(
    machine: dict[str, Any], read: dict[str, Any]
) -> None:
    reply = {"data": [{"id": "mch_1", "status": "running"}, {"id": "mch_2", **machine}]}
    listed = await coasty(Flaky(Response(200, json=reply))).machines.list(5)
    assert [each.id for each in listed.data] == ["mch_1", "mch_2"]
    for path, value in read.items():
        found: Any = listed.data[1]
        for name in path.split("."):
            found = getattr(found, name)
        assert found == value


@pytest.mark.parametrize(
    ("machine", "problem"),
    [
        ({"id": None}, "data.0.id cannot be read: input should be a valid string"),
        ({"id": "mch_1", "cpu_cores": {}}, "data.0.cpu_cores cannot be read: input should be"),
        ({"id": "m", "status": ["x"]}, "data.0.status cannot be read: input should be"),
    ],
)
async def test_what_is_needed_or_of_another_kind_is_still_missed(
    machine: dict[str, Any], problem: str
) -> None:
    with pytest.raises(UnreadableReply, match=rf"{problem}.*go on without it"):
        await coasty(Flaky(Response(200, json={"data": [machine]}))).machines.list(5)
