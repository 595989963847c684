"""Tries the README's instructions in real hosts: `.ci/hosts`.

Each is set up as the README says, by our command and by hand, in a home folder of its own, and then
calls what a fake model asks for. The model is its proxy too, and forwards nothing.
"""

import json
import os
import re
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image

from coasty_mcp.hosts.host_folders import UserEnvironment
from coasty_mcp.sandbox import SANDBOX_KEY
from fake_model import FakeModel, fake_model
from npm import programs
from real_hosts import GOAL, REAL_HOSTS, RealHost
from support.command_process import listening
from support.host_files import named

README = Path("README.md").read_text().replace("sk-coasty-test-...", SANDBOX_KEY)
CONFIGS_README = Path("host_configs/README.md").read_text()
MACHINE_TOOL = r'tool_reference", ?"tool_name": ?"mcp__coasty__(coasty_\w*machine\w*)'
"""In what a search found."""
OTHER_FOLDER = "mkdir -p work && cd work"
RESULT_MARKS = {
    "structured": "websocket_port|docs_url",
    "text": r"Started mch_test_\w+ \(desk\)|shot_1280x720_of|MACHINE_NOT_FOUND, request",
}
"""Patterns that only the structured content of a result has, and only its text."""


@dataclass(frozen=True)
class Person:
    """A new user, with a home folder, a shell and the programs on the PATH."""

    home: Path
    path: str
    api: str

    def config_file(self, host: RealHost) -> Path:
        """Write the host's file as it is before the test, and return its path."""
        user = UserEnvironment("linux", self.home, self.home, {})
        [file] = user.files(named(host.name), "user")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(host.config)
        return file

    def types(self, host: RealHost, model: FakeModel, *lines: str) -> str:
        """Run lines in a shell up to the first that fails; return what they print."""
        addresses = {"<model>": model.url, "<api>": self.api}
        given = {"PATH": self.path, "HOME": str(self.home), "COASTY_BASE_URL": self.api}
        given |= {"HTTPS_PROXY": model.url, "HTTP_PROXY": model.url, "NO_PROXY": "127.0.0.1"}
        given |= {name: _filled(text, addresses) for name, text in host.variables.items()}
        typed = subprocess.run(
            ["bash", "-ec", _filled("\n".join(lines), addresses)],
            cwd=self.home,
            env=given,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        return f"{typed.stdout}\n(ended with {typed.returncode})"


def _filled(text: str, addresses: dict[str, str]) -> str:
    for mark, value in addresses.items():
        text = text.replace(mark, value)
    return text


def quoted(pattern: str, text: str = README) -> str:
    """Return the passage of the README; ends the run where it is not there any more."""
    found = re.search(pattern, text, re.DOTALL | re.MULTILINE)
    return found[0] if found else sys.exit(f"There is no {pattern} in the README any more.")


def ways(host: RealHost, file: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield each way to set the host up, and the lines that somebody types for it."""
    export, install = quoted(r"^    export COASTY_API_KEY=.*?install claude_code$").splitlines()
    if host.name != "claude_code":
        quoted(rf"^Other names are .*\b{host.name}\b.*; `coasty-mcp install` alone")
    yield "install", [export, install.replace("claude_code", host.name)]
    if host.name == "claude_code":
        yield "README.md", [quoted(r"^    claude mcp add .*?$")]
        yield "host_configs", [export, quoted(r"^    claude mcp add .*?$", CONFIGS_README)]
        return
    [ready] = Path("host_configs").glob(f"{host.name}.*")
    yield "host_configs", [export, f"cp {ready.absolute()} {file}"]
    if host.name == "gemini":  # it takes the block that is there for Cursor
        block = quoted(r'^{\n  "mcpServers".*?^}$')
        yield "README.md", [f"cat > {file} <<'END'\n{block}\nEND"]


def result_kinds(result: Any) -> str:
    """Name the parts of a result that reached the model: picture, structured, text."""
    said = json.dumps(result)
    kinds = [kind for kind, mark in RESULT_MARKS.items() if re.search(mark, said)]
    for data in re.findall(r"/9j/[\w+/=]+", said):
        with Image.open(BytesIO(b64decode(data))) as picture:
            kinds.append("picture" if picture.size == (1280, 720) else f"picture {picture.size}")
    return " and ".join(sorted(kinds))


def faults(host: RealHost, person: Person, way: str, lines: list[str]) -> Iterator[str]:
    """Yield what does not work in another folder, once the host is set up in one way."""
    with fake_model() as model:
        printed = person.types(
            host, model, *lines, OTHER_FOLDER, host.list_command, host.task_command
        )
    reached = tuple(map(result_kinds, model.results))
    if not re.search(host.listed, printed):
        yield f"{way}: {host.list_command} does not say {host.listed}\n{printed}"
    if reached != (expected := named(host.name).model_view):
        yield f"{way}: the model was shown {reached}, not {expected}\n{printed}"
    if ours := [each for each in model.other_requests if "coasty" in each]:
        yield f"{way}: our server asked for {ours}"


def prompt_faults(host: RealHost, person: Person) -> Iterator[str]:
    """Yield what does not arrive of our prompt, and which searches find none of our tools.

    The host is set up already. Claude Code passes one word for each argument of the prompt.
    """
    first_words = " ".join(GOAL.split()[:2])
    with fake_model() as model:
        printed = person.types(host, model, host.prompt_command)
    if not any(f": {first_words}" in text for text in model.requests):
        yield f"prompt: {host.prompt_command} does not pass on its goal\n{printed}"
    for search in host.searches:
        with fake_model(search) as model:
            printed = person.types(host, model, host.task_command)
        found = {name for text in model.requests for name in re.findall(MACHINE_TOOL, text)}
        if not found:
            yield f'search: "{search}" finds none of the machine tools\n{printed}'


def uninstall_faults(host: RealHost, person: Person) -> Iterator[str]:
    """Yield what uninstall leaves behind, or takes away from the host."""
    file = person.config_file(host)
    with fake_model() as model:
        lines = (f"coasty-mcp {verb} {host.name}" for verb in ("install", "uninstall"))
        printed = person.types(host, model, *lines)
        after = file.read_text()
        listed = person.types(host, model, host.list_command)
    if after != host.config:
        yield f"uninstall: {file.name} is not as it was\n{printed}{after}"
    if "coasty" in listed or "(ended with 0)" not in listed:
        yield f"uninstall: then {host.list_command} says\n{listed}"


def install_command(folder: str) -> str:
    """Install the command as the README says; return the folder that it is in then."""
    command = quoted(r"uv tool install \.(?=`)")
    places = {"UV_TOOL_DIR": f"{folder}/tools", "UV_TOOL_BIN_DIR": f"{folder}/bin"}
    subprocess.run(command.split(), env=os.environ | places, check=True, capture_output=True)
    return f"{folder}/bin"


def check_host(host: RealHost, person: Person) -> bool:
    found, done = [*uninstall_faults(host, person)], list[str]()
    for way, lines in ways(host, person.config_file(host)):
        person.config_file(host)
        found += faults(host, person, way, lines)
        done.append(way)
    if host.prompt_command:
        found += prompt_faults(host, person)
        done.append("prompt and searches")
    good = f"ok ({', '.join(done)}); its model gets {named(host.name).model_view}"
    print(f"{host.name}: {'; '.join(found) or good}", flush=True)
    return not found


def main(*names: str) -> bool:
    """Check the hosts of these names, or all; return whether all is well."""
    hosts = [host for host in REAL_HOSTS if not names or host.name in names]
    with ExitStack() as stack:
        environment = stack.enter_context(programs(*[host.package for host in hosts]))
        api = stack.enter_context(listening("sandbox")).url
        path = f"{install_command(_folder(stack))}:{environment['PATH']}"
        people = [(host, Person(Path(_folder(stack)), path, api)) for host in hosts]
        passed = [check_host(host, person) for host, person in people]
    return all(passed)


def _folder(stack: ExitStack) -> str:
    return stack.enter_context(TemporaryDirectory(ignore_cleanup_errors=True))


sys.exit(not main(*sys.argv[1:]))
