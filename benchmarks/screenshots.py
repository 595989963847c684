"""Eight 1080p screenshots at once: do other calls wait? `python -m benchmarks.screenshots`"""

import json
import time

from .servers import LOOK, OURS
from .upstream import upstream
from .wire import Server, running

AT_ONCE = 8
ROUNDS = 5


def waits(server: Server, screenshots: int) -> list[float]:
    """Return the milliseconds of other calls, one after another until the screenshots are there."""
    pictures = {
        server.send("tools/call", name=LOOK, arguments={"machine_id": "mch_1920x1080"})
        for _ in range(screenshots)
    }
    waited: list[float] = []
    while pictures or len(waited) < AT_ONCE:
        started = time.perf_counter()
        asked = server.send("tools/call", name="coasty_get_credits", arguments={})
        while (answered := json.loads(server.receive())["id"]) != asked:
            pictures.remove(answered)
        waited.append(1000 * (time.perf_counter() - started))
    return sorted(waited)


def main() -> None:
    with upstream() as variables, running(OURS.command, variables) as server:
        ready = server.megabytes()
        server.call(LOOK, machine_id="mch_1920x1080")
        print(f"Another call alone: {waits(server, 0)[-1]:.0f} ms.\n")
        print("| round | 8 screenshots, ms | others, median, ms | others, longest, ms |")
        print("|---|---|---|---|")
        for number in range(1, ROUNDS + 1):
            started = time.perf_counter()
            others = waits(server, AT_ONCE)
            took = 1000 * (time.perf_counter() - started)
            print(f"| {number} | {took:.0f} | {others[len(others) // 2]:.0f} | {others[-1]:.0f} |")
        peak = server.megabytes("VmHWM")
        print(f"\nMemory: {ready:.0f} MB when ready, {peak:.0f} MB at most ({peak / ready:.2f}x).")


if __name__ == "__main__":
    main()
