"""What a placeholder stands for reaches the machine, and nobody else."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient, Request
from mcp import Client, StdioServerParameters
from mcp.client import ClientRequestContext
from mcp.client.stdio import stdio_client
from mcp.types import CallToolResult, ElicitRequestParams, ElicitResult
from pydantic import SecretStr

from coasty_mcp.api.secrets import Secrets
from coasty_mcp.sandbox.world.machines import Machine
from coasty_mcp.server.build import build_server
from coasty_mcp.settings import Settings
from coasty_mcp.tools.catalog import TOOLSETS
from support.command_process import COMMAND, environment
from support.echo_api import echo_api, reveals
from support.mcp_client import LIVE_KEY, Era, error, structured, text

PASSWORD = 'korrekt "Pferd"\\Ä+/=?&<b>'
TOKEN = "Zq7Zq7Zq7Xk"
SECRETS = {"PASSWORD": PASSWORD, "TOKEN": TOKEN}
HELD = "{{secret:PASSWORD}}"
EVERYTHING = Settings(sandbox=True, toolsets=("all",))


def seat(era: Era, http: AsyncClient, settings: Settings = EVERYTHING) -> Client:
    return Client(build_server(settings, TOOLSETS, http, secrets=Secrets(SECRETS)), mode=era)


def filled(path: str, sent: list[Request]) -> list[dict[str, Any]]:
    """The bodies of requests whose path ends so."""
    return [json.loads(each.content) for each in sent if each.url.path.endswith(path)]


async def test_names_are_told_and_values_are_not(era: Era, http: AsyncClient) -> None:
    async with seat(era, http) as model:
        told = model.instructions or ""
    assert "{{secret:PASSWORD}}, {{secret:TOKEN}}" in told[150:]
    assert "a screenshot may show one" in told
    assert not [value for value in SECRETS.values() if value in told]


async def test_it_is_filled_where_something_is_typed_run_written_or_browsed(
    era: Era, http: AsyncClient, sent: list[Request], machine: Machine
) -> None:
    on, holder = {"machine_id": machine.id}, f"<{HELD}>"
    calls: list[tuple[str, dict[str, Any]]] = [
        ("coasty_execute_machine_action", {"command": "type_text", "parameters": {"text": holder}}),
        (
            "coasty_execute_machine_action",
            {"actions": [{"command": "type", "parameters": {"text": holder}}] * 2},
        ),
        ("coasty_run_terminal_command", {"command": f"printf '{holder}'"}),
        ("coasty_write_files", {"op": "write", "path": "a.txt", "content": holder}),
        ("coasty_use_browser", {"op": "open", "parameters": {"url": f"https://a.example/{HELD}"}}),
    ]
    async with seat(era, http) as model:
        results = [await model.call_tool(name, {**on, **more}) for name, more in calls]
    assert not [text(each) for each in results if each.is_error]
    assert filled("/actions", sent)[0]["parameters"] == {"text": f"<{PASSWORD}>"}
    assert filled("/batch", sent)[0]["steps"][0]["parameters"] == {"text": f"<{PASSWORD}>"}
    assert filled("/terminal", sent)[0]["command"] == f"printf '<{PASSWORD}>'"
    assert filled("/write", sent)[0]["parameters"]["content"] == f"<{PASSWORD}>"
    assert PASSWORD in filled("/open", sent)[0]["parameters"]["url"]
    assert hides(*results)


def hides(*results: CallToolResult) -> bool:
    """Whether no result reveals a secret."""
    parts = [part for each in results for part in (text(each), each.model_dump_json())]
    return not [value for value in SECRETS.values() for part in parts if reveals(part, value)]


async def test_what_a_machine_prints_is_hidden_and_can_be_written_back(
    era: Era, http: AsyncClient, machine: Machine
) -> None:
    on = {"machine_id": machine.id}
    config = f"user=ada\npassword={PASSWORD}\n"
    machine.computer.run("file_write", {"path": "app.ini", "content": config})
    async with seat(era, http) as model:
        shell = {**on, "command": "cat app.ini; base64 app.ini; cat app.ini | head -1"}
        printed = await model.call_tool("coasty_run_terminal_command", shell)
        read = await model.call_tool("coasty_read_files", {**on, "op": "read", "path": "app.ini"})
        content = structured(read)["result"]["content"]
        download = {**on, "op": "download", "path": "app.ini"}
        loaded = await model.call_tool("coasty_read_files", download)
        back = {**on, "op": "write", "path": "copy.ini", "content": content}
        await model.call_tool("coasty_write_files", back)
    assert "password={{secret:PASSWORD}}" in text(printed)
    assert content == f"user=ada\npassword={HELD}\n"
    assert hides(printed, read, loaded)
    assert machine.computer.run("file_read", {"path": "copy.ini"})["content"] == config


async def test_an_unknown_name_is_refused_before_anything_is_sent(
    era: Era, http: AsyncClient, sent: list[Request], machine: Machine
) -> None:
    on = {"machine_id": machine.id}
    async with seat(era, http) as model:
        for name, more in [
            ("coasty_run_terminal_command", {"command": "echo {{secret:PASSWROD}}"}),
            (
                "coasty_execute_machine_action",
                {"actions": [{"command": "x", "p": ["{{ secret: no such }}"]}]},
            ),
            ("coasty_predict", {"instruction": "type {{secret:}}"}),
        ]:
            refused = await model.call_tool(name, {**on, **more})
            assert error(refused)["code"] == "VALIDATION_ERROR"
            assert "There are: PASSWORD, TOKEN." in text(refused)
    assert sent == []


async def test_without_secrets_a_placeholder_is_refused_with_what_to_set(
    era: Era, http: AsyncClient, sent: list[Request]
) -> None:
    async with Client(build_server(EVERYTHING, TOOLSETS, http), mode=era) as model:
        order = {"machine_id": "mch_1", "command": f"echo {HELD}"}
        refused = await model.call_tool("coasty_run_terminal_command", order)
    assert "COASTY_SECRETS_FILE" in text(refused)
    assert sent == []


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("coasty_start_run", {"machine_id": "mch_1", "task": f"Log in with {HELD}"}),
        (
            "coasty_create_schedule",
            {"machine_id": "mch_1", "name": "n", "task_prompt": HELD, "frequency": "daily"},
        ),
        (
            "coasty_run_workflow",
            {"workflow_id": "wf_1", "inputs": {"a": HELD}, "budget_cents": 50},
        ),
    ],
)
async def test_what_no_one_would_fill_in_is_refused_and_not_sent(
    era: Era, http: AsyncClient, sent: list[Request], tool: str, arguments: dict[str, Any]
) -> None:
    async with seat(era, http) as model:
        refused = await model.call_tool(tool, arguments)
    assert error(refused)["code"] == "VALIDATION_ERROR"
    assert not [each for each in sent if each.method == "POST"]
    assert "would reach this agent as it is" in text(refused)


async def test_a_prediction_carries_the_placeholder_back_to_be_filled(
    era: Era, http: AsyncClient, sent: list[Request], machine: Machine
) -> None:
    on = {"machine_id": machine.id}
    async with seat(era, http) as model:
        goal = {**on, "instruction": f'Type "{HELD}"'}
        predicted = structured(await model.call_tool("coasty_predict", goal))
        [action] = [each for each in predicted["actions"] if each["action_type"] == "type_text"]
        act = {**on, "command": action["action_type"], "parameters": action["params"]}
        done = await model.call_tool("coasty_execute_machine_action", act)
    assert filled("/predict", sent)[0]["instruction"] == f'Type "{HELD}"'
    assert action["params"]["text"] == HELD
    assert filled("/actions", sent)[0]["parameters"]["text"] == PASSWORD
    assert hides(done)


async def test_code_that_is_only_read_keeps_its_placeholder(
    era: Era, http: AsyncClient, sent: list[Request]
) -> None:
    async with seat(era, http) as model:
        await model.call_tool("coasty_parse", {"code": f"pyautogui.write('{HELD}')"})
    assert HELD in filled("/parse", sent)[0]["code"]


async def test_the_person_is_asked_with_the_name(http: AsyncClient, machine: Machine) -> None:
    questions: list[str] = []

    async def refuse(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
        questions.append(params.message)
        return ElicitResult(action="decline")

    live = Settings(api_key=SecretStr(LIVE_KEY), confirm="always")
    server = build_server(live, TOOLSETS, http, secrets=Secrets(SECRETS))
    async with Client(server, elicitation_callback=refuse) as model:
        order = {"machine_id": machine.id, "command": f"echo {HELD}"}
        await model.call_tool("coasty_run_terminal_command", order)
    [question] = questions
    assert HELD in question
    assert PASSWORD not in question


async def test_no_byte_of_the_protocol_the_log_or_an_error_holds_what_was_typed(
    tmp_path: Path,
) -> None:
    """The API echoes everything in every encoding, over the real process at its chattiest."""
    log, err, out, file = (tmp_path / name for name in ("log", "err", "out", "secrets"))
    file.touch(0o600)
    quoted_password = PASSWORD.replace("\\", "\\\\").replace('"', '\\"')
    file.write_text(f'PASSWORD="{quoted_password}"\nTOKEN={TOKEN}\n', encoding="utf-8")
    with echo_api() as (url, received), err.open("w") as stderr:
        mine = {
            "COASTY_API_KEY": "sk-coasty-test-" + "0" * 48,
            "COASTY_BASE_URL": url,
            "COASTY_TOOLSETS": "all",
            "COASTY_LOG_LEVEL": "DEBUG",
            "COASTY_LOG_FILE": str(log),
            "COASTY_SECRETS_FILE": str(file),
        }
        piped = ["-c", f"{shlex.quote(COMMAND)} | tee {shlex.quote(str(out))}"]
        server = StdioServerParameters(command="bash", args=piped, env=environment(**mine))
        seen: list[CallToolResult] = []
        async with Client(stdio_client(server, errlog=stderr)) as host:
            for on in ("mch_1", "mch_failed", "mch_refused", "mch_broken"):
                for name, more in TYPED:
                    seen.append(await host.call_tool(name, {"machine_id": on, **more}))
                look = {"machine_id": on}
                seen.append(await host.call_tool("coasty_take_machine_screenshot", look))
            seen.append(await host.call_tool("coasty_list_machines", {}))
    typed = json.dumps([body for _, body in received], ensure_ascii=False)
    assert TOKEN in typed
    assert json.dumps(PASSWORD, ensure_ascii=False)[1:-1] in typed
    assert "left out: a secret is written into its file" in text(seen[len(TYPED)])
    assert "(secret)" in text(seen[1])
    assert "DEBUG" in log.read_text()
    assert out.read_text().count("(secret)") > len(seen)
    for value in SECRETS.values():
        assert not [name for name in (out, log, err) if reveals(name.read_text(), value)]
    assert hides(*seen)


BOTH = "{{secret:PASSWORD}}{{secret:TOKEN}}"
TYPED: list[tuple[str, dict[str, Any]]] = [
    ("coasty_execute_machine_action", {"command": "type", "parameters": {"text": BOTH}}),
    ("coasty_run_terminal_command", {"command": "echo {{secret:PASSWORD}} {{secret:TOKEN}}"}),
    ("coasty_use_browser", {"op": "type", "parameters": {"selector": "#p", "text": HELD}}),
    ("coasty_write_files", {"op": "append", "path": "a", "content": "{{secret:TOKEN}}"}),
]
