"""Work that goes on after the request that began it has been answered."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine

import anyio

Sleep = Callable[[float], Awaitable[None]]

log = logging.getLogger(__name__)


class Background:
    """Tasks that are kept, so that they are not garbage-collected, and whose end is heard."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("Work in the background failed.", exc_info=error)


async def wait_at_most(event: anyio.Event, seconds: float | None, sleep: Sleep) -> bool:
    """Wait for the event, at most that many seconds (None: for ever); return whether it came."""
    async with anyio.create_task_group() as racers:

        async def run_out(seconds: float) -> None:
            await sleep(seconds)
            racers.cancel_scope.cancel()

        if seconds is not None:
            racers.start_soon(run_out, seconds)
        await event.wait()
        racers.cancel_scope.cancel()
    return event.is_set()
