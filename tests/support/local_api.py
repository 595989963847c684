"""An API with sessions whose predictions a test has written beforehand."""

import json
from collections.abc import Callable
from typing import Any

from anyio.lowlevel import checkpoint
from httpx2 import AsyncClient, MockTransport, Request, Response

Answer = Response | Callable[[], Response]


def prediction(*actions: tuple[str, dict[str, Any]], status: str = "continue") -> Response:
    body = {
        "status": status,
        "actions": [{"action_type": kind, "params": params} for kind, params in actions],
        "reasoning": f"I see {len(actions)} things to do.\nAnd more.",
    }
    return Response(200, json=body)


class ScriptedApi:
    """Gives these predictions in turn, at 10 credits to begin and 4 for each."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.open: set[str] = set()
        self.created: list[dict[str, Any]] = []
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []

    def client(self) -> AsyncClient:
        return AsyncClient(
            transport=MockTransport(self._over_a_network), base_url="http://scripted/v1"
        )

    async def _over_a_network(self, request: Request) -> Response:
        """Take a moment there and back, in which a call may be cancelled."""
        await checkpoint()
        answer = self(request)
        await checkpoint()
        return answer

    def __call__(self, request: Request) -> Response:
        path = request.url.path.removeprefix("/v1")
        match request.method, path.split("/")[1:]:
            case "POST", ["sessions"]:
                return self._create(json.loads(request.content))
            case "POST", ["sessions", session_id, "predict"]:
                assert session_id in self.open
                self.keys.append(request.headers["Idempotency-Key"])
                self.asked.append(json.loads(request.content))
                return self._answer(session_id)
            case "POST", ["predict"]:
                self.asked.append(json.loads(request.content))
                return self._answer("")
            case "GET", ["sessions", session_id]:
                return Response(200, json=self._info(session_id))
            case "DELETE", ["sessions", session_id]:
                self.open.remove(session_id)
                return Response(200, json={"status": "ok", "session_id": session_id})
            case _:
                return Response(404, json={"error": {"code": "NOT_FOUND", "message": path}})

    def _create(self, wanted: dict[str, Any]) -> Response:
        self.created.append(wanted)
        session_id = f"ses_{len(self.created)}"
        self.open.add(session_id)
        return _charged(self._info(session_id), 10)

    def _answer(self, session_id: str) -> Response:
        answer = self.answers.pop(0)
        given = answer() if callable(answer) else answer
        if given.status_code != 200:
            return given
        return _charged(
            {**given.json(), "session_id": session_id, "step": len(self.asked)},
            4 if session_id else 5,
        )

    def _info(self, session_id: str) -> dict[str, Any]:
        steps = len(self.asked)
        return {
            "session_id": session_id,
            "cua_version": "v5",
            "screen_size": "1280x720",
            "created_at": "2026-05-01T08:30:00Z",
            "expires_at": "2026-05-01T10:30:00Z",
            "step_count": steps,
            "total_credits_used": 10 + 4 * steps,
        }


def _charged(body: dict[str, Any], price: int) -> Response:
    usage = {"credits_charged": price, "cost_cents": price}
    return Response(200, json={**body, "usage": usage, "request_id": "req_1"})
