"""Our default tools over the SDK alone: each sends its arguments to the API, and returns the JSON.

What one writes in an hour. A tool takes the ids in its path and the fields of its request that ours
takes too, by their types; its description is our title; it has no help texts, no rules, no hints.

`python -m benchmarks.bare API [PORT]`, in front of a sandbox, over stdio or, with a port, over
streamable HTTP.
"""

import re
import sys
from collections.abc import Awaitable, Callable
from inspect import Parameter, Signature, signature
from typing import Any, get_type_hints

from httpx2 import AsyncClient
from mcp.server import MCPServer
from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from coasty_mcp.api.wire.actions import MachineAction, TerminalCommand
from coasty_mcp.api.wire.machines import ProvisionMachine
from coasty_mcp.api.wire.predict import GroundRequest, ParseRequest, PredictRequest
from coasty_mcp.api.wire.schedules import CreateSchedule, CreateTrigger, RunSchedule, UpdateSchedule
from coasty_mcp.sandbox import SANDBOX_KEY
from coasty_mcp.server.tool import Tool
from coasty_mcp.tools.catalog import TOOLSETS

Json = dict[str, Any]


class Query(BaseModel):
    """What is not a body; each tool takes of it what ours takes."""

    limit: int = 50
    status: str | None = None
    cursor: str | None = None
    period: str | None = None


ROUTES = {
    "coasty_predict": "POST predict",
    "coasty_ground": "POST ground",
    "coasty_parse": "POST parse",
    "coasty_list_machines": "GET machines",
    "coasty_get_machine": "GET machines/{machine_id}",
    "coasty_take_machine_screenshot": "GET machines/{machine_id}/screenshot",
    "coasty_provision_machine": "POST machines",
    "coasty_start_machine": "POST machines/{machine_id}/start",
    "coasty_stop_machine": "POST machines/{machine_id}/stop",
    "coasty_terminate_machine": "DELETE machines/{machine_id}",
    "coasty_execute_machine_action": "POST machines/{machine_id}/actions",
    "coasty_run_terminal_command": "POST machines/{machine_id}/terminal",
    "coasty_list_schedules": "GET schedules",
    "coasty_get_schedule": "GET schedules/{schedule_id}",
    "coasty_list_schedule_runs": "GET schedules/{schedule_id}/runs",
    "coasty_create_schedule": "POST schedules",
    "coasty_update_schedule": "PATCH schedules/{schedule_id}",
    "coasty_delete_schedule": "DELETE schedules/{schedule_id}",
    "coasty_run_schedule_now": "POST schedules/{schedule_id}/run",
    "coasty_pause_schedule": "POST schedules/{schedule_id}/pause",
    "coasty_resume_schedule": "POST schedules/{schedule_id}/resume",
    "coasty_add_trigger": "POST schedules/{schedule_id}/triggers",
    "coasty_remove_trigger": "DELETE schedules/{schedule_id}/triggers/{trigger_id}",
    "coasty_get_credits": "GET usage",
}
BODIES: dict[str, type[BaseModel]] = {
    "coasty_predict": PredictRequest,
    "coasty_ground": GroundRequest,
    "coasty_parse": ParseRequest,
    "coasty_provision_machine": ProvisionMachine,
    "coasty_execute_machine_action": MachineAction,
    "coasty_run_terminal_command": TerminalCommand,
    "coasty_create_schedule": CreateSchedule,
    "coasty_update_schedule": UpdateSchedule,
    "coasty_run_schedule_now": RunSchedule,
    "coasty_add_trigger": CreateTrigger,
}
url, *port = sys.argv[1:]
api = AsyncClient(base_url=url, headers={"X-API-Key": SANDBOX_KEY})


def plain(tool: Tool) -> Callable[..., Awaitable[Json]]:
    """Return the function that one would write for the tool."""
    method, path = ROUTES[tool.name].split()
    ids, body = re.findall(r"{(\w+)}", path), BODIES.get(tool.name, Query)

    async def send(**arguments: Any) -> Json:
        where = path.format(**{name: arguments.pop(name) for name in ids})
        given = {name: each for name, each in arguments.items() if each is not None}
        sent = {"params" if method == "GET" else "json": to_jsonable_python(given)}
        return (await api.request(method, where, **sent)).raise_for_status().json()

    parameters = [Parameter(name, Parameter.KEYWORD_ONLY, annotation=str) for name in ids]
    ours, types = signature(tool.function).parameters, get_type_hints(body)
    for name, field in body.model_fields.items():
        needed = Parameter(name, Parameter.KEYWORD_ONLY, annotation=types[name])
        spare = needed.replace(annotation=types[name] | None, default=None)
        parameters += [needed if field.is_required() else spare] * (name in ours)
    send.__signature__ = Signature(parameters, return_annotation=Json)
    return send


server = MCPServer("bare")
for toolset in TOOLSETS:
    for tool in toolset.tools if toolset.default else ():
        server.add_tool(plain(tool), tool.name, description=tool.title)

if port:
    server.run("streamable-http", port=int(port[0]))
else:
    server.run()
