"""The Dockerfile's own commands, carried out without Docker.

It takes seconds, because nothing less than an environment made, installed into and served from
shows that the image starts.
"""

import json
import os
import re
import shlex
import sys
import sysconfig
from pathlib import Path
from subprocess import PIPE, Popen, run
from typing import Any, cast

import pytest

from coasty_mcp.hosts.formats import yaml
from coasty_mcp.settings import Settings, variable
from support.command_process import environment

ROOT = Path(__file__).parents[1]
LINE = re.compile(r"^([A-Z]+) (.+)$", re.MULTILINE)
STEPS = LINE.findall((ROOT / "Dockerfile").read_text())
"""Instructions and what they are given, in order."""


def given(instruction: str) -> list[str]:
    return [rest for name, rest in STEPS if name == instruction]


def variables() -> dict[str, str]:
    [line] = given("ENV")
    return dict(each.split("=", 1) for each in line.split())


def composed() -> dict[str, Any]:
    compose = cast("dict[str, Any]", yaml.read((ROOT / "compose.yaml").read_text()))
    return compose["services"]["coasty-mcp"]


def test_it_copies_what_there_is_and_runs_as_nobody_special() -> None:
    for sources in given("COPY"):
        if not sources.startswith("--from"):
            assert all((ROOT / each).exists() for each in sources.split()[:-1])
    assert given("USER") == ["coasty"]
    assert [name for name, _ in STEPS].index("USER") > max(
        index for index, (name, _) in enumerate(STEPS) if name in {"RUN", "COPY"}
    )


def test_its_variables_and_those_of_the_compose_file_are_settings() -> None:
    known = {variable(name) for name in Settings.model_fields}
    assert {*variables()} - {"PATH"} <= known
    assert composed()["environment"].keys() <= known


def test_both_use_the_network_of_the_computer_because_it_listens_on_loopback_alone() -> None:
    assert composed()["network_mode"] == "host"
    assert "docker run --network host" in (ROOT / "Dockerfile").read_text()


@pytest.mark.timeout(300)
def test_what_it_builds_serves_and_passes_its_health_check(tmp_path: Path) -> None:
    virtual = tmp_path / "coasty"
    create, install = [
        shlex.split(command.replace("/opt/coasty", str(virtual))) for command in given("RUN")[:2]
    ]
    assert create[0] == "python"
    run([sys.executable, *create[1:]], check=True)
    [packages] = virtual.glob("lib/*/site-packages")
    (packages / "tests.pth").write_text(sysconfig.get_path("purelib"))
    here = [*install, "--no-deps", "--ignore-installed"]  # the tests have what it depends on
    run(here, cwd=ROOT, env=environment(), check=True, stdout=PIPE)
    [package] = packages.glob("coasty_mcp")
    assert {*package.glob("*.py")} <= {_source(path) for path in package.glob("__pycache__/*.pyc")}

    settings = variables() | {"PATH": f"{virtual}/bin:{os.environ['PATH']}", "COASTY_PORT": "0"}
    inside = environment(**settings, COASTY_SANDBOX="true")
    [start] = given("CMD")
    with Popen(json.loads(start), env=inside, stderr=PIPE, text=True, cwd=tmp_path) as server:
        assert server.stderr
        port = re.findall(r":(\d+)/mcp", server.stderr.readline())[0]
        [health] = given("HEALTHCHECK")
        check = json.loads(health.partition("CMD ")[2])
        assert run(check, env=inside | {"COASTY_PORT": port}, check=False).returncode == 0
        server.terminate()
        assert server.wait(5) == 0
        assert run(check, env=inside | {"COASTY_PORT": port}, check=False, stderr=PIPE).returncode


def _source(compiled: Path) -> Path:
    return compiled.parents[1] / f"{compiled.name.partition('.')[0]}.py"
