"""What may not creep up: what a start loads, what is decoded, how often a call asks the API."""

from pathlib import Path
from subprocess import run
from typing import Any

import pytest
from httpx2 import AsyncClient, MockTransport, Request, Response

from coasty_mcp.sandbox.world.machines import Machine
from coasty_mcp.sandbox.world.schedules import Schedule
from coasty_mcp.screens import Picture
from support.command_process import environment
from support.drawings import noise_picture
from support.mcp_client import Era, picture, seated
from support.stdio_process import SERVER

TELL = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr))"
MOST_MODULES = 143
"""Of ours, with the default tools."""
LATER = {
    "PIL",
    "rich.console",
    *(f"coasty_mcp.{part}" for part in ("demo", "doctor", "api.workflows", "hosts", "local")),
    *(f"coasty_mcp.{part}" for part in ("sandbox", "transports.web_server", "transports.http")),
    *(f"coasty_mcp.tools.{part}" for part in ("discovery", "fleet", "local", "runs")),
    *(f"coasty_mcp.tools.{part}" for part in ("sessions", "view", "workflows")),
    *(
        f"coasty_mcp.{part}"
        for part in ("page", "view", "transports.live_view", "server.questions")
    ),
}
"""What a start with the default tools has no use for."""
REQUESTS: list[tuple[str, dict[str, Any], int]] = [
    ("coasty_predict", {"instruction": "Open the browser"}, 2),  # the picture, and what to do
    ("coasty_ground", {"element": "Browser icon"}, 2),
    ("coasty_list_machines", {}, 1),
    ("coasty_get_machine", {}, 1),
    ("coasty_take_machine_screenshot", {}, 1),
    ("coasty_execute_machine_action", {"command": "click", "parameters": {"x": 1, "y": 1}}, 1),
    ("coasty_run_terminal_command", {"command": "ls"}, 1),
    ("coasty_stop_machine", {}, 2),  # what has become of it is another answer
    ("coasty_terminate_machine", {}, 3),  # its schedules and runs, which fail from then on
    ("coasty_list_schedules", {}, 1),
    ("coasty_get_schedule", {}, 3),  # its triggers, and how long its machine will live
    ("coasty_list_schedule_runs", {}, 1),
    ("coasty_pause_schedule", {}, 2),  # how long its machine will live
    ("coasty_get_credits", {}, 1),
]


def test_a_start_loads_what_it_uses_and_no_more(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(TELL)
    variables = environment(PYTHONPATH=str(tmp_path))
    done = run(SERVER, env=variables, input="", capture_output=True, text=True, check=True)
    loaded = {*done.stderr.split()}
    assert {"mcp.server.stdio", "coasty_mcp.tools.predict"} <= loaded
    assert not LATER & loaded
    assert sum(name.startswith("coasty_mcp") for name in loaded) <= MOST_MODULES


async def test_a_picture_that_fits_is_passed_on_without_a_look_at_its_pixels(era: Era) -> None:
    whole = noise_picture(640, 360)
    cut = Picture(whole.data[: len(whole.data) // 2], whole.mime_type)  # cannot be decoded
    size = {"width": 640, "height": 360}
    shot = {"machine_id": "m", "image_b64": cut.base64, **size, "captured_at": "now"}
    api = MockTransport(lambda _: Response(200, json=shot))
    async with (
        AsyncClient(transport=api, base_url="http://api/v1") as http,
        seated(era, http=http) as model,
    ):
        shown = await model.call_tool("coasty_take_machine_screenshot", {"machine_id": "m"})
    assert picture(shown).data == cut.data


@pytest.mark.parametrize(("tool", "arguments", "most"), REQUESTS)
async def test_a_call_asks_the_api_no_more_often_than_it_must(
    http: AsyncClient,
    sent: list[Request],
    machine: Machine,
    schedule: Schedule,
    tool: str,
    arguments: dict[str, Any],
    most: int,
) -> None:
    ids = {"machine_id": machine.id, "schedule_id": schedule.record.id}
    async with seated(http=http) as model:
        [takes] = [each for each in (await model.list_tools()).tools if each.name == tool]
        named = {name: ids[name] for name in ids if name in takes.input_schema["properties"]}
        done = await model.call_tool(tool, {**named, **arguments})
    assert not done.is_error
    assert len(sent) == most
