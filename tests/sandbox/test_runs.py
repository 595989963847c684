"""Runs in the sandbox: what starts, ends, pauses and refuses them."""

from datetime import datetime
from typing import Any

import anyio
import pytest

from coasty_mcp.sandbox import World
from support.mcp_client import Clock
from support.run_sandbox import FOR_EVER, RunClient
from support.sandbox_http import LIVE, code

moment = datetime.fromisoformat


async def test_a_new_run_is_queued_and_created(api: RunClient) -> None:
    answer = await api.http.post("/runs", json=await api.order(metadata={"team": "qa"}))
    run = answer.json()
    assert answer.status_code == 201
    assert (run["object"], run["status"], run["max_steps"]) == ("agent.run", "queued", 50)
    assert (run["cua_version"], run["on_awaiting_human"]) == ("v5", "pause")
    assert run["metadata"] == {"team": "qa"}
    assert (run["step_count"], run["usage"]) == (0, {"credits_charged": 0, "cost_cents": 0})
    assert run["webhook_secret"] is run["started_at"] is run["result"] is None


async def test_a_run_succeeds_after_a_few_steps(api: RunClient) -> None:
    run = await api.outcome("Open the browser.")
    assert run["status"] == "succeeded"
    summary = "Simulated on the drawn desktop: Double click Browser."
    assert run["result"] == {"summary": summary, "passed": True, "simulated": True}
    assert run["steps_completed"] == run["step_count"] == 2
    assert moment(run["created_at"]) <= moment(run["started_at"]) < moment(run["finished_at"])
    assert run["error"] is None


async def test_a_run_acts_on_the_desktop_of_its_machine(api: RunClient) -> None:
    form = 'Open the browser, go to example.com/contact, set Name to "Ada"'
    path = await api.start(f'{form}, set Email to "a@b.c", type "Hi" into Message, press Send.')
    kinds = [data["action_type"] for _, name, data in await api.events(path) if name == "tool_call"]
    assert kinds.count("type_text") == 4
    page = {"command": "browser_get_dom"}
    seen = await api.ok("POST", f"/machines/{api.machine_id}/actions", page)
    assert "Thank you, Ada!" in str(seen["result"])


@pytest.mark.parametrize(
    "task", ["Sum up the mail.", "Buy milk", "Book a flight, and post it to Slack."]
)
async def test_a_task_that_is_not_understood_does_not_succeed(api: RunClient, task: str) -> None:
    run = await api.outcome(task)
    assert (run["status"], run["error"]["code"]) == ("failed", "TASK_FAILED")
    assert "The sandbox does not understand" in run["error"]["message"]
    assert "Say it as in" in run["error"]["message"]
    assert run["result"] is None


async def test_a_run_without_a_desktop_says_how_to_get_one(api: RunClient) -> None:
    machine = (await api.ok("POST", "/machines", {"display_name": "bare"}))["machine"]["id"]
    run = await api.outcome(machine_id=machine)
    assert run["status"] == "failed"
    assert "desktop_enabled" in run["error"]["message"]


async def test_a_run_asks_before_what_its_task_says_it_shall_ask_about(api: RunClient) -> None:
    task = "Open the browser. Ask me before you go to example.com/contact."
    path = await api.start(task)
    await api.events(path)
    waiting = await api.ok("GET", path)
    assert waiting["status"] == "awaiting_human"
    assert "go to example.com/contact" in waiting["awaiting_human_reason"]
    await api.ok("POST", f"{path}/resume", {"note": "Yes."})
    await api.events(path)
    run = await api.ok("GET", path)
    assert run["status"] == "succeeded"
    assert "example.com/contact" in run["result"]["summary"]


async def test_a_run_waits_for_a_person_who_fills_in_what_it_was_not_told(api: RunClient) -> None:
    form = "Open the browser, go to example.com/contact"
    path = await api.start(f'{form}, set Name to "Ada", set Email to "a@b.c", press Send.')
    await api.events(path)
    waiting = await api.ok("GET", path)
    assert waiting["status"] == "awaiting_human"
    assert "Please fill in Message" in waiting["awaiting_human_reason"]
    for command, parameters in (
        ("browser_type", {"selector": "#message", "text": "Hi"}),
        ("browser_click", {"selector": "button[type=submit]"}),
    ):
        action = {"command": command, "parameters": parameters}
        await api.ok("POST", f"/machines/{api.machine_id}/actions", action)
    await api.ok("POST", f"{path}/resume")
    await api.events(path)
    assert (await api.ok("GET", path))["status"] == "succeeded"


@pytest.mark.parametrize(
    ("order", "status", "error", "steps"),
    [
        ({"task": "Try. [fail]"}, "failed", "TASK_FAILED", None),
        ({"max_steps": 1}, "failed", "MAX_STEPS_REACHED", 1),
        ({"task": "[pause]", "on_awaiting_human": "fail"}, "failed", "AWAITING_HUMAN", 1),
        ({"task": "[pause]", "on_awaiting_human": "cancel"}, "cancelled", "AWAITING_HUMAN", 1),
        (
            {"task": "[pause]", "awaiting_human_timeout_seconds": 60},
            "timed_out",
            "AWAITING_HUMAN",
            1,
        ),
        (
            {"task": "[pause]", "awaiting_human_timeout_seconds": 60, "deadline_seconds": 9},
            "timed_out",
            "DEADLINE_EXCEEDED",
            1,
        ),
        ({"task": "[pause]", "deadline_seconds": 9}, "timed_out", "DEADLINE_EXCEEDED", 1),
    ],
)
async def test_a_run_that_does_not_succeed_says_why(
    api: RunClient, order: dict[str, Any], status: str, error: str, steps: int | None
) -> None:
    run = await api.outcome(**order)
    assert (run["status"], run["error"]["code"]) == (status, error)
    assert run["error"]["message"]
    assert run["result"] is run["awaiting_human_reason"] is run["awaiting_human_since"] is None
    assert steps in (None, run["steps_completed"])


async def test_a_run_stops_in_the_middle_of_a_step_at_its_deadline() -> None:
    clock = Clock()
    api = RunClient(World(clock=clock.now, sleep=clock.sleep, pace=2))
    began = clock.now()
    run = await api.outcome(deadline_seconds=3)
    assert (run["error"]["code"], run["steps_completed"]) == ("DEADLINE_EXCEEDED", 1)
    assert (clock.now() - began).total_seconds() == 3


async def test_a_run_fails_when_its_machine_is_not_running(api: RunClient) -> None:
    order = await api.order()
    await api.ok("POST", f"/machines/{api.machine_id}/stop")
    run = await api.outcome(**order)
    assert (run["status"], run["error"]["code"]) == ("failed", "INVALID_STATE")
    assert f"{api.machine_id} is stopped" in run["error"]["message"]


async def test_a_fault_of_the_sandbox_is_a_failed_run() -> None:
    async def broken(_: float) -> None:
        raise OSError("no more time")

    run = await RunClient(World(sleep=broken)).outcome()
    assert (run["status"], run["error"]["code"]) == ("failed", "INTERNAL_ERROR")


async def test_a_run_waits_for_a_person_once(api: RunClient) -> None:
    path = await api.start("Pay. [pause]")
    await api.events(path)
    waiting = await api.ok("GET", path)
    assert waiting["status"] == "awaiting_human"
    assert waiting["awaiting_human_reason"]
    assert waiting["awaiting_human_since"]
    resumed = await api.ok("POST", f"{path}/resume", {"note": "Approved."})
    assert (resumed["status"], resumed["awaiting_human_reason"]) == ("running", None)
    await api.events(path)
    assert (await api.ok("GET", path))["status"] == "succeeded"


async def test_a_run_is_resumed_without_a_body(api: RunClient) -> None:
    path = await api.start("Pay. [pause]")
    await api.events(path)
    assert (await api.ok("POST", f"{path}/resume"))["status"] == "running"


@pytest.mark.parametrize("task", ["Work.", "Work. [pause]"])
async def test_a_run_is_cancelled_for_good(task: str) -> None:
    api = RunClient(World(pace=0 if "[pause]" in task else FOR_EVER))
    path = await api.start(task)
    if "[pause]" in task:
        await api.events(path)
    assert (await api.ok("POST", f"{path}/cancel"))["status"] == "cancelled"
    done = [name for _, name, _ in await api.events(path)]
    assert done[-3:] == ["status", "terminal", "done"]
    assert (await api.ok("GET", path))["status"] == "cancelled"


async def test_an_ended_run_is_neither_cancelled_nor_resumed(api: RunClient) -> None:
    path = f"/runs/{(await api.outcome())['id']}"
    again = await api.http.post(f"{path}/cancel")
    assert (again.status_code, code(again)) == (409, "INVALID_STATE")
    assert again.json()["error"]["current_state"] == "succeeded"
    assert again.json()["error"]["allowed_from"] == ["queued", "running", "awaiting_human"]
    resumed = await api.http.post(f"{path}/resume", json={})
    assert (resumed.status_code, code(resumed)) == (409, "NOT_AWAITING_HUMAN")
    assert (await api.ok("GET", path))["status"] == "succeeded"


async def test_a_run_at_work_is_not_resumed(slow: RunClient) -> None:
    path = await slow.start()
    await anyio.wait_all_tasks_blocked()
    answer = await slow.http.post(f"{path}/resume")
    assert (answer.status_code, code(answer)) == (409, "NOT_AWAITING_HUMAN")
    error = answer.json()["error"]
    assert (error["current_state"], error["allowed_from"]) == ("running", ["awaiting_human"])


async def test_runs_are_listed_newest_first_and_by_status(api: RunClient) -> None:
    failed = [(await api.outcome(f"{number} [fail]"))["id"] for number in range(2)]
    good = [(await api.outcome())["id"] for _ in range(2)]
    page = await api.ok("GET", "/runs?limit=3")
    assert [run["id"] for run in page["data"]] == [*reversed(good), failed[1]]
    assert page["has_more"] is True
    page = await api.ok("GET", "/runs?status=failed")
    assert [run["id"] for run in page["data"]] == failed[::-1]
    assert page["has_more"] is False


async def test_twenty_runs_are_listed_unless_more_are_asked_for(slow: RunClient) -> None:
    for _ in range(21):
        await slow.start()
    page = await slow.ok("GET", "/runs")
    assert (len(page["data"]), page["has_more"]) == (20, True)


async def test_a_repeated_start_starts_one_run(api: RunClient) -> None:
    key, order = {"Idempotency-Key": "total-1"}, await api.order(webhook_url="https://a.example/b")
    first = await api.http.post("/runs", json=order, headers=key)
    again = await api.http.post("/runs", json=order, headers=key)
    assert again.status_code == 201
    assert again.headers["X-Coasty-Idempotent-Replay"] == "true"
    for field in ("id", "status", "created_at", "webhook_secret"):
        assert again.json()[field] == first.json()[field]
    assert len((await api.ok("GET", "/runs"))["data"]) == 1


async def test_a_live_key_sees_no_test_runs(api: RunClient) -> None:
    path = await api.start()
    answer = await api.http.get(path, headers=LIVE)
    assert (answer.status_code, code(answer)) == (404, "RUN_NOT_FOUND")
    assert (await api.http.get("/runs", headers=LIVE)).json()["data"] == []
