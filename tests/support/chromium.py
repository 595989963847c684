"""A page in a real browser, driven over the debugging pipe: no port, no library."""

import base64
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium")
needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="needs chromium")
ISOLATING = ("IsolateOrigins", "site-per-process", "IsolateSandboxedIframes")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-extensions"),
    # frames of other origins in the same process, where one connection reaches them
    *("--disable-site-isolation-trials", f"--disable-features={','.join(ISOLATING)}"),
    *("--remote-debugging-pipe", "--hide-scrollbars", "about:blank"),
)
CODES = {"Tab": 9, "Enter": 13, "F6": 117}
"""Of keys that the browser itself acts on."""
MODIFIERS = {"alt": 1, "ctrl": 2, "meta": 4, "shift": 8}


class Page:
    """One tab. Each method returns when the browser has answered."""

    def __init__(self, commands: int, answers: int) -> None:
        self._commands, self._answers = commands, answers
        self._number, self._rest = 0, b""
        self._session = ""
        self._contexts = set[int]()
        targets = self._call("Target.getTargets")["targetInfos"]
        [target] = [each["targetId"] for each in targets if each["type"] == "page"]
        attached = self._call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        self._call("Page.enable")
        self._call("Runtime.enable")

    def open(self, url: str, width: int = 1200, height: int = 800, *, dark: bool = False) -> None:
        """Load a page in a window of that size, and wait until all of it is there."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self._call("Emulation.setDeviceMetricsOverride", **size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._call("Emulation.setEmulatedMedia", features=[scheme])
        self._call("Page.navigate", url="about:blank")
        self._call("Page.navigate", url=url)
        self.evaluate(
            "new Promise(done => document.readyState === 'complete' ? done()"
            " : window.addEventListener('load', () => done()))"
        )

    def evaluate(self, script: str) -> Any:
        """Return the value of an expression in the page, when its promise is kept."""
        answer = self._call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def evaluate_in_frames(self, script: str) -> list[Any]:
        """Return the values of an expression in all frames where it has one."""
        values = list[Any]()
        for context in list(self._contexts):
            with suppress(AssertionError):  # it may be gone by now
                answer = self._call(
                    "Runtime.evaluate", expression=script, returnByValue=True, contextId=context
                )
                assert "exceptionDetails" not in answer
                values.append(answer["result"].get("value"))
        return [each for each in values if each is not None]

    def press(self, key: str, *modifiers: str) -> None:
        """Press a sign, or a key that has a name, with others held."""
        more: dict[str, Any] = {"windowsVirtualKeyCode": CODES.get(key, 0)}
        more["modifiers"] = sum(MODIFIERS[each] for each in modifiers)
        text = "\r" if key == "Enter" else key if len(key) == 1 and not modifiers else ""
        self._call("Input.dispatchKeyEvent", type="keyDown", key=key, text=text, **more)
        self._call("Input.dispatchKeyEvent", type="keyUp", key=key, **more)

    def click(self, x: float, y: float) -> None:
        """Click at a point of the window."""
        for kind in ("mousePressed", "mouseReleased"):
            self._call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def accessible(self) -> list[tuple[str, str]]:
        """Return role and name of all that a screen reader finds."""
        nodes = self._call("Accessibility.getFullAXTree")["nodes"]
        return [
            (each["role"]["value"], each.get("name", {}).get("value", ""))
            for each in nodes
            if not each["ignored"]
        ]

    def screenshot(self) -> bytes:
        """Return the window as PNG."""
        return base64.b64decode(self._call("Page.captureScreenshot")["data"])

    def _call(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        command = {"id": self._number, "method": method, "params": params}
        session = {"sessionId": self._session} if self._session else {}
        os.write(self._commands, json.dumps(command | session).encode() + b"\0")
        while (message := self._message()).get("id") != self._number:
            pass
        assert "error" not in message, message["error"]
        return message["result"]

    def _message(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            data = os.read(self._answers, 1 << 20)
            assert data, "the browser has gone"
            self._rest += data
        raw, _, self._rest = self._rest.partition(b"\0")
        message = json.loads(raw)
        self._note_frame(message.get("method", ""), message.get("params", {}))
        return message

    def _note_frame(self, event: str, params: dict[str, Any]) -> None:
        match event:
            case "Runtime.executionContextCreated":
                self._contexts.add(params["context"]["id"])
            case "Runtime.executionContextDestroyed":
                self._contexts.discard(params["executionContextId"])
            case "Runtime.executionContextsCleared":
                self._contexts.clear()
            case _:
                pass


@contextmanager
def browser_page() -> Generator[Page]:
    """Start the browser with one empty page, and end it afterwards."""
    assert CHROMIUM
    from_us, commands = os.pipe()
    answers, to_us = os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        script = f'exec "$0" "$@" 3<&{from_us} 4>&{to_us}'
        flags = [*FLAGS[:-1], f"--user-data-dir={Path(home) / 'profile'}", FLAGS[-1]]
        process = subprocess.Popen(
            ["bash", "-c", script, CHROMIUM, *flags],
            pass_fds=(from_us, to_us),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(from_us)
        os.close(to_us)
        try:
            yield Page(commands, answers)
        finally:
            process.kill()
            process.wait()
            os.close(commands)
            os.close(answers)
