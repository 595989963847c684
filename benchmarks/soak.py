"""20,000 calls in a row to one server: does its memory grow? `python -m benchmarks.soak [calls]`"""

import sys
import time
from typing import Any

from .servers import OURS
from .upstream import upstream
from .wire import Server, running

CALLS = 20_000
ROWS = 10
MOST_GROWTH = 10.0
"""Megabytes, after the first tenth: what is loaded late, and caches that fill, come before."""
MIX: list[tuple[str, dict[str, Any]]] = [
    ("coasty_list_machines", {}),
    ("coasty_run_terminal_command", {"machine_id": "mch_m", "command": "ls"}),
    ("coasty_get_credits", {}),
    ("coasty_get_machine", {"machine_id": "mch_nobody"}),
    ("coasty_list_machines", {"limit": "many"}),
]
SCREENSHOT = ("coasty_take_machine_screenshot", {"machine_id": "mch_320x240"})


def soak(server: Server, calls: int) -> float:
    print("| calls | calls/s | memory, MB | growth, MB | open files |")
    print("|---|---|---|---|---|")
    part, growth, first = calls // ROWS, 0.0, 0.0
    for row in range(1, ROWS + 1):
        started = time.perf_counter()
        for number in range(part):
            name, arguments = SCREENSHOT if number % 50 == 0 else MIX[number % len(MIX)]
            assert server.call(name, **arguments)["content"]
        rate = part / (time.perf_counter() - started)
        memory = server.megabytes()
        first = first or memory
        growth = memory - first
        print(
            f"| {row * part} | {rate:.0f} | {memory:.1f} | {growth:+.1f} | {server.open_files()} |"
        )
    return growth


def main() -> None:
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else CALLS
    with upstream() as variables, running(OURS.command, variables) as server:
        growth = soak(server, calls)
    sys.exit(growth > MOST_GROWTH)


if __name__ == "__main__":
    main()
