"""What public scanners of MCP servers say of ours, and of others over the same SDK.

Each gives points out of 100 and finds faults. `bare` has the same tools, written plainly; none may
give it more points than ours. `echoes` has tools that take a word and do nothing, in which there is
next to nothing to find: its points are what a scanner gives for that.
The scanners are programs from PyPI that ask a server on this computer and nothing else.
"""

import json
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from benchmarks.http import free_port
from benchmarks.http import listening as started

from support.command_process import COMMAND, environment, listening

OVER_HTTP = ["--transport", "streamable-http", "--port"]


@dataclass(frozen=True)
class Verdict:
    points: float
    """Out of 100."""
    faults: frozenset[str]


def report(package: str, *arguments: str) -> dict[str, Any]:
    """Run the scanner, and return the JSON that it prints."""
    name = package.partition("==")[0]
    command = ["uv", "tool", "run", "--quiet", "--from", package, name, *arguments]
    scanned = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    try:
        return json.loads(scanned.stdout)
    except ValueError:
        sys.exit(f"scanners: {name} gave no report.\n{scanned.stdout}{scanned.stderr}")


def mcpscore(command: list[str], _: str) -> Verdict:
    """Ask by the rules of the protocol, over stdio."""
    found = report("mcpscore==1.29.0", "--no-config", "--json", "--stdio", *command)
    faults = (
        f"{each['severity']} {each['message'].lstrip('❌ ')}"
        for each in found["results"]
        if failed(each)
    )
    return Verdict(100 * found["score"] / found["max_score"], frozenset(faults))


def failed(result: dict[str, Any]) -> bool:
    return not result["passed"]


def mcp_quality(command: list[str], _: str) -> Verdict:
    """Call tools that do not destroy, over stdio, and look for what attackers could use."""
    more = ["--json", "--security", "--safety", "--seed", "1"]
    found = report("mcp-quality==0.7.0", "run", *more, " ".join(command))
    faults = (
        f"{each['severity']} {each['message']} ({each.get('tool', 'server')})"
        for family in found["families"].values()
        for each in family.get("findings", [])
    )
    return Verdict(found["overall"]["score"], frozenset(faults))


def audit_mcp(_: list[str], url: str) -> Verdict:
    """Read the list of tools, over HTTP."""
    found = report("audit-mcp==0.6.0", "--json", url)
    faults = (f"{f['severity']} {f['measured']} ({f['effect']})" for f in found["findings"])
    return Verdict(found["score"], frozenset(faults))


@contextmanager
def over_http(command: list[str]) -> Generator[str]:
    """Run the server on a free port, and yield its URL."""
    port = free_port()
    with started([*command, str(port)], environment(), port):
        yield f"http://127.0.0.1:{port}/mcp"


def compare() -> Iterator[str]:
    """Yield the scanners that give the bare server more points than ours, having printed all."""
    with ExitStack() as stack:
        api = stack.enter_context(listening("sandbox")).url
        commands = {
            "ours": [COMMAND, "--sandbox"],
            "bare": [sys.executable, "-m", "benchmarks.bare", api],
            "echoes": [sys.executable, "-m", "benchmarks.floor"],
        }
        urls = {
            name: stack.enter_context(over_http([*command, *OVER_HTTP * (name == "ours")]))
            for name, command in commands.items()
        }
        for scanner in (mcpscore, mcp_quality, audit_mcp):
            of = {name: scanner(command, urls[name]) for name, command in commands.items()}
            points = ", ".join(f"{name} {verdict.points:.0f}" for name, verdict in of.items())
            print(f"{scanner.__name__}: {points}")
            ours, bare = of["ours"], of["bare"]
            for fault in sorted(ours.faults - bare.faults):
                print(f"  of ours, not of bare: {fault}")
            print(f"  of bare, not of ours: {len(bare.faults - ours.faults)}", flush=True)
            if ours.points < bare.points:
                yield scanner.__name__


if worse := list(compare()):
    sys.exit(f"scanners: worse than bare by {', '.join(worse)}.")
