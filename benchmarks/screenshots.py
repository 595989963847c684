"""Eight 1080p screenshots at once: do other calls wait? `python -m benchmarks.screenshots`"""

import asyncio
import time

from .stdio import Server, screen, serving

AT_ONCE = 8
ROUNDS = 5


async def waits(server: Server, meanwhile: list[asyncio.Task[object]]) -> list[float]:
    """Of other calls, one after another until the screenshots are there; in milliseconds."""
    waited: list[float] = []
    while not all(task.done() for task in meanwhile) or len(waited) < AT_ONCE:
        started = time.perf_counter()
        await server.call("coasty_get_credits")
        waited.append(1000 * (time.perf_counter() - started))
    return sorted(waited)


async def main() -> None:
    picture = screen(1920, 1080)
    async with serving(picture) as server:
        ready = server.megabytes()
        await server.call("coasty_take_machine_screenshot", machine_id="m")
        alone = await waits(server, [])
        print(
            f"A picture of {len(picture) / 1e6:.1f} MB; another call alone: {alone[-1]:.0f} ms.\n"
        )
        print("| round | 8 screenshots, ms | others, median, ms | others, longest, ms |")
        print("|---|---|---|---|")
        for number in range(1, ROUNDS + 1):
            started = time.perf_counter()
            shots: list[asyncio.Task[object]] = [
                asyncio.create_task(server.call("coasty_take_machine_screenshot", machine_id="m"))
                for _ in range(AT_ONCE)
            ]
            others = await waits(server, shots)
            took = 1000 * (time.perf_counter() - started)
            median, longest = others[len(others) // 2], others[-1]
            print(f"| {number} | {took:.0f} | {median:.0f} | {longest:.0f} |")
        peak = server.megabytes("VmHWM")
        print(f"\nMemory: {ready:.0f} MB when ready, {peak:.0f} MB at most ({peak / ready:.2f}x).")


asyncio.run(main())
