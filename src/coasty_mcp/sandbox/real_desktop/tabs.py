"""The tabs of a Chromium, and what is on the page of the one in front."""

from time import monotonic, sleep
from typing import Any

from ..computer.command_error import CommandError
from .devtools import Answer, DevTools
from .running_cage import RunningCage

BLANK = "about:blank"
LOAD_SECONDS = 20.0
GONE_SECONDS, POLL_SECONDS = 3.0, 0.02
SETTLED = """new Promise(done => {
  const place = () => [screenX, screenY, outerWidth, outerHeight, innerWidth, innerHeight].join();
  let before = '', alike = 0, looks = 0;
  const look = setInterval(() => {
    const now = place();
    alike = now === before ? alike + 1 : 0;
    before = now;
    if (alike >= 4 || ++looks > 60) { clearInterval(look); done(true); }
  }, 50);
})"""
"""The window of a new browser has got its size and its bars."""
LOADED = """new Promise(done => document.readyState === 'complete' ? done(true)
  : addEventListener('load', () => done(true)))"""


class Tabs:
    """The browser of a machine, started when a page is first opened."""

    def __init__(self, cage: RunningCage) -> None:
        self._cage = cage
        self._chromium: DevTools | None = None
        self._sessions: dict[str, str] = {}
        self._order: list[str] = []
        self._front = ""
        """The tab that a command used last."""

    @property
    def devtools(self) -> DevTools:
        """The browser that is open.

        Raises:
            CommandError: none is.
        """
        if not self._chromium or not self._chromium.running:
            raise CommandError("The browser is not open. Open it with browser_open.")
        return self._chromium

    def open(self, url: str) -> None:
        """Show a page, in the browser that is open or in a new one."""
        if self._chromium and self._chromium.running:
            self.navigate(url)
            return
        self.close()
        self._chromium = DevTools(self._cage, BLANK)
        self.evaluate(SETTLED)
        self.navigate(url)

    def navigate(self, url: str) -> None:
        url = full_url(url)
        answer = self._on_page("Page.navigate", url=url, seconds=LOAD_SECONDS)
        if problem := answer.get("errorText"):
            raise CommandError(f"The page cannot be opened: {problem}.")
        self.evaluate(LOADED, LOAD_SECONDS)
        self._on_page("Page.bringToFront")

    def evaluate(self, script: str, seconds: float = 20.0) -> Any:
        """Return the value of an expression on the page.

        Raises:
            CommandError: it raised an error, or took longer.
        """
        return self._evaluated(self._session(self.front()), script, seconds)

    def on_page(self, method: str, **given: Any) -> Answer:
        return self._on_page(method, **given)

    def front(self) -> str:
        """Return the id of the tab that can be seen, or of the one used last."""
        pages = [tab["targetId"] for tab in self.pages()]
        if not pages:
            raise CommandError("The browser shows no page. Open one with browser_open_tab.")
        pages.sort(key=lambda tab: tab != self._front)
        seen = (tab for tab in pages if len(pages) == 1 or self._is_visible(tab))
        self._front = next(seen, pages[0])
        return self._front

    def pages(self) -> list[Answer]:
        """Return the tabs, oldest first, each with targetId, url and title."""
        found = self.devtools.call("Target.getTargets")["targetInfos"]
        pages = {each["targetId"]: each for each in found if each["type"] == "page"}
        self._order = [*filter(pages.__contains__, self._order)]
        self._order += [tab for tab in pages if tab not in self._order]
        return [pages[tab] for tab in self._order]

    def open_tab(self, url: str) -> None:
        made = self.devtools.call("Target.createTarget", url=BLANK)
        self._front = made["targetId"]
        self.navigate(url)

    def close_tab(self, tab: str) -> None:
        """Close a tab, and wait until it is gone: one that closes answers nothing any more."""
        self.devtools.call("Target.closeTarget", targetId=tab)
        self._sessions.pop(tab, None)
        deadline = monotonic() + GONE_SECONDS
        while any(each["targetId"] == tab for each in self.pages()) and monotonic() < deadline:
            sleep(POLL_SECONDS)

    def switch_to(self, tab: str) -> None:
        self.devtools.call("Target.activateTarget", targetId=tab)
        self._front = tab

    def close(self) -> None:
        if self._chromium:
            self._chromium.close()
        self._chromium, self._sessions = None, {}

    def _on_page(self, method: str, *, seconds: float = 20.0, **given: Any) -> Answer:
        session = self._session(self.front())
        return self.devtools.call(method, session, seconds, **given)

    def _session(self, tab: str) -> str:
        if tab not in self._sessions:
            attached = self.devtools.call("Target.attachToTarget", targetId=tab, flatten=True)
            self._sessions[tab] = attached["sessionId"]
        return self._sessions[tab]

    def _is_visible(self, tab: str) -> bool:
        script = "document.visibilityState === 'visible'"
        try:
            return self._evaluated(self._session(tab), script, 2.0) is True
        except CommandError:  # it closes just now
            return False

    def _evaluated(self, session: str, script: str, seconds: float) -> Any:
        given = {"awaitPromise": True, "returnByValue": True, "userGesture": True}
        answer = self.devtools.call(
            "Runtime.evaluate", session, seconds, expression=script, **given
        )
        if details := answer.get("exceptionDetails"):
            said = details.get("exception", {}).get("description") or details.get("text")
            raise CommandError(f"The script failed: {str(said).partition(chr(10))[0]}")
        return answer.get("result", {}).get("value")


def full_url(address: str) -> str:
    """Return an address as typed as a URL: a path is a file of the machine."""
    address = address.strip()
    if not address:
        return BLANK
    if "://" in address or address.startswith(("about:", "data:", "chrome:")):
        return address
    if address.startswith("/"):
        return f"file://{address}"
    here = address.startswith(("localhost", "127.0.0.1"))
    return f"{'http' if here else 'https'}://{address}"
