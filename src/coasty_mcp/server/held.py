"""Who holds a machine, as the events about it say, one after the other."""

from dataclasses import dataclass
from typing import Any, Literal

Holder = Literal["model", "nobody", "person"]
ABSENT = 600.0
"""Seconds without a word of a page, after which it no longer holds a machine."""
FORGOTTEN = 3600.0
"""Seconds after which the model is no longer taken to wait for what it asked."""

Event = dict[str, Any]
"""`do`, the time `at` which it was done, and what else belongs to it."""


@dataclass
class Held:
    """What is known of one machine."""

    holder: Holder = "model"
    page: str = ""
    """The page that took over."""
    seen: float = 0.0
    """When that page last spoke."""
    wanted: str = ""
    """What the model asks the person to do, until they begin with it or answer."""
    asked: bool = False
    """Whether the model waits for an answer."""
    asked_at: float = 0.0
    answered: bool = False
    """Whether the answer has come, which the model has not read yet."""
    note: str = ""
    """What the person said when handing back, until the model has read it."""

    def pass_time(self, now: float) -> None:
        """Let go of what a page holds that went away, and of what nobody waits for any more."""
        if self.holder == "person" and now - self.seen > ABSENT:
            self.holder, self.page = "model", ""
        if self.asked and now - self.asked_at > FORGOTTEN:
            self.asked, self.wanted = False, ""

    def apply(self, event: Event) -> None:
        """Change with an event; one that comes too late, as of a second page, changes nothing."""
        self.pass_time(event["at"])
        match event:
            case {"do": "stop"}:
                self.holder, self.page = "nobody", ""
            case {"do": "release"} if self.holder == "nobody":
                self.holder = "model"
            case {"do": "take over", "page": str(page)} if self._is_free_for(page):
                self.holder, self.page, self.wanted, self.seen = "person", page, "", event["at"]
            case {"do": "see", "page": str(page)} if self.page == page:
                self.seen = event["at"]
            case {"do": "hand back", "page": str(page), "note": str(note)}:
                self._hand_back(page, note)
            case {"do": "ask", "reason": str(reason)} if not self.answered:
                self.asked, self.asked_at = True, event["at"]
                self.wanted = "" if self.holder == "person" else reason
            case {"do": "read"}:
                self.note, self.answered = "", False
            case _:
                pass

    def _is_free_for(self, page: str) -> bool:
        return self.holder != "person" or self.page == page

    def _hand_back(self, page: str, note: str) -> None:
        if not self._is_free_for(page):
            return
        if self.holder == "person":
            self.holder, self.page = "model", ""
        self.note, self.wanted = note, ""
        self.answered, self.asked = self.asked, False
