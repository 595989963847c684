"""Requests for runs that are refused, and how."""

from typing import Any

import pytest

from support.run_sandbox import RunClient
from support.sandbox_http import code


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "expected"),
    [
        ("POST", "/runs", {"task": ""}, 422, "VALIDATION_ERROR"),
        ("POST", "/runs", {"task": "x" * 16_001}, 422, "VALIDATION_ERROR"),
        ("POST", "/runs", {"task": None}, 422, "VALIDATION_ERROR"),
        ("POST", "/runs", {"machine_id": "m" * 129}, 422, "VALIDATION_ERROR"),
        ("POST", "/runs", {"machine_id": "mch_test_none"}, 404, "MACHINE_NOT_FOUND"),
        ("POST", "/runs", {"goal": "x"}, 422, "VALIDATION_ERROR"),
        ("POST", "/runs", {"cua_version": "v2"}, 422, "VALIDATION_ERROR"),
        ("POST", "/runs", {"cua_version": None}, 422, "VALIDATION_ERROR"),
        ("POST", "/runs", {"max_steps": 0}, 422, "VALIDATION_ERROR"),
        ("POST", "/runs", {"max_steps": 1001}, 422, "VALIDATION_ERROR"),
        ("POST", "/runs", {"deadline_seconds": 86_401}, 422, "VALIDATION_ERROR"),
        ("POST", "/runs", {"on_awaiting_human": "wait"}, 422, "VALIDATION_ERROR"),
        ("POST", "/runs", {"awaiting_human_timeout_seconds": 0}, 422, "VALIDATION_ERROR"),
        ("POST", "/runs", {"metadata": {str(n): n for n in range(51)}}, 422, "VALIDATION_ERROR"),
        ("POST", "/runs", {"webhook_url": "http://a.example/b"}, 422, "VALIDATION_ERROR"),
        ("POST", "/runs", {"webhook_url": "ftp://127.0.0.1/b"}, 422, "VALIDATION_ERROR"),
        ("POST", "/runs", {"webhook_url": "https://"}, 422, "VALIDATION_ERROR"),
        ("POST", "/runs", {"webhook_url": "https:///hook"}, 422, "VALIDATION_ERROR"),
        ("POST", "/runs", {"webhook_url": "nothing"}, 422, "VALIDATION_ERROR"),
        ("POST", "/runs", {"llm": {"provider": "openai"}}, 422, "LLM_KEY_NOT_CONFIGURED"),
        ("GET", "/runs?limit=0", None, 400, "INVALID_LIMIT"),
        ("GET", "/runs?status=done", None, 400, "INVALID_STATUS_FILTER"),
        ("GET", "/runs/none", None, 404, "RUN_NOT_FOUND"),
        ("GET", "/runs/none/events", None, 404, "RUN_NOT_FOUND"),
        ("POST", "/runs/none/cancel", None, 404, "RUN_NOT_FOUND"),
        ("POST", "/runs/none/resume", {}, 404, "RUN_NOT_FOUND"),
        ("POST", "{run}/resume", {"note": "x" * 2001}, 422, "VALIDATION_ERROR"),
        ("POST", "{run}/resume", {"approved": True}, 422, "VALIDATION_ERROR"),
        ("GET", "{run}/events?after=-1", None, 422, "VALIDATION_ERROR"),
        ("GET", "{run}/events?after=last", None, 422, "VALIDATION_ERROR"),
        ("DELETE", "{run}", None, 405, "METHOD_NOT_ALLOWED"),
    ],
)
async def test_a_wrong_request_gets_its_status_and_code(
    slow: RunClient, method: str, path: str, body: dict[str, Any] | None, status: int, expected: str
) -> None:
    if path == "/runs" and body:
        body = await slow.order() | body
    elif "{run}" in path:
        path = path.format(run=await slow.start())
    answer = await slow.http.request(method, path, json=body)
    assert (answer.status_code, code(answer)) == (status, expected)


async def test_a_machine_that_is_gone_gets_no_run(api: RunClient) -> None:
    order = await api.order()
    await api.ok("DELETE", f"/machines/{api.machine_id}")
    answer = await api.http.post("/runs", json=order)
    assert (answer.status_code, code(answer)) == (409, "INVALID_STATE")
