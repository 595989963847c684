"""The live view inside MCP Inspector, in a real browser: `.ci/apps`.

The page has to mount in the chat and show the machine, and its buttons have to work on another
host's model, which has no pages, is not offered the page's tool, and gets an address.
"""

import asyncio
import base64
import json
import os
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from tempfile import NamedTemporaryFile
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlencode

import httpx2
from mcp import Client

from coasty_mcp.sandbox import SANDBOX_KEY
from coasty_mcp.transports.web_server import listen
from npm import programs
from support.chromium import CHROMIUM, Page, browser_page
from support.command_process import listening
from support.mcp_client import text

INSPECTOR = "@modelcontextprotocol/inspector@2.12.0"
PATIENCE = 90
LIVE = "typeof live === 'object'"
READY = "[data-testid=apps-form][data-app-status=ready]"


def free_port() -> int:
    with listen(0) as listener:
        return listener.getsockname()[1]


def until(page: Page, script: str, what: str) -> Any:
    """Return the first true value of an expression in any frame."""
    end = monotonic() + PATIENCE
    while monotonic() < end:
        if found := [each for each in page.evaluate_in_frames(script) if each]:
            return found[0]
        sleep(0.25)
    sys.exit(f"apps: {what} did not come.")


def machine_at(api: str) -> str:
    made = httpx2.post(
        f"{api}/machines",
        headers={"X-API-Key": SANDBOX_KEY},
        json={"display_name": "desk", "desktop_enabled": True},
    )
    return made.raise_for_status().json()["machine"]["id"]


@dataclass(frozen=True)
class Model:
    """In a host without pages."""

    url: str
    machine_id: str

    def call(self, tool: str, **arguments: Any) -> str:
        async def call() -> str:
            async with Client(self.url) as client:
                named = {"machine_id": self.machine_id, **arguments}
                return text(await client.call_tool(tool, named))

        return asyncio.run(call())

    def tools(self) -> set[str]:
        async def listed() -> set[str]:
            async with Client(self.url) as client:
                return {tool.name for tool in (await client.list_tools()).tools}

        return asyncio.run(listed())

    def expect(self, words: str) -> None:
        """Act, and read those words in the answer."""
        click = {"command": "click", "parameters": {"x": 5, "y": 5}}
        if words not in (said := self.call("coasty_execute_machine_action", **click)):
            sys.exit(f"apps: not {words}, but {said}")


def use_buttons(page: Page, model: Model) -> None:
    press(page, "takeover", "live.state.mine")
    model.expect("HUMAN_IN_CONTROL")
    until(page, f"{LIVE} && (find('note').value = 'logged in')", "the note")
    press(page, "handback", "!live.state.mine")
    model.expect('says: "logged in"')
    press(page, "stop", "live.state.holder === 'nobody'")
    model.expect("STOPPED_BY_PERSON")
    press(page, "stop", "live.state.holder === 'model'")
    model.expect("Done: click")
    step = "find('steps').lastElementChild.firstElementChild"
    until(page, f"{LIVE} && ({step}.click(), find('result').textContent)", "all of a step")
    if "coasty_live_view_page" in model.tools():
        sys.exit("apps: a host without pages is offered the tool of the page.")
    if f"{httpx2.URL(model.url).join('/view/')}" not in model.call("coasty_open_live_view"):
        sys.exit("apps: a host without pages gets no address.")


def press(page: Page, button: str, then: str) -> None:
    until(page, f"{LIVE} && (find('{button}').click(), true)", f"the button {button}")
    until(page, f"{LIVE} && ({then})", then)


def main() -> None:
    if not CHROMIUM:
        sys.exit("apps: chromium is not there.")
    with ExitStack() as stack:
        environment = stack.enter_context(programs(INSPECTOR))
        key = stack.enter_context(NamedTemporaryFile("w", suffix=".key"))
        key.write(SANDBOX_KEY)
        key.flush()
        api = stack.enter_context(listening("sandbox"))
        machine = machine_at(api.url)
        server = stack.enter_context(
            listening(
                *("--base-url", api.url, "--api-key-file", key.name),
                *("--toolsets", "default,view", "--transport", "streamable-http"),
            )
        )
        token, port, sandbox_port = token_hex(16), free_port(), free_port()
        environment |= {
            "MCP_INSPECTOR_API_TOKEN": token,
            "HOST": "127.0.0.1",
            "CLIENT_PORT": str(port),
            "MCP_SANDBOX_PORT": str(sandbox_port),
            "MCP_AUTO_OPEN_ENABLED": "false",
        }
        inspector = subprocess.Popen(
            ["mcp-inspector"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
        )
        stack.callback(inspector.wait)
        stack.callback(inspector.terminate)
        arguments = base64.b64encode(json.dumps({"machine_id": machine}).encode()).decode()
        link = urlencode(
            {
                "serverUrl": server.url,
                "transport": "http",
                "autoConnect": token,
                "openApp": "coasty_open_live_view",
                "appArgs": arguments,
                "autoOpen": token,
            }
        )
        page = stack.enter_context(browser_page())
        wait_for_port(port)
        page.open(f"http://127.0.0.1:{port}/?{link}")
        until(page, f"!!document.querySelector('{READY}')", "the page in the chat")
        until(page, f"{LIVE} && live.frame.digest", "a frame")
        use_buttons(page, Model(server.url, machine))
        if picture := os.environ.get("APPS_PICTURE"):
            Path(picture).write_bytes(page.screenshot())
    print("apps: mounted, seen, taken over, handed back, stopped, released.")


def wait_for_port(port: int) -> None:
    end = monotonic() + PATIENCE
    while monotonic() < end:
        try:
            httpx2.get(f"http://127.0.0.1:{port}/")
        except httpx2.TransportError:
            sleep(0.25)
        else:
            return
    sys.exit("apps: the Inspector does not serve.")


main()
