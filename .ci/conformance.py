"""The official MCP conformance suite against our HTTP app: `.ci/conformance`.

What the suite asks of tools, prompts and resources of its own, which only a server made for the
suite has, is listed beside this file, for each set of requirements. Everything else has to pass,
and so has a check on the list as soon as it can.
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from npm import programs
from support.command_process import listening

HERE = Path(__file__).parent

SUITE = "@modelcontextprotocol/conformance@0.2.0-alpha.12"
REQUIREMENTS = ("2025-11-25", "2026-07-28")


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


with (
    programs(SUITE) as environment,
    listening("--sandbox", "--transport", "streamable-http") as server,
):
    passed = [conforms(server.url, each, environment) for each in REQUIREMENTS]
sys.exit(not all(passed))
