"""Where the time of a call goes: `uv run python -m benchmarks.profile`.

A sampler looks at the server while it is busy. What a library does for another counts for that one:
pydantic and asyncio have no share of their own.
"""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from .servers import LOOK, OURS
from .upstream import upstream
from .wire import Server, running

SECONDS, A_SECOND = 10, 500
CALLS = {"list_machines": (OURS.lists, {}), "screenshot": (LOOK, {"machine_id": "mch_1280x720"})}
PARTS = {
    "mcp": "the SDK: messages, validation, serialisation",
    "mcp_types": "the SDK: messages, validation, serialisation",
    "httpx2": "httpx2: the request to the API",
    "httpcore2": "httpx2: the request to the API",
    "coasty_mcp": "coasty-mcp itself",
    "stdio_files": "the pipes to the host",
    "selectors": "waiting for the API and the host",
}
OTHER = "the event loop"


def part(stack: str) -> str:
    """Return the part that the innermost frame belongs to which belongs to any."""
    for frame in reversed(stack.split(";")):
        package = re.search(r"\((?:coasty_mcp/transports/(?=stdio_files))?([a-z0-9_]+)[/.]", frame)
        if package and package[1] in PARTS:
            return PARTS[package[1]]
        if "_run_once" in frame:
            break
    return OTHER


def sampled(server: Server, tool: str, arguments: dict[str, str]) -> tuple[float, Counter[str]]:
    """Return the milliseconds of a call meanwhile, and how many samples fell to each part."""
    with TemporaryDirectory() as folder:
        raw = Path(folder) / "samples"
        command = [Path(sys.executable).with_name("py-spy"), "record", "--idle", "--format", "raw"]
        command += ["--pid", str(server.pid), "--rate", str(A_SECOND), "--output", raw]
        command += ["--duration", str(SECONDS)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as spy:
            took: list[float] = []
            while spy.poll() is None:
                took.append(server.milliseconds(tool, **arguments))
        parts = Counter[str]()
        for line in raw.read_text().splitlines():
            stack, _, samples = line.rpartition(" ")
            if "MainThread" in stack or "_run_once" in stack:
                parts[part(stack)] += int(samples)
    return sum(took) / len(took), parts


def main() -> None:
    with upstream() as variables, running(OURS.command, variables) as server:
        for name, (tool, arguments) in CALLS.items():
            server.call(tool, **arguments)
            took, parts = sampled(server, tool, arguments)
            print(f"**{name}**: {took:.2f} ms a call while it is watched\n")
            print("| part | share | ms |\n|---|---|---|")
            for each, samples in parts.most_common():
                share = samples / parts.total()
                print(f"| {each} | {share:.0%} | {share * took:.2f} |")
            print()


if __name__ == "__main__":
    main()
