"""What public scanners of MCP servers say of ours, and of a bare server over the same SDK.

Each gives points out of 100 and finds faults with both; what it says of ours alone is printed.
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

from support.command_process import COMMAND, environment

OURS = [COMMAND, "--sandbox"]
BARE = [sys.executable, "-m", "benchmarks.floor"]


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
    """Call tools that do not destroy, over stdio, and look for what attackers could use.

    Its family `cost` counts tokens, of which tools that only echo have the fewest: that is told as
    a fault where it is one, and gives no points.
    """
    more = ["--json", "--security", "--safety", "--seed", "1"]
    found = report("mcp-quality==0.7.0", "run", *more, " ".join(command))
    faults = (
        f"{each['severity']} {each['message']} ({each.get('tool', 'server')})"
        for family in found["families"].values()
        for each in family.get("findings", [])
    )
    rated = [each for name, each in found["families"].items() if name != "cost" and each["weight"]]
    points = sum(each["score"] * each["weight"] for each in rated)
    return Verdict(points / sum(each["weight"] for each in rated), frozenset(faults))


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


def lines() -> Iterator[str]:
    with ExitStack() as stack:
        ours = stack.enter_context(over_http([*OURS, "--transport", "streamable-http", "--port"]))
        bare = stack.enter_context(over_http(BARE))
        for scanner in (mcpscore, mcp_quality, audit_mcp):
            about_us, about_bare = scanner(OURS, ours), scanner(BARE, bare)
            yield f"{scanner.__name__}: ours {about_us.points:.0f}, bare {about_bare.points:.0f}"
            yield from (
                f"  ours alone: {fault}" for fault in sorted(about_us.faults - about_bare.faults)
            )
            yield f"  said of the bare server alone: {len(about_bare.faults - about_us.faults)}"


for line in lines():
    print(line, flush=True)
