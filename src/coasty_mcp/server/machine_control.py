"""Who may act on a machine: the model, nobody, or the person on the page of the live view."""

import asyncio
import logging
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from anyio import CancelScope

from ..api.errors import HumanInControl, StoppedByPerson
from ..api.untrusted import quoted
from ..money import SpendLog
from .held import Event, Held

THIS_COMPUTER = "this computer"
"""What the computer of this server is called among the machines."""
BETWEEN_LOOKS = 0.25
"""Seconds until a call that is under way learns what was done in another process."""
STILL_THERE = 60.0
"""Seconds after which a page that is open says so again."""

log = logging.getLogger(__name__)


@dataclass
class MachineControl:
    """Lets one of them act at a time. Nothing is held unless somebody opened the page.

    With a log, other processes that have the same one know it too: what was done counts in the
    order in which it stands there.
    """

    log: SpendLog | None = None
    now: Callable[[], float] = time.time
    _machines: dict[str, Held] = field(default_factory=dict[str, Held])
    _under_way: dict[str, set[CancelScope]] = field(default_factory=dict[str, set[CancelScope]])

    def of(self, machine_id: str) -> Held:
        """Return what is known of a machine."""
        self._catch_up()
        held = self._machines.get(machine_id) or Held()
        held.pass_time(self.now())
        return held

    def held(self) -> set[str]:
        """Return the machines on which the model may not act."""
        self._catch_up()
        return {each for each in list(self._machines) if self.of(each).holder != "model"}

    @contextmanager
    def acting(self, machine_ids: Iterable[str]) -> Generator[None]:
        """Let a call of the model act, up to the moment when the person stops it or takes over.

        Raises:
            StoppedByPerson: the person stopped it, before or in the middle.
            HumanInControl: the person acts at the moment.
        """
        watching = asyncio.create_task(self._watch()) if self.log else None
        try:
            with ExitStack() as calls:
                for machine_id in machine_ids:
                    calls.enter_context(self._acting_on(machine_id))
                yield
        finally:
            if watching:
                watching.cancel()

    def note_for_model(self, machine_id: str) -> list[str]:
        """Return, once, what the person said when handing the machine back."""
        held = self.of(machine_id)
        if not held.note or held.holder != "model":
            return []
        note = held.note
        self._do("read", machine_id)
        return [f"The person handed {machine_id} back and says: {quoted(note)}"]

    def stop(self, machine_id: str) -> None:
        """Let nobody act."""
        self._do("stop", machine_id)

    def release(self, machine_id: str) -> None:
        """Let the model act again."""
        self._do("release", machine_id)

    def take_over(self, machine_id: str, page: str) -> None:
        """Let the person on this page act.

        Raises:
            HumanInControl: another page has taken over.
        """
        self._do("take over", machine_id, page=page)
        if self.of(machine_id).page != page:
            raise HumanInControl("Another page has taken over this machine.", machine_id=machine_id)

    def hand_back(self, machine_id: str, page: str, note: str) -> None:
        """Let the model act again, and keep the person's note for it; or decline what it asked."""
        if self.of(machine_id).holder == "person":
            self.require_page(machine_id, page)
        self._do("hand back", machine_id, page=page, note=note)

    def require_page(self, machine_id: str, page: str) -> None:
        """Let a page act.

        Raises:
            HumanInControl: it has not taken over.
        """
        held = self.seen(machine_id, page)
        if held.holder != "person" or held.page != page:
            raise HumanInControl("Take over first.", machine_id=machine_id)

    def seen(self, machine_id: str, page: str) -> Held:
        """Return what is known of a machine to a page that is open, and so still holds it."""
        held = self.of(machine_id)
        if held.holder == "person" and held.page == page and self.now() > held.seen + STILL_THERE:
            self._do("see", machine_id, page=page)
        return self.of(machine_id)

    def ask(self, machine_id: str, reason: str) -> Held:
        """Ask the person to take over, unless an earlier answer has not been read yet."""
        self._do("ask", machine_id, reason=reason)
        return self.of(machine_id)

    def answer(self, machine_id: str) -> str:
        """Return the person's note, which the model reads now."""
        note = self.of(machine_id).note
        self._do("read", machine_id)
        return note

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

    def _require_model(self, machine_id: str) -> None:
        match self.of(machine_id).holder:
            case "nobody":
                raise StoppedByPerson(f"The person has stopped acting on {machine_id}.")
            case "person":
                raise HumanInControl(
                    f"The person is acting on {machine_id} at the moment.", machine_id=machine_id
                )
            case "model":
                pass

    def _do(self, what: str, machine_id: str, **more: str) -> None:
        event = {"do": what, "machine": machine_id, "at": self.now(), **more}
        try:
            if self.log:
                self.log.add(event)
        except OSError as error:
            log.error("Other servers do not learn of this: %s", error.strerror)
            self._apply(event)
        else:
            self._catch_up()
            if not self.log:
                self._apply(event)

    def _catch_up(self) -> None:
        try:
            for event in self.log.news(own=True) if self.log else []:
                self._apply(event)
        except OSError as error:
            log.error("What is done in other servers cannot be read: %s", error.strerror)

    def _apply(self, event: Event) -> None:
        match event:
            case {"machine": str(machine_id), "at": float() | int()}:
                held = self._machines.setdefault(machine_id, Held())
                held.apply(event)
                if held.holder != "model":
                    for call in self._under_way.get(machine_id, ()):
                        call.cancel()
            case _:
                pass

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(BETWEEN_LOOKS)
            self._catch_up()
