"""Who may act on a machine: the model, nobody, or the person on the page of the live view."""

from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Literal

from anyio import CancelScope

from ..api.errors import HumanInControl, StoppedByPerson
from ..api.untrusted import quoted

Holder = Literal["model", "nobody", "person"]
THIS_COMPUTER = "this computer"
"""What the computer of this server is called among the machines."""
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
    """What the model asks the person to do, until they begin with it or answer."""
    asked: bool = False
    """Whether the model waits for an answer."""
    answered: bool = False
    """Whether the answer has come, which the model has not read yet."""
    note: str = ""
    """What the person said when handing back, until the model has read it."""


@dataclass
class MachineControl:
    """Lets one of them act at a time. Nothing is held unless somebody opened the page."""

    now: Callable[[], float] = monotonic
    _machines: dict[str, Held] = field(default_factory=dict[str, Held])
    _under_way: dict[str, set[CancelScope]] = field(default_factory=dict[str, set[CancelScope]])

    def of(self, machine_id: str) -> Held:
        """Return what is known of a machine."""
        held = self._machines.setdefault(machine_id, Held())
        if held.holder == "person" and self.now() - held.seen > ABSENT:
            held.holder, held.page = "model", ""
        return held

    def held(self) -> set[str]:
        """Return the machines on which the model may not act."""
        return {each for each in list(self._machines) if self.of(each).holder != "model"}

    def _require_model(self, machine_id: str) -> None:
        """Let the model act.

        Raises:
            StoppedByPerson: the person stopped it.
            HumanInControl: the person acts at the moment.
        """
        match self.of(machine_id).holder:
            case "nobody":
                raise StoppedByPerson(f"The person has stopped acting on {machine_id}.")
            case "person":
                raise HumanInControl(
                    f"The person is acting on {machine_id} at the moment.", machine_id=machine_id
                )
            case "model":
                pass

    @contextmanager
    def acting(self, machine_ids: Iterable[str]) -> Generator[None]:
        """Let a call of the model act, up to the moment when the person stops it or takes over.

        Raises:
            StoppedByPerson: the person stopped it, before or in the middle.
            HumanInControl: the person acts at the moment.
        """
        with ExitStack() as calls:
            for machine_id in machine_ids:
                calls.enter_context(self._acting_on(machine_id))
            yield

    @contextmanager
    def _acting_on(self, machine_id: str) -> Generator[None]:
        self._require_model(machine_id)
        calls = self._under_way.setdefault(machine_id, set())
        with CancelScope() as call:
            calls.add(call)
            try:
                yield
            finally:
                calls.discard(call)
                if not calls:
                    self._under_way.pop(machine_id, None)
        if call.cancelled_caught:
            raise StoppedByPerson(
                f"The person has stopped this call in the middle: look at {machine_id} before "
                "anything else."
            )

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
        self._interrupt(machine_id)

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
        self._interrupt(machine_id)

    def hand_back(self, machine_id: str, page: str, note: str) -> None:
        """Let the model act again, and keep the person's note for it; or decline what it asked."""
        held = self.of(machine_id)
        if held.holder == "person":
            self.require_page(machine_id, page)
        held.holder, held.page, held.note, held.wanted = "model", "", note, ""
        held.answered, held.asked = held.asked, False

    def require_page(self, machine_id: str, page: str) -> None:
        """Let a page act.

        Raises:
            HumanInControl: it has not taken over.
        """
        held = self.of(machine_id)
        if held.holder != "person" or held.page != page:
            raise HumanInControl("Take over first.", machine_id=machine_id)
        held.seen = self.now()

    def seen(self, machine_id: str, page: str) -> Held:
        """Return what is known of a machine to a page that is open, and so still holds it."""
        held = self.of(machine_id)
        if held.holder == "person" and held.page == page:
            held.seen = self.now()
        return held

    def ask(self, machine_id: str, reason: str) -> Held:
        """Ask the person to take over, unless an earlier answer has not been read yet."""
        held = self.of(machine_id)
        if not held.answered:
            held.asked = True
            held.wanted = "" if held.holder == "person" else reason
        return held

    def answer(self, machine_id: str) -> str:
        """Return the person's note, which the model reads now."""
        held = self.of(machine_id)
        note, held.note, held.answered = held.note, "", False
        return note

    def _interrupt(self, machine_id: str) -> None:
        for call in self._under_way.get(machine_id, ()):
            call.cancel()
