import json
import signal
from collections.abc import Generator
from contextlib import contextmanager
from subprocess import PIPE, Popen
from typing import Any

from mcp import Client, StdioServerParameters

from support.command_process import COMMAND, coasty_mcp, environment
from support.default_tools import NUMBER_OF_DEFAULT_TOOLS
from support.mcp_client import Era, error, text

HELLO = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "test", "version": "0"},
}


@contextmanager
def started() -> Generator[Popen[str]]:
    command = [COMMAND, "--sandbox"]
    with Popen(command, stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True, env=environment()) as it:
        yield it


def ask(server: Popen[str], method: str, params: dict[str, Any]) -> dict[str, Any]:
    """What the next line on stdout says."""
    assert server.stdin
    assert server.stdout
    message = {"jsonrpc": "2.0", "id": method, "method": method, "params": params}
    server.stdin.write(json.dumps(message) + "\n")
    server.stdin.flush()
    answer = json.loads(server.stdout.readline())
    assert answer["id"] == method
    return answer["result"]


async def test_a_host_can_start_it_and_use_it(era: Era) -> None:
    async with Client(StdioServerParameters(command=COMMAND, args=["--sandbox"]), mode=era) as host:
        provisioned = await host.call_tool("coasty_provision_machine", {"display_name": "bot"})
    assert text(provisioned).startswith("Started mch_test_")


async def test_it_starts_without_a_key_and_says_how_to_get_on() -> None:
    async with Client(StdioServerParameters(command=COMMAND)) as host:
        assert len((await host.list_tools()).tools) == NUMBER_OF_DEFAULT_TOOLS
        assert len((await host.list_prompts()).prompts) == 2
        refused = await host.call_tool("coasty_list_machines")
    assert error(refused)["code"] == "NOT_CONFIGURED"
    assert "COASTY_API_KEY" in text(refused)


def test_stdout_carries_json_rpc_alone_and_stderr_nothing() -> None:
    with started() as server:
        ask(server, "initialize", HELLO)
        ask(server, "tools/list", {})
        desk = {"name": "coasty_provision_machine", "arguments": {"display_name": "desk"}}
        assert not ask(server, "tools/call", desk)["isError"]
        mistake = {"name": "coasty_get_machine"}
        assert ask(server, "tools/call", mistake)["isError"]
        assert server.communicate() == ("", "")
    assert server.returncode == 0


def test_it_goes_quietly_when_the_host_terminates_it_with_stdin_open() -> None:
    with started() as server:
        ask(server, "initialize", HELLO)
        server.terminate()
        server.wait(10)
        assert server.stderr
        assert server.stderr.read() == ""
    assert server.returncode in (0, -signal.SIGTERM)


def test_a_wrong_setting_stops_the_start_with_one_line() -> None:
    refused = coasty_mcp(COASTY_LOG_LEVEL="loud")
    assert refused.returncode == 2
    assert refused.stdout == ""
    assert refused.stderr == (
        "coasty-mcp: --log-level (COASTY_LOG_LEVEL) must be one of DEBUG, INFO, WARNING, ERROR, "
        'not "loud".\n'
    )
