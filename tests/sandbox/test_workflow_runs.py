"""Runs of workflows in the sandbox, seen through HTTP."""

from collections.abc import AsyncGenerator

import pytest

from support.workflow_sandbox import Json, WorkflowClient, check, failure, refused, step, task


@pytest.fixture
async def flows() -> AsyncGenerator[WorkflowClient]:
    made = WorkflowClient()
    async with made.http:
        yield made


async def test_a_task_is_a_run_and_binds_what_came_of_it(flows: WorkflowClient) -> None:
    read = task("read", "Open {{inputs.what}}.", save_as="bill")
    run = await flows.run(read, inputs={"what": "the browser"}, output={"all": "{{bill}}"})
    outcome = run["output"]["all"]
    made = (await flows.http.get(f"/runs/{outcome['run_id']}")).json()
    assert run["status"] == "succeeded"
    assert made["task"] == "Open the browser."
    assert outcome == {
        "status": "succeeded",
        "passed": True,
        "result": made["result"],
        "run_id": made["id"],
        "steps": made["steps_completed"],
        "error": None,
    }
    assert run["spent_cents"] == 5 * made["steps_completed"]


async def test_a_task_that_fails_leaves_it_to_the_workflow_what_to_do(
    flows: WorkflowClient,
) -> None:
    run = await flows.run(task("t", "[fail]"), output={"of": "{{t.error.code}}"})
    assert (run["status"], run["output"]) == ("succeeded", {"of": "TASK_FAILED"})


@pytest.mark.parametrize(("number", "branch"), [(5, "large"), (3, "small")])
async def test_an_if_takes_one_of_its_branches(
    flows: WorkflowClient, number: int, branch: str
) -> None:
    choice = step(
        "if",
        "size",
        condition={"op": "gt", "left": "{{inputs.n}}", "right": 4},
        then=[step("succeed", "a", output={"is": "large"})],
    ) | {"else": [step("succeed", "b", output={"is": "small"})]}
    run = await flows.run(choice, step("fail", "never"), inputs={"n": number})
    assert run["output"] == {"is": branch}


async def test_a_loop_repeats_its_body_so_often(flows: WorkflowClient) -> None:
    look = task("look", "press f{{vars.iteration}}")
    run = await flows.run(
        step("loop", "l", count=3, body=[look]), output={"last": "{{look.result.summary}}"}
    )
    assert run["output"]["last"].endswith("Press f3.")
    assert run["iterations_used"] == 3


async def test_a_loop_repeats_its_body_while_a_condition_holds(flows: WorkflowClient) -> None:
    again = step("loop", "l", body=[task("look")]) | {
        "while": {"op": "lt", "left": "{{vars.iteration}}", "right": "{{inputs.n}}"}
    }
    assert (await flows.run(again, inputs={"n": 3}))["iterations_used"] == 2


async def test_a_loop_can_wait_for_what_its_body_finds(flows: WorkflowClient) -> None:
    until = {"op": "falsy", "value": "{{look.passed}}"}
    run = await flows.run(step("loop", "l", body=[task("look")]) | {"while": until})
    assert (run["status"], run["iterations_used"]) == ("succeeded", 1)


async def test_branches_in_parallel_run_at_the_same_time(flows: WorkflowClient) -> None:
    both = step("parallel", "p", branches=[[task("a"), task("b")], [task("c")]])
    path = await flows.start(both, output={"all": ["{{a.status}}", "{{b.status}}", "{{c.status}}"]})
    told = [event["data"] for event in await flows.events(path) if event["type"] == "step"]
    order = [(each["step_id"], each["status"]) for each in told]
    assert order.index(("c", "started")) < order.index(("a", "completed"))
    assert order.index(("a", "running")) < order.index(("c", "completed"))
    assert order.index(("b", "started")) > order.index(("a", "completed"))
    assert (await flows.rest(path))["output"] == {"all": ["succeeded"] * 3}


async def test_a_branch_that_fails_ends_the_others(flows: WorkflowClient) -> None:
    both = step("parallel", "p", branches=[[task("a")], [check(1, "eq", 2)]])
    assert failure(await flows.run(both)) == ("failed", "STEP_FAILED")
    [made] = (await flows.http.get("/runs")).json()["data"]
    assert made["status"] == "cancelled"


async def test_a_rebound_name_in_one_branch_outlives_the_older_one(flows: WorkflowClient) -> None:
    both = step("parallel", "p", branches=[[task("a", "press f{{vars.iteration}}")], [task("b")]])
    last = {"last": "{{a.result.summary}}"}
    run = await flows.run(step("loop", "l", count=2, body=[both]), output=last)
    assert run["output"]["last"].endswith("Press f2.")


async def test_a_retry_tries_until_the_tasks_pass(flows: WorkflowClient) -> None:
    first = {"op": "eq", "left": "{{vars.attempt}}", "right": 1}
    body = [step("if", "i", condition=first, then=[task("bad", "[fail]")]), task("good")]
    path = await flows.start(step("retry", "r", max_attempts=3, body=body))
    again = [
        event["data"]["attempt"]
        for event in await flows.events(path)
        if event["data"].get("status") == "retrying"
    ]
    assert again == [1]
    assert (await flows.rest(path))["status"] == "succeeded"


async def test_a_retry_gives_up_after_its_last_attempt(flows: WorkflowClient) -> None:
    body = [check("{{vars.attempt}}", "gt", 2)]
    assert failure(await flows.run(step("retry", "r", max_attempts=2, body=body))) == (
        "failed",
        "STEP_FAILED",
    )


async def test_an_approval_waits_for_a_person_and_goes_on(flows: WorkflowClient) -> None:
    ask = step("human_approval", "ask", message="Send to {{inputs.who}}?")
    path = await flows.start(ask, task("send"), inputs={"who": "Ann"})
    waiting = await flows.rest(path)
    assert waiting["status"] == "awaiting_human"
    assert waiting["awaiting_step_id"] == "ask"
    assert waiting["awaiting_human_reason"] == "Send to Ann?"
    resumed = await flows.ok("POST", f"{path}/resume", {"approved": True, "note": "Fine."})
    assert (resumed["status"], resumed["awaiting_step_id"]) == ("running", None)
    events = await flows.events(path)
    assert {"approved": True, "note": "Fine."} in [event["data"] for event in events]
    assert (await flows.rest(path))["status"] == "succeeded"


async def test_a_rejection_ends_the_run_even_in_a_retry(flows: WorkflowClient) -> None:
    ask = step("retry", "r", max_attempts=3, body=[step("human_approval", "ask")])
    path = await flows.start(ask)
    await flows.rest(path)
    await flows.ok("POST", f"{path}/resume", {"approved": False})
    run = await flows.rest(path)
    assert failure(run) == ("failed", "STEP_FAILED")
    assert "ask was rejected" in run["error"]["message"]


@pytest.mark.parametrize(("approved", "status"), [(True, "succeeded"), (False, "failed")])
async def test_a_task_that_asks_for_a_person_is_answered_through_the_workflow(
    flows: WorkflowClient, approved: bool, status: str
) -> None:
    path = await flows.start(task("t", "[pause]"))
    assert (await flows.rest(path))["awaiting_step_id"] == "t"
    await flows.ok("POST", f"{path}/resume", {"approved": approved})
    assert (await flows.rest(path))["status"] == status


async def test_a_task_can_be_answered_through_its_own_run_too(flows: WorkflowClient) -> None:
    path = await flows.start(task("t", "[pause]"))
    await flows.rest(path)
    [made] = (await flows.http.get("/runs")).json()["data"]
    await flows.http.post(f"/runs/{made['id']}/resume")
    assert (await flows.end(path))["status"] == "succeeded"


async def test_two_branches_that_wait_are_answered_one_after_the_other(
    flows: WorkflowClient,
) -> None:
    both = step("parallel", "p", branches=[[task("a", "[pause]")], [task("b", "[pause] too")]])
    path = await flows.start(both)
    asked: list[str] = []
    while (run := await flows.rest(path))["status"] == "awaiting_human":
        asked.append(run["awaiting_step_id"])
        await flows.ok("POST", f"{path}/resume", {})
    assert sorted(asked) == ["a", "b"]
    assert run["status"] == "succeeded"


async def test_a_run_waits_for_nobody_unless_it_says_so(flows: WorkflowClient) -> None:
    path = await flows.start(task("t"))
    await flows.rest(path)
    answer = await flows.call("POST", f"{path}/resume", {})
    assert refused(answer) == (409, "NOT_AWAITING_HUMAN")


async def test_a_run_can_be_cancelled_with_the_task_at_work_but_only_once(
    flows: WorkflowClient,
) -> None:
    path = await flows.start(task("t", "[pause]"))
    await flows.rest(path)
    assert (await flows.ok("POST", f"{path}/cancel"))["status"] == "cancelled"
    assert (await flows.events(path))[-1]["type"] == "done"
    [made] = (await flows.http.get("/runs")).json()["data"]
    assert made["status"] == "cancelled"
    assert refused(await flows.call("POST", f"{path}/cancel")) == (409, "INVALID_STATE")
    assert (await flows.rest(path))["status"] == "cancelled"


async def test_a_fail_step_says_why(flows: WorkflowClient) -> None:
    run = await flows.run(step("fail", "end", message="No {{inputs.n}}."), inputs={"n": 7})
    assert failure(run) == ("failed", "WORKFLOW_FAILED")
    assert run["error"]["message"] == "No 7."


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (task("t", "{{inputs.nothing}}"), "t: {{inputs.nothing}} has no value"),
        (task("t", "{{inputs.long}}"), "t.task: "),
        (check("a", "lt", 1), "compares two numbers or two texts"),
    ],
)
async def test_a_value_that_does_not_fit_fails_the_step(
    flows: WorkflowClient, wrong: Json, words: str
) -> None:
    run = await flows.run(wrong, inputs={"long": "x" * 16_001})
    assert failure(run) == ("failed", "STEP_FAILED")
    assert words in run["error"]["message"]


async def test_tasks_without_a_machine_share_one_that_is_gone_with_the_run(
    flows: WorkflowClient,
) -> None:
    both = step("parallel", "p", branches=[[task("a"), task("b")], [task("c")]])
    run = await flows.run(both, machine_id=None)
    assert run["status"] == "succeeded"
    made = (await flows.http.get("/runs")).json()["data"]
    assert {each["machine_id"] for each in made} == {run["machine_id"]}
    machine = (await flows.http.get(f"/machines/{run['machine_id']}")).json()["machine"]
    assert machine["status"] == "terminated"


async def test_no_machine_is_started_where_no_task_needs_one(flows: WorkflowClient) -> None:
    run = await flows.run(check(1, "eq", 1), machine_id=None)
    assert (run["status"], run["machine_id"]) == ("succeeded", None)


async def test_a_machine_of_the_run_is_gone_when_it_is_cancelled(flows: WorkflowClient) -> None:
    path = await flows.start(task("t", "[pause]"), machine_id=None)
    machine = (await flows.rest(path))["machine_id"]
    await flows.ok("POST", f"{path}/cancel")
    await flows.events(path)
    status = (await flows.http.get(f"/machines/{machine}")).json()["machine"]["status"]
    assert status == "terminated"


async def test_events_are_numbered_and_can_be_read_again_from_any_number_on(
    flows: WorkflowClient,
) -> None:
    path = await flows.start(task("t"))
    events = await flows.events(path)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert await flows.events(path, after=4) == events[4:]
    assert [event["type"] for event in events][-2:] == ["terminal", "done"]
