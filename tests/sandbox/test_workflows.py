"""Saved workflows in the sandbox, and starting runs of them."""

import json
import time
from collections.abc import AsyncGenerator
from typing import Any

import anyio
import jsonschema
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from coasty_mcp.api.webhooks import SIGNATURE_HEADER, verify
from coasty_mcp.sandbox import World
from coasty_mcp.sandbox.world.api_keys import SCOPES
from support.contract import load
from support.run_sandbox import served
from support.sandbox_http import LIVE
from support.workflow_sandbox import Json, WorkflowClient, refused, step, task

DEFINITION = {"steps": [step("succeed", "end")]}
NAMED = {"name": "My Flow!", "definition": DEFINITION}
CONTRACT = load()
BODIES: dict[str, Json | None] = {
    "createWorkflow": {**NAMED, "slug": "s"},
    "listWorkflows": None,
    "getWorkflow": None,
    "updateWorkflow": {"name": "New"},
    "startWorkflowRun": {"inputs": {"a": 1}},
    "startAdhocWorkflowRun": {"definition": DEFINITION},
    "listWorkflowRuns": None,
    "getWorkflowRun": None,
    "resumeWorkflowRun": {"approved": True, "note": "Yes."},
    "cancelWorkflowRun": None,
    "deleteWorkflow": None,
}
UNKNOWN = "/3f2c0f4e-0000-4000-8000-000000000000"


@pytest.fixture
async def flows() -> AsyncGenerator[WorkflowClient]:
    made = WorkflowClient()
    async with made.http:
        yield made


async def saved(flows: WorkflowClient, **more: Any) -> str:
    """The path of a new workflow."""
    return f"/{(await flows.ok('POST', '', NAMED | more))['id']}"


async def test_a_workflow_is_kept_as_it_was_sent(flows: WorkflowClient) -> None:
    sent = {
        "name": "Bills",
        "slug": "bills",
        "definition": DEFINITION,
        "inputs_schema": {"required": ["url"]},
        "description": "Pays.",
        "metadata": {"team": "a"},
    }
    made = await flows.ok("POST", "", sent)
    assert {name: made[name] for name in sent} == sent
    assert (made["version"], made["status"], made["dsl_version"]) == (1, "active", "2026-06-01")
    read = await flows.ok("GET", f"/{made['id']}")
    assert read == {**made, "request_id": read["request_id"]}


async def test_a_slug_is_made_of_the_name_and_saving_under_it_again_is_a_new_version(
    flows: WorkflowClient,
) -> None:
    first = await flows.ok("POST", "", NAMED)
    second = await flows.ok("POST", "", {**NAMED, "name": "My flow"})
    assert (first["slug"], second["slug"]) == ("my-flow", "my-flow")
    assert second["id"] == first["id"]
    assert second["version"] == 2
    assert len((await flows.ok("GET", ""))["data"]) == 1


async def test_a_faulty_definition_is_refused_with_the_place_of_each_fault(
    flows: WorkflowClient,
) -> None:
    steps = [step("tsk", "a"), step("loop", "l", count=1, body=[step("task", "t")])]
    body = {"definition": {"steps": steps}}
    for path, more in (("", {"name": "x"}), ("/runs", {})):
        answer = await flows.call("POST", path, body | more)
        assert refused(answer) == (422, "VALIDATION_ERROR")
        details = answer.json()["error"]["details"]
        assert [each["loc"] for each in details] == [
            ["body", "definition", "steps", 0, "type"],
            ["body", "definition", "steps", 1, "body", 0, "task"],
        ]
        assert "Did you mean task?" in details[0]["msg"]


async def test_an_update_makes_a_new_version_of_what_it_names(flows: WorkflowClient) -> None:
    path = await saved(flows, description="Old.")
    changed = await flows.ok("PUT", path, {"description": None, "status": None})
    assert (changed["version"], changed["description"]) == (2, None)
    assert (changed["name"], changed["status"]) == ("My Flow!", "active")


async def test_an_update_is_held_to_the_inputs_that_are_left(flows: WorkflowClient) -> None:
    used = {"steps": [task("t", "{{inputs.url}}")]}
    path = await saved(flows, definition=used)
    answer = await flows.call("PUT", path, {"inputs_schema": {"properties": {"link": {}}}})
    assert refused(answer) == (422, "VALIDATION_ERROR")
    assert (await flows.ok("GET", path))["version"] == 1


async def test_a_run_keeps_the_version_that_it_began_with(flows: WorkflowClient) -> None:
    ask = step("human_approval", "ask")
    path = await saved(flows, definition={"steps": [ask, step("succeed", "s", output={"v": 1})]})
    run = f"/runs/{(await flows.ok('POST', f'{path}/runs', {}))['id']}"
    await flows.rest(run)
    await flows.ok("PUT", path, {"definition": DEFINITION})
    await flows.ok("POST", f"{run}/resume", {})
    ended = await flows.rest(run)
    assert (ended["workflow_version"], ended["output"]) == (1, {"v": 1})


async def test_an_archived_workflow_stays_readable_and_runs_no_more(flows: WorkflowClient) -> None:
    path = await saved(flows)
    gone = await flows.ok("DELETE", path)
    assert (gone["deleted"], gone["status"], gone["object"]) == (True, "archived", "workflow")
    assert (await flows.ok("GET", path))["status"] == "archived"
    answer = await flows.call("POST", f"{path}/runs", {})
    assert refused(answer) == (409, "INVALID_STATE")
    assert answer.json()["error"]["current_state"] == "archived"
    await flows.ok("PUT", path, {"status": "active"})
    await flows.ok("POST", f"{path}/runs", {})


async def test_lists_are_newest_first_and_limited(flows: WorkflowClient) -> None:
    for name in ("a", "b", "c"):
        await saved(flows, name=name)
    page = await flows.ok("GET", "?limit=2")
    assert [each["name"] for each in page["data"]] == ["c", "b"]
    assert page["has_more"]
    assert refused(await flows.call("GET", "?limit=0")) == (400, "INVALID_LIMIT")


async def test_runs_can_be_listed_by_their_workflow(flows: WorkflowClient) -> None:
    first, second = await saved(flows), await saved(flows, name="other")
    mine = [(await flows.ok("POST", f"{first}/runs", {}))["id"] for _ in range(2)]
    await flows.ok("POST", f"{second}/runs", {})
    listed = await flows.ok("GET", f"/runs?workflow_id={first[1:]}")
    assert [each["id"] for each in listed["data"]] == mine[::-1]
    assert len((await flows.ok("GET", "/runs"))["data"]) == 3


SCHEMA: Json = {"required": ["url"], "properties": {"url": {"type": "string"}}}


@pytest.mark.parametrize("inputs", [None, {}, {"url": 5}])
async def test_inputs_must_fit_the_schema(flows: WorkflowClient, inputs: Json | None) -> None:
    path = await saved(flows, inputs_schema=SCHEMA)
    answer = await flows.call("POST", f"{path}/runs", {"inputs": inputs})
    assert refused(answer) == (422, "VALIDATION_ERROR")
    assert answer.json()["error"]["details"][0]["loc"] == ["body", "inputs", "url"]
    await flows.ok("POST", f"{path}/runs", {"inputs": {"url": "u"}})


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("GET", UNKNOWN, None, (404, "WORKFLOW_NOT_FOUND")),
        ("PUT", UNKNOWN, {}, (404, "WORKFLOW_NOT_FOUND")),
        ("DELETE", UNKNOWN, None, (404, "WORKFLOW_NOT_FOUND")),
        ("POST", f"{UNKNOWN}/runs", {}, (404, "WORKFLOW_NOT_FOUND")),
        ("GET", f"/runs{UNKNOWN}", None, (404, "RUN_NOT_FOUND")),
        ("GET", f"/runs{UNKNOWN}/events", None, (404, "RUN_NOT_FOUND")),
        ("POST", f"/runs{UNKNOWN}/cancel", None, (404, "RUN_NOT_FOUND")),
        ("POST", f"/runs{UNKNOWN}/resume", {}, (404, "RUN_NOT_FOUND")),
        ("POST", "", {"name": "x"}, (422, "VALIDATION_ERROR")),
        ("POST", "", [], (422, "VALIDATION_ERROR")),
        ("POST", "", {**NAMED, "slug": "No"}, (422, "VALIDATION_ERROR")),
        ("POST", "/runs", {}, (422, "VALIDATION_ERROR")),
        ("POST", "/runs", {"definition": DEFINITION, "x": 1}, (422, "VALIDATION_ERROR")),
        (
            "POST",
            "/runs",
            {"definition": DEFINITION, "webhook_url": "http://example.com"},
            (422, "VALIDATION_ERROR"),
        ),
        ("POST", "", {**NAMED, "description": "x" * 1_100_000}, (413, "PAYLOAD_TOO_LARGE")),
    ],
)
async def test_a_wrong_request_is_refused(
    flows: WorkflowClient, method: str, path: str, body: object, expected: tuple[int, str]
) -> None:
    assert refused(await flows.call(method, path, body)) == expected


async def test_a_saved_run_takes_no_definition(flows: WorkflowClient) -> None:
    path = await saved(flows)
    answer = await flows.call("POST", f"{path}/runs", {"definition": DEFINITION})
    assert refused(answer) == (422, "VALIDATION_ERROR")


async def test_a_run_needs_money_for_one_step() -> None:
    flows = WorkflowClient(World(pace=0, wallet_cents=4))
    flows.http.headers.update(LIVE)
    async with flows.http:
        answer = await flows.call("POST", "/runs", {"definition": DEFINITION})
    assert refused(answer) == (402, "INSUFFICIENT_CREDITS")


async def test_answers_have_the_published_shapes(flows: WorkflowClient) -> None:
    schema = {"components": {"schemas": CONTRACT["schemas"]}}
    workflow = await saved(flows)
    asking = [step("human_approval", "ask"), step("human_approval", "again")]
    run = await flows.start(*asking, metadata={"a": 1})
    await flows.events(run)
    for name, body in BODIES.items():
        operation = CONTRACT["operations"][name]
        path = operation["path"].removeprefix("/v1/workflows")
        path = path.replace("/{workflow_id}", workflow).replace("/runs/{run_id}", run)
        answer = await flows.ok(operation["method"], path, body)
        jsonschema.validate(answer, operation["replies"]["200"] | schema)


async def test_every_operation_needs_its_scope() -> None:
    world = World(pace=0)
    flows = WorkflowClient(world)
    async with flows.http:
        for name, body in BODIES.items():
            operation = CONTRACT["operations"][name]
            path = operation["path"].removeprefix("/v1/workflows")
            flows.http.headers["X-API-Key"] = world.mint(SCOPES - {operation["scope"]})
            answer = await flows.call(
                operation["method"], path.replace("{", "").replace("}", ""), body
            )
            assert refused(answer) == (403, "INSUFFICIENT_SCOPE")


async def test_the_other_mode_sees_nothing(flows: WorkflowClient) -> None:
    path = await saved(flows)
    flows.http.headers.update(LIVE)
    assert refused(await flows.call("GET", path)) == (404, "WORKFLOW_NOT_FOUND")


async def test_a_webhook_secret_is_shown_once_and_again_to_a_repeat(flows: WorkflowClient) -> None:
    flows.http.headers["Idempotency-Key"] = "once"
    order = {"definition": DEFINITION, "webhook_url": "https://example.com/hook"}
    run = await flows.ok("POST", "/runs", order)
    assert run["webhook_secret"].startswith("whsec_")
    assert (await flows.ok("POST", "/runs", order)) == run
    assert (await flows.ok("GET", f"/runs/{run['id']}"))["webhook_secret"] is None


async def test_a_webhook_is_told_of_each_change_and_signed() -> None:
    heard: list[tuple[str, str]] = []
    both = anyio.Event()

    async def listen(request: Request) -> Response:
        raw = await request.body()
        told = json.loads(raw)
        verify(run["webhook_secret"], raw, request.headers[SIGNATURE_HEADER], time.time())
        heard.append((told["event"], told["run_id"]))
        if len(heard) == 2:
            both.set()
        return Response()

    flows = WorkflowClient()
    listener = Starlette(routes=[Route("/hook", listen, methods=["POST"])])
    async with flows.http, served(listener) as port:
        definition = {"steps": [step("human_approval", "ask")]}
        order = {"definition": definition, "webhook_url": f"{port.url}/hook"}
        run = await flows.ok("POST", "/runs", order)
        await flows.events(f"/runs/{run['id']}")
        await flows.ok("POST", f"/runs/{run['id']}/resume", {})
        with anyio.fail_after(10):
            await both.wait()
    named = {f"workflow_run.{change}" for change in ("awaiting_human", "succeeded")}
    assert set(heard) == {(event, run["id"]) for event in named}
