"""Who may act on a machine: the model, nobody, or the person on the page of the live view."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Literal

from ..api.errors import HumanInControl, StoppedByPerson
from ..api.untrusted import quoted

Holder = Literal["model", "nobody", "person"]
ABSENT = 600.0
"""Seconds without a word of a page, after which it no longer holds a machine."""


@dataclass
class Held:
    """What is known of one machine."""

    holder: Holder = "model"
    page: str = ""
    """The page that took over."""
    seen: float = 0.0
    """When that page last spoke."""
    wanted: str = ""
    """Why the model asks the person to take over."""
    note: str = ""
    """What the person said when handing back, until the model has read it."""
    answered: bool = False
    """Whether the person has handed back or declined since the model asked."""


@dataclass
class MachineControl:
    """Lets one of them act at a time. Nothing is held unless somebody opened the page."""

    now: Callable[[], float] = monotonic
    _machines: dict[str, Held] = field(default_factory=dict[str, Held])

    def of(self, machine_id: str) -> Held:
        """Return what is known of a machine."""
        held = self._machines.setdefault(machine_id, Held())
        if held.holder == "person" and self.now() - held.seen > ABSENT:
            held.holder, held.page = "model", ""
        return held

    def require_model(self, machine_id: object) -> None:
        """Let the model act.

        Raises:
            StoppedByPerson: the person stopped it.
            HumanInControl: the person acts at the moment.
        """
        if not self._machines or not isinstance(machine_id, str):
            return
        match self.of(machine_id).holder:
            case "nobody":
                raise StoppedByPerson(f"The person has stopped acting on {machine_id}.")
            case "person":
                raise HumanInControl(
                    f"The person is acting on {machine_id} at the moment.", machine_id=machine_id
                )
            case "model":
                pass

    def note_for_model(self, machine_id: object) -> list[str]:
        """Return, once, what the person said when handing the machine back."""
        held = self._machines.get(machine_id) if isinstance(machine_id, str) else None
        if not held or not held.note or held.holder != "model":
            return []
        note, held.note = held.note, ""
        return [f"The person handed {machine_id} back and says: {quoted(note)}"]

    def stop(self, machine_id: str) -> None:
        """Let nobody act."""
        held = self.of(machine_id)
        held.holder, held.page = "nobody", ""

    def release(self, machine_id: str) -> None:
        """Let the model act again."""
        self.of(machine_id).holder = "model"

    def take_over(self, machine_id: str, page: str) -> None:
        """Let the person on this page act.

        Raises:
            HumanInControl: another page has taken over.
        """
        held = self.of(machine_id)
        if held.holder == "person" and held.page != page:
            raise HumanInControl("Another page has taken over this machine.", machine_id=machine_id)
        held.holder, held.page, held.wanted, held.seen = "person", page, "", self.now()

    def hand_back(self, machine_id: str, page: str, note: str) -> None:
        """Let the model act again, and keep the person's note for it; or decline what it asked."""
        held = self.of(machine_id)
        if held.holder == "person":
            self.require_page(machine_id, page)
        held.holder, held.page, held.note, held.wanted = "model", "", note, ""
        held.answered = True

    def require_page(self, machine_id: str, page: str) -> None:
        """Let a page act.

        Raises:
            HumanInControl: it has not taken over.
        """
        held = self.of(machine_id)
        if held.holder != "person" or held.page != page:
            raise HumanInControl("Take over first.", machine_id=machine_id)
        held.seen = self.now()

    def ask(self, machine_id: str, reason: str) -> Held:
        """Ask the person to take over."""
        held = self.of(machine_id)
        if held.holder != "person":
            held.wanted, held.answered = reason, False
        return held
