"""The official MCP conformance suite against our HTTP app: `.ci/conformance`.

What the suite asks of tools, prompts and resources of its own, which only a server made for the
suite has, is listed beside this file, for each set of requirements. Everything else has to pass,
and so has a check on the list as soon as it can.
"""

import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from npm import programs
from support.command_process import listening

HERE = Path(__file__).parent

SUITE = "@modelcontextprotocol/conformance@0.2.0-alpha.12"
REQUIREMENTS = ("2025-11-25", "2026-07-28")
SKILLS = {"sep-2640-skills-manifest": 6, "sep-2640-skills-enumeration": 32}
"""Scenarios of the Skills extension, and how many checks of each there are."""
FLAGS = ("--sandbox", "--transport", "streamable-http")


def conforms(url: str, requirements: str, environment: dict[str, str]) -> bool:
    expected = HERE / f"conformance-{requirements}.yml"
    command = ["conformance", "server", "--url", url, "--requirements", requirements]
    with TemporaryDirectory() as results:
        command += ["--expected-failures", str(expected), "-o", results]
        checked = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=180, check=False
        )
    if checked.returncode:
        print(checked.stdout, checked.stderr)
    print(f"conformance, {requirements}: {'not as expected' if checked.returncode else 'ok'}")
    return not checked.returncode


def has_skills(url: str, scenario: str, least: int, environment: dict[str, str]) -> bool:
    """Return whether a scenario of the Skills extension passes, with all of its checks."""
    with TemporaryDirectory() as results:
        command = ["conformance", "server", "--url", url, "--scenario", scenario, "-o", results]
        checked = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=180, check=False
        )
    passed = re.search(r"Passed: (\d+)/\1, 0 failed, 0 warnings", checked.stdout)
    well = bool(passed) and int(passed[1]) >= least
    if not well:
        print(checked.stdout, checked.stderr)
    print(f"conformance, {scenario}: {f'ok, {passed[1]} checks' if well else 'not as expected'}")
    return well


with (
    programs(SUITE) as environment,
    listening(*FLAGS) as server,
    listening(*FLAGS, program=(sys.executable, str(HERE / "skills_for_all.py"))) as asked,
):
    passed = [conforms(server.url, each, environment) for each in REQUIREMENTS]
    passed += [has_skills(asked.url, *each, environment) for each in SKILLS.items()]
sys.exit(not all(passed))
