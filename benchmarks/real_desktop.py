"""How quick real desktops are, and whether any of them leaves something behind.

uv run python -m benchmarks.real_desktop [--times 50]
"""

import argparse
import os
import time
from pathlib import Path
from statistics import median

from coasty_mcp.sandbox.real_desktop.computer import RealComputer
from coasty_mcp.sandbox.real_desktop.prerequisites import missing

FULL_HD = (1920, 1080)
SHOTS = 5


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--times", type=int, default=50)
    times: int = arguments.parse_args().times
    if problem := missing():
        raise SystemExit(problem)
    measure(1)  # what is imported, and read from the disk, once
    before = left()
    starts, shots, ends = zip(*(measure(SHOTS) for _ in range(times)), strict=True)
    print(f"{times} machines of {FULL_HD}, one after the other; load {os.getloadavg()[0]:.1f}")
    for name, seconds in (("to running", starts), ("a screenshot", shots), ("to its end", ends)):
        print(f"{name:14} {1000 * median(seconds):6.0f} ms, at most {1000 * max(seconds):.0f}")
    print(f"processes and descriptors left: {[a - b for a, b in zip(left(), before, strict=True)]}")


def measure(shots: int) -> tuple[float, float, float]:
    """Start a machine, look at it and end it; return the seconds that each took."""
    computer, began = RealComputer(*FULL_HD, desktop=True), time.perf_counter()
    computer.switch("creating")
    while not computer.settled:
        time.sleep(0.002)
    if computer.failure:
        raise SystemExit(computer.failure)
    running = time.perf_counter()
    for _ in range(shots):
        computer.picture()
    seen = time.perf_counter()
    computer.close()
    return running - began, (seen - running) / shots, time.perf_counter() - seen


def left() -> tuple[int, int]:
    """Return how many processes this one has below it, and how many open descriptors."""
    parents = [stat.read_text().rpartition(")")[2].split()[1] for stat in _stats()]
    return parents.count(str(os.getpid())), len([*Path("/proc/self/fd").iterdir()])


def _stats() -> list[Path]:
    return [each for each in Path("/proc").glob("[0-9]*/stat") if each.exists()]


if __name__ == "__main__":
    main()
