"""Pictures of strangers, decoded in a process that ends when it takes too long or too much memory.

Whatever a decoder can be made to do, neither other callers nor this process pay for it.
"""

import atexit
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Timer
from typing import Any, Concatenate, ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread

from ..api.errors import InvalidScreenshot
from .decoding import run_in_worker
from .picture import Picture

SECONDS = 5
"""For one picture; 8K takes less than one on two slow cores."""
MEMORY = 150_000_000
"""Bytes for one picture; the pixels of 8K take 133 MB."""
TOO_COSTLY = (
    "The picture takes more time or memory to decode than it may: send a PNG of at most 3840x2160."
)
ONE_AT_A_TIME = CapacityLimiter(1)

P = ParamSpec("P")
T = TypeVar("T")


async def work_on(
    picture: Picture,
    function: Callable[Concatenate[Picture, P], T],
    *args: P.args,
    **options: P.kwargs,
) -> T:
    """Return what the function makes of the picture, worked out beside the event loop.

    Raises:
        InvalidScreenshot: among others, if a stranger's picture is too costly to decode.
    """
    if not picture.foreign:
        return await run_in_worker(lambda: function(picture, *args, **options))
    task = (function, picture, args, options)
    return await to_thread.run_sync(_process.run, task, limiter=ONE_AT_A_TIME)


class WorkerProcess:
    """A process of this Python, started when it is first needed, which does one task at a time."""

    _process: "subprocess.Popen[bytes] | None" = None

    def run(self, task: Any) -> Any:
        """Return what the task returns, or raise what it raises."""
        process = self._running()
        ends = Timer(SECONDS, process.kill)
        ends.start()
        try:
            result = self._result(process, task)
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            self.end()
            raise InvalidScreenshot(TOO_COSTLY) from error
        finally:
            ends.cancel()
        if isinstance(result, Exception):
            raise result
        return result

    def end(self) -> None:
        """End the process, whatever it is doing; the next task starts another."""
        if self._process:
            self._process.kill()
            with suppress(OSError):  # what could not be written any more
                self._process.communicate()
            self._process = None

    def _running(self) -> "subprocess.Popen[bytes]":
        if not self._process or self._process.poll() is not None:
            self.end()
            self._process = subprocess.Popen(  # noqa: S603 - nobody else's words are in it
                [sys.executable, "-P", "-c", f"from {__name__} import serve; serve()"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
            )
        return self._process

    def _result(self, process: "subprocess.Popen[bytes]", task: Any) -> Any:
        if not (process.stdin and process.stdout):
            raise EOFError
        pickle.dump(task, process.stdin)
        process.stdin.flush()
        return pickle.load(process.stdout)  # noqa: S301 - written by our own process


_process = WorkerProcess()
atexit.register(_process.end)


def _environment() -> dict[str, str]:
    """Return this process's variables without settings of ours, which hold the key."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("COASTY_")}
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def serve() -> None:
    """Do the tasks that come on stdin until it ends, and write what they return or raise."""
    _limit_memory()
    while True:
        try:
            function, picture, args, options = pickle.load(sys.stdin.buffer)  # noqa: S301
        except EOFError:
            return
        _end_after(SECONDS)
        try:
            result = function(picture, *args, **options)
        except MemoryError:
            result = InvalidScreenshot(TOO_COSTLY)
        except Exception as error:  # to be raised where it can be logged
            result = error
        _end_after(0)
        pickle.dump(result, sys.stdout.buffer)
        sys.stdout.flush()


def _limit_memory() -> None:
    """Let this process take no more than MEMORY beside what it has; only Linux can."""
    if sys.platform == "linux":
        from resource import RLIMIT_DATA, getpagesize, setrlimit

        held = int(Path("/proc/self/statm").read_text("ascii").split()[5]) * getpagesize()
        setrlimit(RLIMIT_DATA, (held + MEMORY, held + MEMORY))


def _end_after(seconds: int) -> None:
    """Have the kernel end this process then, though its parent is gone; 0 calls that off."""
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)
