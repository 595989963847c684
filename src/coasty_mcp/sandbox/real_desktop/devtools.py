"""Chromium in a cage, spoken to over its debugging pipe: no port, no library."""

import json
import os
import select
from contextlib import suppress
from time import monotonic
from typing import Any, cast

from ..computer.command_error import CommandError
from .cage import HOME
from .prerequisites import BROWSER, find, install_line
from .running_cage import CageFailed, RunningCage

Answer = dict[str, Any]

CLOSE_SECONDS = 2.0
MOST_BYTES = 20_000_000
CHUNK = 1 << 20
PROFILE = f"{HOME}/.config/sandbox-browser"
OPTIONS = (
    *("--no-sandbox", "--test-type", "--no-first-run", "--no-default-browser-check"),
    *("--disable-gpu", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--password-store=basic", "--hide-crash-restore-bubble"),
    *("--disable-breakpad", "--disable-dev-shm-usage", "--force-device-scale-factor=1"),
    *("--disable-features=Translate,DialMediaRouteProvider,MediaRouter", "--start-maximized"),
    *("--disk-cache-dir=/tmp/browser-cache", "--disk-cache-size=50000000"),
    *(f"--user-data-dir={PROFILE}", "--remote-debugging-pipe"),
)
"""The cage is the sandbox; --test-type hides the bar that says there is none."""


class DevTools:
    """A running Chromium."""

    def __init__(self, cage: RunningCage, url: str) -> None:
        """Start it with a page.

        Raises:
            CommandError: it is not installed, or does not start.
        """
        if not (path := find(BROWSER)):
            raise CommandError(f"There is no Chromium on this computer. {install_line(BROWSER)}")
        self._cage = cage
        self._calls, self._unread = 0, b""
        theirs, self._requests = os.pipe()
        self._answers, tell = os.pipe()
        os.set_blocking(self._requests, False)
        nothing = os.open(os.devnull, os.O_RDWR)
        given = [nothing, nothing, nothing, theirs, tell]
        clean = f'rm -f {PROFILE}/Singleton*; exec "$@"'
        try:
            self._program = cage.start(["sh", "-c", clean, "sh", path, *OPTIONS, url], given)
        except CageFailed as error:
            os.close(self._requests)
            os.close(self._answers)
            raise CommandError(str(error)) from error
        finally:
            for descriptor in (theirs, tell, nothing):
                os.close(descriptor)

    @property
    def running(self) -> bool:
        return self._program.wait(0) is None

    def call(self, method: str, session: str = "", seconds: float = 30.0, **given: Any) -> Answer:
        """Call a method of the DevTools protocol, and return its result.

        Raises:
            CommandError: it failed, or took longer.
        """
        self._calls += 1
        request = {"id": self._calls, "method": method, "params": given}
        if session:
            request["sessionId"] = session
        deadline = monotonic() + seconds
        self._send(json.dumps(request).encode() + b"\0", deadline)
        while True:
            answer = self._receive(deadline)
            if answer.get("id") != self._calls:
                continue
            if error := answer.get("error"):
                raise CommandError(f"The browser refuses {method}: {error.get('message')}.")
            return cast("Answer", answer.get("result", {}))

    def close(self) -> None:
        """End it, so that it saves what it has to save."""
        with suppress(CommandError):
            self.call("Browser.close", seconds=CLOSE_SECONDS)
        if self._program.wait(CLOSE_SECONDS) is None:
            self._cage.kill(self._program)
        self._program.forget()
        os.close(self._requests)
        os.close(self._answers)

    def _send(self, data: bytes, deadline: float) -> None:
        while data:
            if not select.select([], [self._requests], [], max(0, deadline - monotonic()))[1]:
                raise CommandError("The browser does not answer in time.")
            try:
                data = data[os.write(self._requests, data) :]
            except OSError as error:
                raise CommandError("The browser has ended. Open it with browser_open.") from error

    def _receive(self, deadline: float) -> Answer:
        while b"\0" not in self._unread:
            if not select.select([self._answers], [], [], max(0, deadline - monotonic()))[0]:
                raise CommandError("The browser does not answer in time.")
            data = os.read(self._answers, CHUNK)
            if not data or len(self._unread) > MOST_BYTES:
                raise CommandError("The browser has ended. Open it with browser_open.")
            self._unread += data
        message, _, self._unread = self._unread.partition(b"\0")
        try:
            answer: object = json.loads(message)
        except ValueError:
            return {}
        return cast("Answer", answer) if isinstance(answer, dict) else {}
