"""From the README to a working tool, in the real programs: `.ci/hosts`.

Each is set up in the README's words, by our command and by hand, in a home of its own; then it
carries out what a model of ours asks for. The model is its proxy too, and lets nothing through.
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

from coasty_mcp.hosts.host_folders import Computer
from coasty_mcp.sandbox import SANDBOX_KEY
from installing import named
from launching import listening
from model import Model, thinking
from npm import programs
from real import REAL, Real

README = Path("README.md").read_text().replace("sk-coasty-test-...", SANDBOX_KEY)
BY_HAND = Path("host_configs/README.md").read_text()
ELSEWHERE = "mkdir -p work && cd work"
MARKS = {"structured": "websocket_port", "text": r"Free \(a test machine\)|shot_1280x720"}


@dataclass(frozen=True)
class Person:
    """Someone new, with a home, a shell and the programs."""

    home: Path
    path: str
    api: str

    def file(self, host: Real) -> Path:
        """The host's, as it was before us."""
        computer = Computer("linux", self.home, self.home, {})
        [file] = computer.files(named(host.name), "user")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(host.file)
        return file

    def types(self, host: Real, model: Model, *lines: str) -> str:
        """What the shell prints; it ends at the first line that fails."""
        said = {"<model>": model.url, "<api>": self.api}
        given = {"PATH": self.path, "HOME": str(self.home), "COASTY_BASE_URL": self.api}
        given |= {"HTTPS_PROXY": model.url, "HTTP_PROXY": model.url, "NO_PROXY": "127.0.0.1"}
        given |= {name: _filled(text, said) for name, text in host.variables.items()}
        typed = subprocess.run(
            ["bash", "-ec", _filled("\n".join(lines), said)],
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


def _filled(text: str, said: dict[str, str]) -> str:
    for mark, value in said.items():
        text = text.replace(mark, value)
    return text


def quoted(pattern: str, text: str = README) -> str:
    """What the README says."""
    found = re.search(pattern, text, re.DOTALL | re.MULTILINE)
    return found[0] if found else sys.exit(f"There is no {pattern} in the README any more.")


def ways(host: Real, file: Path) -> Iterator[tuple[str, list[str]]]:
    """What somebody types to have the tools, by our command and by hand."""
    export, install = quoted(r"^    export COASTY_API_KEY=.*?install claude_code$").splitlines()
    if host.name != "claude_code":
        quoted(rf"^Other names are .*\b{host.name}\b.*; `coasty-mcp install` alone")
    yield "install", [export, install.replace("claude_code", host.name)]
    if host.name == "claude_code":
        yield "README.md", [quoted(r"^    claude mcp add .*?$")]
        yield "host_configs", [export, quoted(r"^    claude mcp add .*?$", BY_HAND)]
        return
    [ready] = Path("host_configs").glob(f"{host.name}.*")
    yield "host_configs", [export, f"cp {ready.absolute()} {file}"]
    if host.name == "gemini":  # it takes the block that is there for Cursor
        block = quoted(r'^{\n  "mcpServers".*?^}$')
        yield "README.md", [f"cat > {file} <<'END'\n{block}\nEND"]


def shown(result: Any) -> str:
    """What reached the model of a result: pictures, text, structured content."""
    said = json.dumps(result)
    kinds = [kind for kind, mark in MARKS.items() if re.search(mark, said)]
    for data in re.findall(r"/9j/[\w+/=]+", said):
        with Image.open(BytesIO(b64decode(data))) as picture:
            kinds.append("picture" if picture.size == (1280, 720) else f"picture {picture.size}")
    return " and ".join(sorted(kinds))


def faults(host: Real, person: Person, way: str, lines: list[str]) -> Iterator[str]:
    """What a person who set it up in a way does not get, in a folder where they did not."""
    with thinking() as model:
        printed = person.types(host, model, *lines, ELSEWHERE, host.lists, host.asks)
    reached = tuple(map(shown, model.told))
    if not re.search(host.listed, printed):
        yield f"{way}: {host.lists} does not say {host.listed}\n{printed}"
    if reached != host.shows:
        yield f"{way}: the model was shown {reached}, not {host.shows}\n{printed}"
    if ours := [each for each in model.strayed if "coasty" in each]:
        yield f"{way}: our server asked for {ours}"


def takes_out(host: Real, person: Person) -> Iterator[str]:
    """What uninstall leaves behind, or takes away from the host."""
    file = person.file(host)
    with thinking() as model:
        lines = (f"coasty-mcp {verb} {host.name}" for verb in ("install", "uninstall"))
        printed = person.types(host, model, *lines)
        after = file.read_text()
        listed = person.types(host, model, host.lists)
    if after != host.file:
        yield f"uninstall: {file.name} is not as it was\n{printed}{after}"
    if "coasty" in listed or "(ended with 0)" not in listed:
        yield f"uninstall: then {host.lists} says\n{listed}"


def installed(folder: str) -> str:
    """The README's way to have the command, and the folder that it is in then."""
    command = quoted(r"uv tool install \.(?=`)")
    places = {"UV_TOOL_DIR": f"{folder}/tools", "UV_TOOL_BIN_DIR": f"{folder}/bin"}
    subprocess.run(command.split(), env=os.environ | places, check=True, capture_output=True)
    return f"{folder}/bin"


def checked(host: Real, person: Person) -> bool:
    found, done = [*takes_out(host, person)], list[str]()
    for way, lines in ways(host, person.file(host)):
        person.file(host)
        found += faults(host, person, way, lines)
        done.append(way)
    result, picture = host.shows
    good = f"ok ({', '.join(done)}); its model gets {result}, of a screenshot {picture}"
    print(f"{host.name}: {'; '.join(found) or good}", flush=True)
    return not found


def main() -> bool:
    with ExitStack() as stack:
        environment = stack.enter_context(programs(*[host.package for host in REAL]))
        api = stack.enter_context(listening("sandbox")).url
        path = f"{installed(_folder(stack))}:{environment['PATH']}"
        people = [(host, Person(Path(_folder(stack)), path, api)) for host in REAL]
        well = [checked(host, person) for host, person in people]
    return all(well)


def _folder(stack: ExitStack) -> str:
    return stack.enter_context(TemporaryDirectory(ignore_cleanup_errors=True))


sys.exit(not main())
