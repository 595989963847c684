import re
import socket
import sys
from collections.abc import Generator
from contextlib import contextmanager
from importlib.metadata import version
from subprocess import run

import httpx2
import pytest
from click.testing import CliRunner, Result

from coasty_mcp.cli import main
from coasty_mcp.settings import Settings, flag, variable
from support.command_process import listening
from support.default_tools import NUMBER_OF_DEFAULT_TOOLS


def invoke(*arguments: str, **environment: str) -> Result:
    unset = {variable(name): None for name in Settings.model_fields}
    return CliRunner(env={**unset, **environment}).invoke(main, arguments)


def listed(*arguments: str, **environment: str) -> list[str]:
    """The names of the tools."""
    shown = invoke(*arguments, **environment)
    assert shown.exit_code == 0, shown.output
    return re.findall(r"^coasty_\w+", shown.output, re.MULTILINE)


@contextmanager
def port_in_use() -> Generator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield str(listener.getsockname()[1])


@pytest.mark.parametrize("question", ["--help", "--version"])
def test_it_answers_without_loading_the_sdk(question: str) -> None:
    code = (
        "import sys; from coasty_mcp.cli import main; "
        f"main(['{question}'], standalone_mode=False); assert 'mcp' not in sys.modules"
    )
    assert run([sys.executable, "-c", code], check=False).returncode == 0


def test_it_tells_its_version() -> None:
    assert version("coasty-mcp") in invoke("--version").output


SECRETS = {"api_key", "request_state_key"}


@pytest.mark.parametrize("name", sorted({*Settings.model_fields} - SECRETS))
def test_every_setting_is_in_the_help_as_flag_and_variable(name: str) -> None:
    shown = " ".join(invoke("--help").output.split())
    assert re.search(rf"{flag(name)}\b(?!-)", shown)
    assert f"[{variable(name)}]" in shown


def test_the_key_is_a_variable_alone() -> None:
    shown = invoke("--help").output
    assert "COASTY_API_KEY" in shown
    assert not re.search(r"--api-key\b(?!-)", shown)
    assert invoke("--api-key", "sk-coasty-live-1").exit_code == 2


def test_tools_lists_what_a_model_is_offered_and_what_it_weighs() -> None:
    *rows, total = invoke("tools").output.splitlines()
    tools = rows[:NUMBER_OF_DEFAULT_TOOLS]
    sums = [row.split() for row in rows[NUMBER_OF_DEFAULT_TOOLS:]]
    assert all(re.fullmatch(r"coasty_\w+ +\w+ +[a-z ]+? +\d+", row) for row in tools)
    for toolset, _, _, count in sums:
        weights = [int(row.split()[-1]) for row in tools if row.split()[1] == toolset]
        assert sum(weights) == int(count)
    assert sum(int(count) for *_, count in sums) == int(total.split()[-2])


def test_tools_can_be_chosen_by_toolset() -> None:
    chosen = listed("tools", "--toolsets", "predict,account")
    assert chosen == ["coasty_predict", "coasty_ground", "coasty_parse", "coasty_get_credits"]
    assert listed("tools", COASTY_TOOLSETS="predict,account") == chosen


def test_a_single_tool_can_be_added_or_left_out() -> None:
    added = listed("tools", "--toolsets", "account", "--tools", "coasty_predict")
    assert added == ["coasty_predict", "coasty_get_credits"]
    assert listed("tools", "--exclude-tools", "coasty_predict") == listed("tools")[1:]


def test_read_only_leaves_the_tools_that_change_nothing() -> None:
    rest = listed("tools", "--read-only", "--tools", "coasty_terminate_machine")
    assert "coasty_take_machine_screenshot" in rest
    assert not {"coasty_terminate_machine", "coasty_execute_machine_action"} & {*rest}


def test_settings_may_stand_before_the_command() -> None:
    assert listed("--toolsets", "account", "tools") == ["coasty_get_credits"]


@pytest.mark.parametrize(
    ("option", "given", "meant"),
    [
        ("--toolsets", "machine", "machines"),
        ("--tools", "coasty_predicts", "coasty_predict"),
        ("--exclude-tools", "coasty_pars", "coasty_parse"),
    ],
)
@pytest.mark.parametrize("command", [(), ("tools",)])
def test_an_unknown_name_is_answered_with_the_nearest(
    command: tuple[str, ...], option: str, given: str, meant: str
) -> None:
    refused = invoke(*command, option, given)
    assert refused.exit_code == 2
    assert refused.output.startswith(f"coasty-mcp: {option} (COASTY_")
    assert f"There is no tool{'set' if option == '--toolsets' else ''} {given}." in refused.output
    assert re.search(rf"Did you mean {meant}\b", refused.output)
    assert refused.output.count("\n") == 1


def test_the_sandbox_says_how_to_use_it() -> None:
    with listening("sandbox") as sandbox:
        said = "".join(sandbox.output.readline() for _ in range(3))
        key = said.split()[2]
        assert f'curl -H "X-API-Key: {key}" {sandbox.url}/usage' in said
        answer = httpx2.get(f"{sandbox.url}/usage", headers={"X-API-Key": key})
        assert answer.status_code == 200
    assert sandbox.url.endswith("/v1")


@pytest.mark.parametrize(
    "command",
    [
        ("sandbox",),
        ("--sandbox", "--transport", "streamable-http"),
        ("--sandbox", "--transport", "sse"),
    ],
)
def test_a_port_in_use_is_one_clear_line(command: tuple[str, ...]) -> None:
    with port_in_use() as port:
        refused = invoke(*command, "--port", port)
    assert refused.exit_code == 1
    assert refused.output == (
        f"coasty-mcp: port {port} cannot be used (Address already in use). "
        "Choose another with --port.\n"
    )


def test_the_sandbox_refuses_a_port_that_cannot_be() -> None:
    assert invoke("sandbox", "--port", "65536").exit_code == 2
