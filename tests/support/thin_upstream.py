"""An API that says as little as the vendor's own reference and apps show, and nothing more."""

import json
import re
from typing import Any

from httpx2 import AsyncClient, MockTransport, Request, Response

from support.drawings import plain_picture
from support.mcp_client import LIVE_KEY

Json = dict[str, Any]

MACHINE: Json = {"id": "mch_1", "status": "running", "ttl_minutes": 60, "provider": "aws"}
SCHEDULE: Json = {"id": "sch_1"}
SCHEDULE_RUN: Json = {
    "id": "run_1",
    "schedule_id": "sch_1",
    "status": "completed",
    "duration_seconds": 90,
}
RUN: Json = {"id": "run_1", "status": "queued"}
WORKFLOW: Json = {"id": "wf_1"}
WORKFLOW_RUN: Json = {"id": "wfr_1", "status": "awaiting_human"}
EVENTS = b"".join(
    b"id: %d\nevent: %s\ndata: %s\n\n" % (number, kind, json.dumps(data).encode())
    for number, (kind, data) in enumerate(
        [(b"status", {"status": "running"}), (b"done", {"status": "succeeded"})], 1
    )
)
GONE = Response(404, json={"error": {"code": "MACHINE_NOT_FOUND", "message": "Not found"}})
REPLIES: list[tuple[str, Json | bytes | Response]] = [
    ("POST /predict", {"actions": [{"action_type": "done"}]}),
    ("POST /ground", {"x": 5, "y": 7, "usage": {"credits_charged": 3}}),
    ("POST /parse", {"actions": []}),
    ("GET /models", {"cua_versions": [{"id": "v5"}]}),
    ("GET /usage", {"balance": 5}),
    ("GET /idempotency/.*", {"status": "processing"}),
    ("(GET|DELETE) /(llm/)?keys(/.*)?", {"keys": []}),
    ("POST /keys", {"key": "sk-coasty-test-1", "key_id": "k"}),
    ("PUT /llm/keys/.*", {}),
    ("GET .*/?health", {"status": "ok"}),
    ("POST /machines", MACHINE),
    ("GET /machines", {"data": [MACHINE]}),
    ("GET /machines/pricing", {"runtime_hourly_cents": {"linux_running": 5, "stopped": 1}}),
    ("GET /billing/active", {"active": [{"machine_id": "mch_1"}]}),
    ("GET /machines/[^/]*", MACHINE),
    ("PATCH /machines/[^/]*", MACHINE),
    ("DELETE /machines/[^/]*", GONE),
    ("POST /machines/[^/]*/(start|stop|restart)", {"status": "running"}),
    ("POST /machines/[^/]*/snapshot", {"snapshot_id": "snap_1"}),
    ("GET /machines/[^/]*/screenshot", {"image_b64": plain_picture(200, 100).base64}),
    ("GET /machines/[^/]*/connection", {"websocket_url": "wss://x", "devtools_url": "http://x"}),
    ("POST /machines/[^/]*/actions", {"op": "click"}),
    ("POST /machines/[^/]*/actions/batch", {"results": [{"success": True}] * 2}),
    ("POST /machines/[^/]*/browser/.*", {"op": "state", "result": {"url": "https://x"}}),
    ("POST /machines/[^/]*/terminal", {"output": "hello\n", "exit_code": 0}),
    ("POST /machines/[^/]*/files/.*", {"success": True, "path": "a.txt"}),
    ("GET /sessions", {"sessions": [{"session_id": "ses_1"}]}),
    ("POST /sessions", {"session_id": "ses_1"}),
    ("POST /sessions/[^/]*/predict", {"actions": []}),
    ("GET /sessions/.*", {"screen_size": "600x300"}),
    ("(POST|DELETE) /sessions/.*", {}),
    ("GET /(schedules/[^/]*/triggers)", {"data": [{"id": "trg_1"}]}),
    ("POST /(schedules/[^/]*/triggers)", {"id": "trg_1", "webhook_url": "https://x/whk_1"}),
    ("POST /triggers/email-mailbox", {"email_address": "a@agents.coasty.ai"}),
    ("POST /triggers/webhook/.*", {}),
    ("DELETE /schedules/.*", {}),
    ("POST /schedules/[^/]*/run", {"run_id": "run_1"}),
    ("GET /schedules/[^/]*/runs", {"data": [SCHEDULE_RUN]}),
    ("GET /schedules/[^/]*/runs/.*", SCHEDULE_RUN),
    ("GET /schedules", {"data": [SCHEDULE]}),
    ("(GET|POST|PATCH) /schedules.*", SCHEDULE),
    ("GET /(workflows/)?runs/[^/]*/events", EVENTS),
    ("POST /tasks", RUN),
    ("GET /runs/[^/]*/screenshots", {"data": [{"index": 0}]}),
    ("GET /runs", {"data": [RUN]}),
    ("(GET|POST) /runs.*", RUN),
    ("GET /workflows/runs", {"data": [WORKFLOW_RUN]}),
    ("(GET|POST) /workflows/(runs.*|[^/]*/runs)", WORKFLOW_RUN),
    ("GET /workflows", {"data": [WORKFLOW]}),
    ("DELETE /workflows/.*", WORKFLOW),
    ("(GET|POST|PUT) /workflows.*", WORKFLOW),
]
"""What it answers to the first pattern that fits the whole request line."""


class ThinUpstream:
    """Answers every operation of the API, and remembers what it was asked."""

    def __init__(self) -> None:
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Response:
        self.requests.append(request)
        line = f"{request.method} {request.url.path.removeprefix('/v1')}"
        reply = next(reply for pattern, reply in REPLIES if re.fullmatch(pattern, line))
        if isinstance(reply, Response):
            return Response(reply.status_code, content=reply.content)
        if isinstance(reply, bytes):
            return Response(200, content=reply, headers={"Content-Type": "text/event-stream"})
        return Response(200, json=reply)

    def client(self) -> AsyncClient:
        """Return an HTTP client that reaches nothing else."""
        headers = {"X-API-Key": LIVE_KEY}
        return AsyncClient(
            transport=MockTransport(self), base_url="http://thin/v1", headers=headers
        )
