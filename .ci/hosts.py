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

from coasty_mcp.hosts.computer import Computer
from coasty_mcp.sandbox import SANDBOX_KEY
from installing import named
from launching import listening
from model import Model, thinking
from npm import programs
from real import REAL, Real

HERE = Path.cwd()
README = Path("README.md").read_text().replace("sk-coasty-test-...", SANDBOX_KEY)
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


def quoted(pattern: str) -> str:
    """What the README says."""
    found = re.search(pattern, README, re.DOTALL | re.MULTILINE)
    return found[0] if found else sys.exit(f"README.md does not say {pattern} any more.")


def ways(host: Real, file: Path) -> Iterator[tuple[str, list[str]]]:
    """What somebody types, by our command and by hand, to have the tools."""
    export, install = quoted(r"^    export COASTY_API_KEY=.*?install claude_code$").splitlines()
    quoted(rf"{host.name}\b.*; `coasty-mcp install` alone" if host.name != "claude_code" else "")
    yield "install", [export, install.replace("claude_code", host.name)]
    if host.name == "claude_code":
        yield "by hand", [quoted(r"^    claude mcp add .*?$")]
    else:
        [ready] = (HERE / "host_configs").glob(f"{host.name}.*")
        yield "by hand", [export, f"cp {ready} {file}"]


def shown(result: Any) -> str:
    """What reached the model of a result: pictures, text, structured content."""
    said = json.dumps(result)
    kinds = [kind for kind, mark in MARKS.items() if re.search(mark, said)]
    for data in re.findall(r"/9j/[\w+/=]+", said):
        with Image.open(BytesIO(b64decode(data))) as picture:
            kinds.append("picture" if picture.size == (1280, 720) else f"picture {picture.size}")
    return ", ".join(sorted(kinds))


def faults(host: Real, person: Person) -> Iterator[str]:
    file = person.file(host)
    for way, lines in ways(host, file):
        with thinking() as model:
            printed = person.types(host, model, *lines, host.lists, host.asks)
            reached = tuple(map(shown, model.told))
            if not re.search(host.listed, printed):
                yield f"{way}: {host.lists} does not say {host.listed}\n{printed}"
            if reached != host.shows:
                yield f"{way}: the model was shown {reached}, not {host.shows}\n{printed}"
            if ours := [each for each in model.strayed if "coasty" in each]:
                yield f"{way}: our server asked for {ours}"
        person.file(host)


def takes_out(host: Real, person: Person) -> Iterator[str]:
    file = person.file(host)
    with thinking() as model:
        lines = (f"coasty-mcp {verb} {host.name}" for verb in ("install", "uninstall"))
        printed = person.types(host, model, *lines)
    if file.read_text() != host.file:
        yield f"uninstall: {file.name} is not as it was\n{printed}"


def installed(folder: str) -> str:
    """The README's way to have the command, and the folder that it is in then."""
    command = quoted(r"uv tool install \.(?=`)")
    places = {"UV_TOOL_DIR": f"{folder}/tools", "UV_TOOL_BIN_DIR": f"{folder}/bin"}
    subprocess.run(command.split(), env=os.environ | places, check=True, capture_output=True)
    return f"{folder}/bin"


def main() -> bool:
    with ExitStack() as stack:
        environment = stack.enter_context(programs(*[host.package for host in REAL]))
        api = stack.enter_context(listening("sandbox")).url
        ours = installed(stack.enter_context(TemporaryDirectory()))
        path = f"{ours}:{environment['PATH']}"
        well = True
        for host in REAL:
            person = Person(Path(stack.enter_context(TemporaryDirectory())), path, api)
            found = [*takes_out(host, person), *faults(host, person)]
            shows = " / ".join(host.shows)
            print(f"{host.name}: {'; '.join(found) or f'ok, it shows its model {shows}'}")
            well = well and not found
    return well


sys.exit(not main())
