"""A right request for every operation of the API, in an account where it can be carried out."""

from collections.abc import Awaitable, Callable
from typing import Any

from httpx2 import AsyncClient, Response

from coasty_mcp.api.webhooks import sign
from coasty_mcp.sandbox import SANDBOX_KEY, World, sandbox_client
from coasty_mcp.sandbox.world.clock import system_clock
from support.contract import load
from support.mcp_client import Clock
from support.sandbox_http import provision, screenshot

Json = dict[str, Any]

CONTRACT = load()
MAILBOX: Json = {  # published in words only
    "method": "POST",
    "path": "/v1/triggers/email-mailbox",
    "scope": "triggers:write",
    "keyed": False,
    "replies": {"200": {"type": "object", "required": ["email_address"]}},
}
OPERATIONS: dict[str, Json] = {**CONTRACT["operations"], "createMailbox": MAILBOX}
PUBLIC = {"health", "machinesHealth", "schedulesHealth", "triggersHealth", "fireWebhook"}
LIVE_ONLY = {"listLlmKeys", "storeLlmKey", "deleteLlmKey"}
STREAMS = {"streamRunEvents", "streamWorkflowRunEvents"}

ONE_MACHINE = "/machines/{machine_id}"
MACHINE, SCREENSHOT = "<a machine>", "<a screenshot>"
OPS = {"browserOp": "open", "filesOp": "read"}
SECRET = {"api_key": "sk-ant-" + "x" * 40}
SHELL = {"command": "terminal_execute", "parameters": {"command": "pwd"}}
CLICK = {"command": "click", "parameters": {"x": 1, "y": 1}}
PAGE = {"url": "https://example.com"}
APPROVAL = {"steps": [{"id": "ask", "type": "human_approval", "message": "Go on?"}]}
WORKFLOW = {"name": "Ask first", "slug": "ask-first", "definition": APPROVAL}
SCHEDULE = {
    "name": "briefing",
    "machine_id": MACHINE,
    "task_prompt": "Open the browser.",
    "frequency": "hourly",
}
RUN = {"machine_id": MACHINE, "task": "Open the browser. [pause]"}

BODIES: dict[str, Json] = {
    "predict": {"screenshot": SCREENSHOT, "instruction": "Open the browser"},
    "createSession": {"max_trajectory_length": 2, "metadata": {"team": "qa"}},
    "sessionPredict": {"screenshot": SCREENSHOT, "instruction": "Open the browser"},
    "ground": {"screenshot": SCREENSHOT, "element": "Browser"},
    "parse": {"code": "pyautogui.click(1, 2)"},
    "createApiKey": {"name": "ci"},
    "storeLlmKey": SECRET,
    "provisionMachine": {"display_name": "bot", "ttl_minutes": 5, "metadata": {"team": "qa"}},
    "updateMachine": {"ttl_minutes": 60},
    "executeAction": {"command": "browser_open", "parameters": PAGE},
    "executeBatch": {"steps": [SHELL, CLICK]},
    "browserOp": {"parameters": PAGE},
    "terminalExec": {"command": "uname -a"},
    "filesOp": {"parameters": {"path": "none"}},
    "createSchedule": SCHEDULE,
    "updateSchedule": {"name": "daily briefing", "frequency": "daily", "time": "07:30"},
    "runScheduleNow": {},
    "addTrigger": {"kind": "webhook"},
    "createMailbox": {"email_label": "orders"},
    "createRun": {**RUN, "webhook_url": "https://example.com/hook"},
    "resumeRun": {"note": "The code is 123."},
    "createWorkflow": WORKFLOW,
    "updateWorkflow": {"name": "Ask twice", "definition": APPROVAL},
    "startWorkflowRun": {"machine_id": MACHINE, "budget_cents": 100},
    "startAdhocWorkflowRun": {"definition": APPROVAL, "inputs": {"who": "Ada"}},
    "resumeWorkflowRun": {"approved": True, "note": "Go."},
}


class Account:
    """An HTTP client in front of a world of its own, where it makes what an operation needs."""

    def __init__(
        self, key: str = SANDBOX_KEY, rate_per_minute: int = 600, http: AsyncClient | None = None
    ) -> None:
        clock = system_clock if http else Clock().now  # a server has its own world and time
        self.world = World(clock=clock, pace=0, rate_per_minute=rate_per_minute)
        self.http = http or sandbox_client(self.world, key)
        self._made: dict[str, str] = {}
        self.makers: dict[str, Callable[[], Awaitable[str]]] = {
            ONE_MACHINE: lambda: provision(self.http, metadata={"screen": "1280x720"}),
            "/sessions/{session_id}": lambda: self.made("createSession", "session_id"),
            "/keys/{key_id}": lambda: self.made("createApiKey", "key_id"),
            "/llm/keys/{provider}": self.llm_key,
            "/idempotency/{key}": self.answer,
            "/schedules/{schedule_id}/triggers/{trigger_id}": self.trigger,
            "/schedules/{schedule_id}/runs/{run_id}": self.schedule_run,
            "/schedules/{schedule_id}": lambda: self.made("createSchedule"),
            "/workflows/runs/{run_id}": lambda: self.paused("startAdhocWorkflowRun"),
            "/workflows/{workflow_id}": lambda: self.made("createWorkflow"),
            "/runs/{run_id}": lambda: self.paused("createRun"),
        }

    async def ask(self, name: str, **headers: str) -> Response:
        """Carry it out, on things that are in the right state for it."""
        if name == "fireWebhook":
            return await self.fire(**headers)
        path = await self.path(name)
        if name == "startMachine":
            await self.http.post(f"{path.removesuffix('/start')}/stop")
        return await self.call(name, path, **headers)

    async def call(self, name: str, path: str, **headers: str) -> Response:
        method, body = OPERATIONS[name]["method"], await self.filled_in(BODIES.get(name))
        return await self.http.request(method, path, json=body, headers=headers)

    async def path(self, name: str) -> str:
        """With the ids of things that exist; a list has something in it."""
        template = OPERATIONS[name]["path"].removeprefix("/v1").replace("{op}", OPS.get(name, ""))
        for start in self.makers if OPERATIONS[name]["method"] == "GET" else ():
            if start.rpartition("/")[0] == template:
                return (await self.existing(start)).rpartition("/")[0]
        return await self.existing(template)

    async def existing(self, template: str) -> str:
        """The path with the ids of things that exist, always of the same ones."""
        start = next((start for start in self.makers if template.startswith(start)), "")
        if start and start not in self._made:
            self._made[start] = await self.makers[start]()
        return self._made.get(start, "") + template.removeprefix(start)

    async def filled_in(self, body: Any) -> Any:
        """With the machine, and a picture of it, where they are wanted."""
        match body:
            case {"machine_id": "<a machine>"}:
                return {**body, "machine_id": (await self.machine()).rpartition("/")[2]}
            case {"screenshot": "<a screenshot>"}:
                return {**body, "screenshot": await screenshot(self.http, await self.machine())}
            case _:
                return body

    async def made(self, name: str, key: str = "id") -> str:
        """The path of what that operation makes."""
        path = OPERATIONS[name]["path"].removeprefix("/v1")
        answer = await self.call(name, path)
        return f"{path}/{answer.json()[key]}"

    async def machine(self) -> str:
        return await self.existing(ONE_MACHINE)

    async def llm_key(self) -> str:
        await self.http.put("/llm/keys/anthropic", json=SECRET)
        return "/llm/keys/anthropic"

    async def answer(self) -> str:
        key = {"Idempotency-Key": "once"}
        await self.http.post("/machines", json=BODIES["provisionMachine"], headers=key)
        return "/idempotency/once"

    async def trigger(self) -> str:
        triggers = f"{await self.made('createSchedule')}/triggers"
        return (
            f"{triggers}/{(await self.http.post(triggers, json={'kind': 'webhook'})).json()['id']}"
        )

    async def schedule_run(self) -> str:
        schedule = await self.made("createSchedule")
        started = (await self.http.post(f"{schedule}/run", json={})).json()
        return f"{schedule}/runs/{started['run_id']}"

    async def paused(self, name: str) -> str:
        """The path of a run that waits for a person."""
        path = await self.made(name)
        async with self.http.stream("GET", f"{path}/events") as answer:
            async for line in answer.aiter_lines():
                if line == "event: awaiting_human":
                    break
        return path

    async def webhook(self) -> tuple[str, Json]:
        """The path of a schedule, and its trigger."""
        schedule = await self.made("createSchedule")
        made = await self.http.post(f"{schedule}/triggers", json={"kind": "webhook"})
        return schedule, made.json()

    async def fire(self, **headers: str) -> Response:
        _, made = await self.webhook()
        now = int(self.world.now().timestamp())
        signature = {"Coasty-Signature": sign(made["webhook_secret"], b"{}", now)}
        return await self.http.post(
            made["webhook_url"], content=b"{}", headers={**signature, **headers}
        )
