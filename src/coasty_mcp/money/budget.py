"""What one key has spent through this server, what may still come, and whether that is too much."""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from ..api.client.spending import ApiRequest, Settle
from ..api.errors import CoastyError, NoAnswer, OutcomeUnknown, SpendLimit
from ..api.wire.base import Reply
from ..api.wire.machines import MachineReply, MachineStatus, MachineTtl, ProvisionReply
from ..api.wire.predict import Billed
from ..api.wire.run_states import FINISHED, AnyRun
from .prices import Price, SessionPrices, bounded, price_of
from .spend_log import Line, SpendLog

if TYPE_CHECKING:  # most servers offer no workflows
    from ..api.wire.workflows import StartWorkflowRun

log = logging.getLogger(__name__)

GONE = frozenset({"deleting", "terminating", "terminated", "error"})
RESTING = frozenset({"stopped", "suspended"})
KEPT = {"display_name", "status", "auto_destroy_at"}
"""Of a machine."""


@dataclass
class Bill:
    """What one call of a tool was charged, however many requests it made."""

    charged: int | None = None
    """None if it asked for nothing that is billed."""
    remaining: int | None = None


_bill = ContextVar[Bill | None]("bill", default=None)


class Budget:
    """A request's price is set aside before it is sent, so that calls at once respect the limit."""

    def __init__(self, limit: int | None = None, journal: SpendLog | None = None) -> None:
        self.limit = limit
        self.spent = 0
        self._journal = journal
        self._open: dict[str, int] = {}
        """Set aside for requests and runs under way."""
        self._machines: dict[str, Line] = {}
        self._sessions = SessionPrices()
        self._catch_up()

    @contextmanager
    def billing(self) -> Generator[Bill]:
        """Everything charged meanwhile, in this task."""
        token = _bill.set(bill := Bill())
        try:
            yield bill
        finally:
            _bill.reset(token)

    def room(self, allowed: int | None = None) -> int | None:
        """What may still be spent; None without a limit."""
        self._catch_up()
        left = None if self.limit is None else self.limit - self.spent - sum(self._open.values())
        return min((each for each in (left, allowed) if each is not None), default=None)

    def knows_session(self, session_id: str) -> bool:
        """Whether the next prediction of the session can be priced."""
        return session_id in self._sessions

    def bounded(self, run: StartWorkflowRun, max_credits: int | None) -> StartWorkflowRun:
        """The run, with its budget lowered to what may be spent."""
        return bounded(run, self.room(max_credits))

    @contextmanager
    def paying(self, request: ApiRequest) -> Generator[Settle]:
        """Around a request; hand the reply in. Raises SpendLimit instead of going over a limit."""
        with self.reserving(price_of(request, self._sessions)) as settle:

            def settle_and_observe(reply: Reply) -> None:
                settle(reply)
                self._sessions.observe(request, reply)

            yield settle_and_observe

    @contextmanager
    def reserving(self, price: Price) -> Generator[Settle]:
        """Around a request of that price; hand the reply in.

        What was sent and never answered counts as spent.
        """
        entry, charged = self._set_aside(price), price.most

        def settle(reply: Reply) -> None:
            nonlocal charged
            charged = self._charge(reply)
            self._observe(reply, price)

        try:
            yield settle
        except CoastyError as error:
            if not isinstance(error, NoAnswer | OutcomeUnknown):
                charged = 0
            raise
        finally:
            if price.most:
                self._note({"close": entry, "spent": charged})

    def running(self, now: datetime | None = None) -> list[str]:
        """The machines that were started here and, for all that is known, still cost money."""
        self._catch_up()
        moment = (now or datetime.now(UTC)).isoformat()
        return [
            f"{machine} ({line['display_name']})"
            for machine, line in self._machines.items()
            if line["status"] not in RESTING and (line["auto_destroy_at"] or moment) >= moment
        ]

    def _set_aside(self, price: Price) -> str:
        if not price.most:
            return ""
        entry = uuid4().hex
        self._note({"open": entry, "held": price.most})
        held = sum(self._open.values()) - price.most
        left = None if self.limit is None else self.limit - self.spent - held
        for limit, fits in (("max_credits", price.allowed), ("COASTY_MAX_CREDITS", left)):
            if fits is not None and price.most > fits:
                self._note({"close": entry, "spent": 0})
                raise self._refusal(price, limit, max(0, fits), held)
        return entry

    def _refusal(self, price: Price, name: str, fits: int, held: int) -> SpendLimit:
        own = name == "max_credits"
        limit = price.allowed if own else self.limit
        aside = f", {held} set aside for what is under way" if held else ""
        spent = "" if own else f" ({self.spent} spent{aside}: {fits} left)"
        return SpendLimit(
            f"This could cost {price.most} credits, and {name} is {limit}{spent}.",
            limit=limit,
            spent=self.spent,
            estimate=price.most,
            set_aside=held,
            setting=name,
            max_steps=(fits // price.step or None) if price.step else None,
        )

    def _charge(self, reply: Reply) -> int:
        charged, bill = _charged(reply), _bill.get()
        if charged is not None and bill:
            bill.charged = (bill.charged or 0) + charged
            bill.remaining = reply.receipt.remaining
        return charged or 0

    def _observe(self, reply: Reply, price: Price) -> None:
        """Runs go on, and machines run, after the request that started them."""
        match reply:
            case AnyRun():
                self._follow(reply, price)
            case ProvisionReply(machine=machine) if not machine.is_test:
                self._note({"machine": machine.id, **machine.model_dump(include=KEPT)})
            case MachineReply(machine=machine) if machine.id in self._machines:
                self._note({"machine": machine.id, **machine.model_dump(include=KEPT)})
            case MachineStatus() | MachineTtl() if reply.machine_id in self._machines:
                known = self._machines[reply.machine_id]
                self._note({**known, **reply.model_dump(include=KEPT)})
            case _:
                pass

    def _follow(self, run: AnyRun, price: Price) -> None:
        if price.step and not run.receipt.replayed:
            self._note({"open": run.id, "held": price.most})
        elif run.status in FINISHED and run.id in self._open:
            free = run.receipt.key_kind == "test"
            self._note({"close": run.id, "spent": 0 if free else run.spent})

    def _note(self, line: Line) -> None:
        try:
            if self._journal:
                self._journal.add(line)
                return self._catch_up()
        except OSError as error:
            log.error("What is spent cannot be written down: %s", error.strerror)
        return self._apply(line)

    def _catch_up(self) -> None:
        for line in self._journal.news() if self._journal else []:
            self._apply(line)

    def _apply(self, line: Any) -> None:
        match line:
            case {"open": str(entry), "held": int(held)}:
                self._open[entry] = held
            case {"close": str(entry), "spent": int(spent)} if entry in self._open:
                del self._open[entry]
                self.spent += spent
            case {"machine": str(machine), "status": str(status)}:
                self._machines[machine] = line
                if status in GONE:
                    del self._machines[machine]
            case _:
                pass


def _charged(reply: Reply) -> int | None:
    """The header is the truth; where a server leaves it out, the body may say it."""
    if reply.receipt.charged is not None:
        return reply.receipt.charged
    return reply.usage.credits_charged if isinstance(reply, Billed) else None
