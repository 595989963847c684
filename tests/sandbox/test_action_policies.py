"""The sandbox keeps an action policy before anything is done, as the API does."""

from typing import Any

import pytest
from httpx2 import AsyncClient

from support.run_sandbox import RunClient
from support.sandbox_http import act, code, provision, screenshot
from support.schedule_sandbox import ScheduleClient
from support.workflow_sandbox import WorkflowClient, task

Json = dict[str, Any]

NO_CLICKS: Json = {"blocked_actions": ["click"]}
GO = "Open the browser."


async def windows(http: AsyncClient, machine: str) -> list[Any]:
    return (await act(http, machine, "list_windows"))["result"]["windows"]


async def test_a_prediction_against_it_is_refused_and_given_back(http: AsyncClient) -> None:
    body = {"screenshot": await screenshot(http, await provision(http)), "instruction": GO}
    assert (await http.post("/predict", json={**body, "action_policy": {}})).is_success
    answer = await http.post("/predict", json={**body, "action_policy": NO_CLICKS})
    assert (answer.status_code, code(answer)) == (422, "VALIDATION_ERROR")
    assert answer.json()["error"]["details"][0]["loc"] == ["body", "action_policy"]
    assert "X-Credits-Charged" not in answer.headers or answer.headers["X-Credits-Charged"] == "0"


async def test_a_session_keeps_it_for_all_its_predictions(http: AsyncClient) -> None:
    body = {"screenshot": await screenshot(http, await provision(http)), "instruction": GO}
    made = (await http.post("/sessions", json={"action_policy": NO_CLICKS})).json()
    assert "action_policy" not in made
    for _ in range(2):
        answer = await http.post(f"/sessions/{made['session_id']}/predict", json=body)
        assert (answer.status_code, code(answer)) == (422, "VALIDATION_ERROR")


async def test_code_against_it_is_not_parsed(http: AsyncClient) -> None:
    asked = {"code": "pyautogui.write('a')", "action_policy": {"blocked_actions": ["type_text"]}}
    answer = await http.post("/parse", json=asked)
    assert (answer.status_code, code(answer)) == (422, "VALIDATION_ERROR")


async def test_a_command_against_it_is_not_carried_out(http: AsyncClient) -> None:
    machine = await provision(http)
    policy = {"action_policy": {"blocked_actions": ["browser_open"]}}
    answer = await http.post(f"{machine}/actions", json={"command": "browser_open", **policy})
    assert (answer.status_code, code(answer)) == (422, "VALIDATION_ERROR")
    assert await windows(http, machine) == []


async def test_one_command_against_it_refuses_the_whole_batch(http: AsyncClient) -> None:
    machine = await provision(http)
    steps = [{"command": "browser_open"}, {"command": "key_press", "parameters": {"key": "F5"}}]
    batch = {"steps": steps, "action_policy": {"blocked_keys": ["f5"]}}
    answer = await http.post(f"{machine}/actions/batch", json=batch)
    assert (answer.status_code, code(answer)) == (422, "VALIDATION_ERROR")
    assert "Action 2" in answer.json()["error"]["message"]
    assert await windows(http, machine) == []


@pytest.mark.parametrize(
    ("policy", "reason"), [(NO_CLICKS, "it is blocked"), ({"max_actions": 1}, "allows 1 actions")]
)
async def test_a_run_fails_before_it_acts_against_it(policy: Json, reason: str) -> None:
    api = RunClient()
    form = 'Open the browser, go to example.com/contact, set Name to "Ada".'
    run = await api.outcome(form, action_policy=policy)
    assert (run["status"], run["error"]["code"]) == ("failed", "TASK_FAILED")
    assert reason in run["error"]["message"]
    assert "action_policy" not in run


async def test_a_run_that_keeps_to_it_succeeds() -> None:
    run = await RunClient().outcome(action_policy={"blocked_actions": ["drag"], "max_actions": 3})
    assert run["status"] == "succeeded"


async def test_the_tasks_of_a_workflow_keep_it_together() -> None:
    flow = WorkflowClient()
    steps = task("one", GO, save_as="one"), task("two", "Open the text editor.", save_as="two")
    told = {"one": "{{one.status}}", "two": "{{two.status}}"}
    within = await flow.run(*steps, output=told, action_policy={"max_actions": 2})
    beyond = await flow.run(*steps, output=told, action_policy={"max_actions": 1})
    assert within["output"] == {"one": "succeeded", "two": "succeeded"}
    assert beyond["output"] == {"one": "succeeded", "two": "failed"}


async def test_a_schedules_runs_keep_it() -> None:
    api = ScheduleClient()
    path = await api.schedule(action_policy=NO_CLICKS)
    api.clock.pass_by(hours=1, minutes=1)
    [run] = await api.runs(path)
    assert run["status"] == "failed"
    assert "it is blocked" in run["error"]


@pytest.mark.parametrize(
    "policy",
    [
        {"allowed_actions": []},
        {"blocked_actions": ["a"] * 129},
        {"max_actions": 10_001},
        {"coordinate_bounds": {"min_x": 0}},
        {"allowed_actions": ["click"], "blocked_actions": ["click"]},
        {"surprise": 1},
    ],
)
async def test_a_wrong_policy_is_refused(http: AsyncClient, policy: Json) -> None:
    answer = await http.post("/parse", json={"code": "x", "action_policy": policy})
    assert (answer.status_code, code(answer)) == (422, "VALIDATION_ERROR")
