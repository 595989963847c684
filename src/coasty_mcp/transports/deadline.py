"""An end that needs nobody's cooperation, for a process whose Python code may spin."""

import asyncio
import os
import select
import signal
from collections.abc import Callable
from contextlib import suppress
from threading import Timer

CHECK_INTERVAL = 0.15
"""Seconds between two looks at whether the host is still there."""
EXIT_AFTER = 0.7
"""Seconds from the end of input or a signal to the exit of a process whose threads still run."""
KILL_AFTER = 0.8
"""Seconds until the kernel ends the process, whatever it does."""


class Deadline:
    """Ends the process soon once `start` was called, or the host is gone and nobody noticed.

    A timer's signal reaches Python code between two steps of it, regular expressions included;
    where it reaches nothing, the last one ends the process by the kernel's hand.
    """

    def __init__(self) -> None:
        self._started = False
        self._loop_turns = True

    def watch_host(self, stdin: int, when_orphaned: Callable[[], None]) -> None:
        """Start when this process is orphaned, or the event loop does not see the end of stdin.

        The pipe may outlive the host in the hands of another child of it.
        """
        if not hasattr(signal, "setitimer"):  # Windows
            return
        parent, ends, loop = os.getppid(), select.poll(), asyncio.get_running_loop()
        ends.register(stdin, 0)  # tells of nothing but the end

        def look(*_: object) -> None:
            if os.getppid() != parent:
                when_orphaned()
            if not self._loop_turns:
                self.start()
            if ends.poll(0):
                self._loop_turns = False
                with suppress(RuntimeError):  # the loop has ended
                    loop.call_soon_threadsafe(setattr, self, "_loop_turns", True)

        signal.signal(signal.SIGALRM, look)
        signal.setitimer(signal.ITIMER_REAL, CHECK_INTERVAL, CHECK_INTERVAL)

    def start(self) -> None:
        """Let the process end soon; what hangs even so is left behind."""
        if self._started:
            return
        self._started = True
        if hasattr(signal, "setitimer"):
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_REAL, KILL_AFTER)
        exit_soon = Timer(EXIT_AFTER, os._exit, [0])
        exit_soon.daemon = True
        exit_soon.start()
