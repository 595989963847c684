"""MCP Inspector's command line over each transport, in both protocol eras: `.ci/inspector`.

All servers share one sandbox and its one machine, which the Inspector takes a screenshot of.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from tempfile import NamedTemporaryFile
from typing import Any

from coasty_mcp.sandbox import SANDBOX_KEY
from coasty_mcp.tools.catalog import TOOLSETS
from npm import programs
from support.command_process import COMMAND, listening

INSPECTOR = "@modelcontextprotocol/inspector@2.12.0"
DEFAULT_TOOLS = [tool.name for each in TOOLSETS if each.default for tool in each.tools]
ERAS = ("legacy", "modern")  # 2025-11-25 and 2026-07-28


def ask(way: list[str], environment: dict[str, str], method: str, *more: str) -> dict[str, Any]:
    command = ["mcp-inspector", "--cli", "--method", method, *more, "--format", "json", *way]
    asked = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    if asked.returncode:
        sys.exit(f"{' '.join(command)}\n{asked.stdout}{asked.stderr}")
    return json.loads(asked.stdout)["result"]


def call(
    way: list[str], environment: dict[str, str], tool: str, **arguments: str
) -> dict[str, Any]:
    given = ("--tool-name", tool, "--tool-args-json", json.dumps(arguments))
    return ask(way, environment, "tools/call", *given)


def faults(way: list[str], environment: dict[str, str], machine: str) -> Iterator[str]:
    """Yield what the Inspector should have got and has not."""
    listed = ask(way, environment, "tools/list", "--strict")["tools"]
    if [tool["name"] for tool in listed] != DEFAULT_TOOLS:
        yield "tools/list: not the default tools"
    shown = call(way, environment, "coasty_take_machine_screenshot", machine_id=machine)
    if "image" not in {each["type"] for each in shown["content"]}:
        yield "tools/call: no picture"
    prompt = ("--prompt-name", "start_automation_session", "--prompt-args", "goal=Log in")
    if not ask(way, environment, "prompts/get", *prompt)["messages"]:
        yield "prompts/get: no message"


def main() -> bool:
    with ExitStack() as stack:
        environment = stack.enter_context(programs(INSPECTOR))
        key = stack.enter_context(NamedTemporaryFile("w", suffix=".key"))
        key.write(SANDBOX_KEY)
        key.flush()
        api = stack.enter_context(listening("sandbox"))
        api_flags = ["--base-url", api.url, "--api-key-file", key.name]
        ways = {"stdio": ["--", COMMAND, *api_flags]}
        for transport, inspectors in {"sse": "sse", "streamable-http": "http"}.items():
            server = stack.enter_context(listening(*api_flags, "--transport", transport))
            ways[transport] = ["--transport", inspectors, "--server-url", server.url]

        started = call(ways["stdio"], environment, "coasty_provision_machine", display_name="desk")
        machine = started["structuredContent"]["machine"]["id"]
        well = True
        for transport, way in ways.items():
            for era in ERAS:
                found = [*faults(["--protocol-era", era, *way], environment, machine)]
                print(f"{transport}, {era}: {'; '.join(found) or 'ok'}")
                well = well and not found
    return well


sys.exit(not main())
