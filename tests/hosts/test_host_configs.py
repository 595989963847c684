"""`host_configs/` is generated from the catalogue, and each file in it works in its host."""

import json
import os
import re
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from coasty_mcp.hosts.catalogue import HOSTS
from coasty_mcp.hosts.commands import printed_entry
from coasty_mcp.hosts.config_entry import ServerCommand
from coasty_mcp.hosts.formats import FORMATS
from coasty_mcp.hosts.host import Host, Platform
from support.default_tools import NUMBER_OF_DEFAULT_TOOLS
from support.generated_files import is_current
from support.host_files import Person
from support.mcp_client import text

CONFIGS = Path(__file__).parents[2] / "host_configs"
KEY = "sk-coasty-test-0123456789"
SUFFIX = {"json": "json", "jsonc": "json", "toml": "toml", "yaml": "yaml"}

FOLDERS = {
    "home": "~",
    "claude": "~",
    "codex": "~/.codex",
    "config": "~/.config",
    "copilot": "~/.copilot",
    "gemini": "~",
    "qwen": "~/.qwen",
}
WINDOWS = {
    **{name: place.replace("~", "%USERPROFILE%") for name, place in FOLDERS.items()},
    "appdata": "%APPDATA%",
    "localappdata": "%LOCALAPPDATA%",
}
AT_HOME = {
    "~": "",
    "%USERPROFILE%": "",
    "%APPDATA%": "/AppData/Roaming",
    "%LOCALAPPDATA%": "/AppData/Local",
}

REFERENCES = {
    "claude_code": r"\$\{(\w+):-\}",
    "cursor": r"\$\{env:(\w+)\}",
    "windsurf": r"\$\{env:(\w+)\}",
    "gemini": r"\$(\w+)",
    "opencode": r"\{env:(\w+)\}",
    "copilot_cli": r"\$\{(\w+):-\}",
    "qwen": r"\$(\w+)",
}
"""How each host writes a variable, apart from those that have other ways or none."""

each_host = pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.name)


def config(host: Host) -> Path:
    return CONFIGS / f"{host.name}.{SUFFIX[host.format]}"


def place(host: Host, platform: Platform) -> str:
    folders = WINDOWS if platform == "win32" else FOLDERS
    places = [file.format_map(folders) for file in host.user_files[platform]]
    if platform == "win32":
        places = [file.replace("/", "\\") for file in places]
    return "<br>".join(f"`{file}`" for file in places)


def table() -> str:
    head = "| host | file here | macOS | Windows | Linux | one project |\n|---|---|---|---|---|---|"
    rows = [
        f"| {host.title} | [{config(host).name}]({config(host).name}) | {place(host, 'darwin')} "
        f"| {place(host, 'win32')} | {place(host, 'linux')} "
        f"| {f'`{host.project_file}`' if host.project_file else ''} |"
        for host in HOSTS
    ]
    return "\n".join([head, *rows])


def steps() -> str:
    head = "| host | where the key comes from | then | what you see |\n|---|---|---|---|"
    rows = [
        f"| {host.title} | {host.key_source} | {host.restart_hint} | {host.success_sign} |"
        for host in HOSTS
    ]
    return "\n".join([head, *rows])


@each_host
def test_a_file_is_what_install_would_write(host: Host, request: pytest.FixtureRequest) -> None:
    [fresh] = printed_entry(host.name, ServerCommand())
    assert is_current(config(host), fresh + "\n", request.config)


@pytest.mark.parametrize("part", [table, steps], ids=lambda part: part.__name__)
def test_the_readme_is_up_to_date(part: Callable[[], str], request: pytest.FixtureRequest) -> None:
    readme = CONFIGS / "README.md"
    name = part.__name__
    block = f"<!-- {name} -->\n{part()}\n<!-- /{name} -->"
    written = readme.read_text(encoding="utf-8")
    fresh = re.sub(rf"<!-- {name} -->.*<!-- /{name} -->", lambda _: block, written, flags=re.S)
    assert block in fresh
    assert is_current(readme, fresh, request.config)


@each_host
@pytest.mark.parametrize("platform", ["darwin", "win32", "linux"])
def test_install_writes_to_the_place_that_the_readme_tells(
    host: Host, platform: Platform, tmp_path: Path
) -> None:
    *_, told = place(host, platform).replace("\\", "/").split("`")[1::2]
    for variable, folder in AT_HOME.items():
        told = told.replace(variable, f"{tmp_path}{folder}")
    assert f"{Person(tmp_path, platform).file(host)}" == told


def test_there_is_a_file_for_each_host_and_no_other() -> None:
    files = {file.name for file in CONFIGS.iterdir()}
    assert files == {config(host).name for host in HOSTS} | {"README.md"}


def test_no_file_holds_a_key_or_something_that_looks_like_one() -> None:
    for file in CONFIGS.iterdir():
        assert not re.search(r"sk-coasty|your[-_ ]?key[-_ ]?here|<.*key.*>", file.read_text(), re.I)


def as_the_host_reads_it(host: Host) -> Any:
    written = config(host).read_text(encoding="utf-8")
    if host.format == "toml":
        return tomllib.loads(written)
    return FORMATS["yaml"].read(written) if host.format == "yaml" else json.loads(written)


def as_the_host_starts_it(host: Host, variables: dict[str, str]) -> StdioServerParameters:
    """In each host's own terms, said here once more and not taken from the catalogue."""
    content = as_the_host_reads_it(host)
    match host.name:
        case "vscode":
            block = content["servers"]["coasty"]
            [asked] = content["inputs"]
            assert (asked["type"], asked["password"]) == ("promptString", True)
            assert block["env"] == {"COASTY_API_KEY": f"${{input:{asked['id']}}}"}
            return _server(block["command"], block["args"], variables)
        case "codex":
            block = content["mcp_servers"]["coasty"]
            passed_on = {name: variables[name] for name in block["env_vars"]}
            return _server(block["command"], block["args"], passed_on)
        case "goose":
            block = content["extensions"]["coasty"]
            assert (block["type"], block["enabled"]) == ("stdio", True)
            passed_on = {name: variables[name] for name in block["env_keys"]}
            return _server(block["cmd"], block["args"], passed_on)
        case "opencode":
            block = content["mcp"]["coasty"]
            assert block["type"] == "local"
            command, *args = block["command"]
            return _server(command, args, _filled_in(host, block["environment"], variables))
        case _:
            block = content["context_servers" if host.name == "zed" else "mcpServers"]["coasty"]
            env = _filled_in(host, block.get("env", {}), variables)
            return _server(block["command"], block["args"], env)


def _filled_in(host: Host, env: dict[str, str], variables: dict[str, str]) -> dict[str, str]:
    return {
        name: re.sub(REFERENCES[host.name], lambda found: variables[found[1]], value)
        for name, value in env.items()
    }


def _server(command: str, args: list[str], env: dict[str, str]) -> StdioServerParameters:
    return StdioServerParameters(command=command, args=args, env=env)


@dataclass(frozen=True)
class Used:
    """What a host has of a server."""

    name: str
    tools: int
    said: str


@pytest.fixture(scope="module")
def used() -> dict[str, Used]:
    """By how it was started: most hosts do it alike."""
    return {}


async def use(server: StdioServerParameters) -> Used:
    async with Client(server, mode="legacy") as client:
        assert client.server_info
        tools = (await client.list_tools()).tools
        said = text(await client.call_tool("coasty_list_machines", {}))
        return Used(client.server_info.name, len(tools), said)


@each_host
async def test_the_host_starts_it_and_uses_a_tool(host: Host, used: dict[str, Used]) -> None:
    server = as_the_host_starts_it(host, {"COASTY_API_KEY": KEY})
    has_its_own_way = bool(host.key_reference or host.variable_list_field)
    assert server.env == ({"COASTY_API_KEY": KEY} if has_its_own_way else {})
    path = os.pathsep.join([str(Path(sys.executable).parent), os.defpath])
    server.env = {**(server.env or {}), "PATH": path, "COASTY_SANDBOX": "true"}
    started = server.model_dump_json()
    used[started] = used.get(started) or await use(server)
    assert used[started].name == "coasty"
    assert used[started].tools == NUMBER_OF_DEFAULT_TOOLS
    assert "machine" in used[started].said
