"""What one key has spent through this server, what may still come, and whether that is too much."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from ..api.client.spending import ApiRequest, Lookup, Settle
from ..api.errors import CoastyError, NoAnswer, OutcomeUnknown, SpendLimit, UnreadableReply
from ..api.wire.base import Reply
from ..api.wire.machines import Machine, MachineReply, MachineStatus, MachineTtl, ProvisionReply
from ..api.wire.schedules import DeletedSchedule
from .answered import AnsweredRequests
from .bill import Bill, add_charge, billing
from .charges import RunCost, charge_of, machine_cost, plausible, run_cost, started_id
from .known_state import GONE, MACHINE_FIELDS, KnownState, line_of, moment, still_running
from .prices import FREE, Price, bounded, price_of
from .refusals import too_dear
from .spend_log import Line, SpendLog

if TYPE_CHECKING:  # most servers offer no workflows
    from ..api.wire.workflows import StartWorkflowRun

log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


class Budget:
    """Reserves the worst-case price of a request before it is sent, within a limit.

    Credits are `spent`, or reserved for requests, runs and machines that still cost; both count.
    """

    def __init__(
        self,
        limit: int | None = None,
        journal: SpendLog | None = None,
        *,
        free: bool = False,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        """`limit` is in credits. With a `free` key limits are checked, but nothing is spent.

        Raises:
            OSError: The journal cannot be read.
        """
        self.limit = limit
        self.spent = 0
        self._free = free
        self._now = now
        self._journal = journal
        self._reserved: dict[str, int] = {}
        self._settled: dict[str, int] = {}
        """How often each reservation has ended; the lines until then may be read again."""
        self._machines: dict[str, Line] = {}
        self._answered = AnsweredRequests(now)
        self._known = KnownState()
        for line in journal.news() if journal else []:
            self._apply(line)

    @contextmanager
    def billing(self) -> Generator[Bill]:
        """Add up everything that is charged in this task meanwhile."""
        with billing() as bill:
            yield bill

    @property
    def is_used(self) -> bool:
        """Whether anything was spent or set aside."""
        return bool(self.spent or self._reserved)

    def room(self, allowed: int | None = None) -> int | None:
        """Return the credits that may still be spent; None without a limit."""
        self._catch_up()
        left = None if self.limit is None else self.limit - self.spent - self._total()
        return min((each for each in (left, allowed) if each is not None), default=None)

    def lookup(self, request: ApiRequest) -> Lookup | None:
        """Return the read that has to come first, for the request to be priced by its reply."""
        return self._known.lookup(request, limited=self.limit is not None)

    def bounded(self, run: StartWorkflowRun, max_credits: int | None) -> StartWorkflowRun:
        """Return the run with its budget lowered to what may be spent."""
        return bounded(run, self.room(max_credits))

    @contextmanager
    def paying(self, request: ApiRequest) -> Generator[Settle]:
        """Reserve the price of a request until its reply is handed to the yielded function.

        Raises:
            SpendLimit: The request could cost more than may be spent; it must not be sent.
        """
        price = price_of(request, self._known, self._reserved, self._now())
        name = f"{request.method} {request.path} {request.key}" if request.key else ""
        again = self._answered.holds(request)
        with self._known.under_way(request), self.reserving(price, name, again=again) as settle:

            def settle_and_observe(reply: Reply) -> None:
                settle(reply)
                self._answered.add(request)
                self._known.observe(request, reply)

            yield settle_and_observe

    @contextmanager
    def reserving(self, price: Price, name: str = "", *, again: bool = False) -> Generator[Settle]:
        """Reserve a price until a reply is handed to the yielded function; none for a replay.

        What was sent and never answered counts as spent; where it can be repeated under the
        same `name`, it stays reserved until then.
        """
        repeatable, name = bool(name), name or uuid4().hex
        doubtful = name in self._reserved
        self._reserve(FREE if again else price, name, doubtful=doubtful)
        charged: int | None = 0 if self._free or again else price.most or 0

        def settle(reply: Reply) -> None:
            nonlocal charged
            charged = self._charge(reply, price, doubtful=doubtful)
            self._follow(reply, price, doubtful=doubtful)

        try:
            yield settle
        except CoastyError as error:
            if doubtful or (repeatable and isinstance(error, OutcomeUnknown)):
                charged = 0 if self._free else None
            elif not isinstance(error, NoAnswer | OutcomeUnknown | UnreadableReply):
                charged = 0
            raise
        finally:
            self._settle(name, charged)

    def running(self, now: datetime | None = None) -> list[str]:
        """Return the machines started here that, for all that is known, still cost money."""
        self._catch_up()
        unanswered = () if self._free else self._known.unanswered_machines.values()
        return still_running(self._machines, unanswered, now or self._now())

    def _total(self, besides: str = "") -> int:
        return sum(held for name, held in self._reserved.items() if name != besides)

    def _reserve(self, price: Price, name: str, *, doubtful: bool) -> None:
        if price.most == 0:
            return
        noted = self._note({"open": name, "held": price.most or 0})
        refusal = self._refusal(price, self._total(besides=name), noted=noted)
        if refusal and not doubtful:
            self._settle(name, 0)
        if refusal:
            raise refusal

    def _refusal(self, price: Price, reserved: int, *, noted: bool) -> SpendLimit | None:
        left = None if self.limit is None else self.limit - self.spent - reserved
        for setting, fits in (("max_credits", price.allowed), ("COASTY_MAX_CREDITS", left)):
            if fits is not None and (price.most is None or price.most > fits):
                limit = price.allowed if setting == "max_credits" else self.limit
                return too_dear(price, setting, limit, self.spent, max(0, fits), reserved)
        if self.limit is not None and not noted:
            return SpendLimit(
                f"COASTY_MAX_CREDITS is {self.limit}, and what is spent cannot be written down.",
                suggestion="Ask the user to make COASTY_STATE_DIR writable, and to free its disk.",
            )
        return None

    def _charge(self, reply: Reply, price: Price, *, doubtful: bool) -> int:
        """Return what a reply costs; the price where neither its headers nor its body say it."""
        free, at_once = self._is_free(reply), 0 if price.ongoing else price.most or 0
        charged = charge_of(reply)
        if reply.receipt.replayed:
            charged = 0 if at_once and not doubtful else None
        if free and charged and reply.receipt.charged is None:
            charged = 0  # some servers tell what it would have cost
        expected = 0 if free else at_once
        cost = expected if charged is None else charged
        if charged is not None or expected:
            add_charge(cost, reply.receipt.remaining)
        return cost

    def _is_free(self, reply: Reply) -> bool:
        return self._free or reply.receipt.key_kind == "test"

    def _follow(self, reply: Reply, price: Price, *, doubtful: bool) -> None:
        """Runs go on, and machines run, after the request that started them."""
        started = started_id(reply)
        if isinstance(reply, ProvisionReply) and not reply.machine.is_test:
            self._note({**line_of(reply.machine), "since": self._now().isoformat()})
        again = reply.receipt.replayed and not doubtful
        if price.ongoing and started and not again and not self._is_free(reply):
            held = self._reserved.get(started, 0) + (price.most or 0)
            self._note({"open": started, "held": held})
        for each in (reply, *getattr(reply, "data", ())):
            self._observe(each)

    def _observe(self, seen: object) -> None:
        match seen:
            case MachineReply():
                self._observe(seen.machine)
            case Machine():
                self._observe_machine(seen.id, line_of(seen))
            case MachineStatus() | MachineTtl():
                self._observe_machine(seen.machine_id, seen.model_dump(include=MACHINE_FIELDS))
            case DeletedSchedule() if self._never_ran(seen.schedule_id):
                self._settle(seen.schedule_id, 0)
            case _:
                if run := run_cost(seen, self._known.tasks):
                    self._end_run(run)

    def _end_run(self, run: RunCost) -> None:
        for name in run.names:
            if name in self._reserved:
                self._settle(name, self._reserved[name] if run.credits is None else run.credits)

    def _never_ran(self, schedule_id: str) -> bool:
        """Return whether a schedule's first run is still to come, for all that is known."""
        schedule = self._known.schedules.get(schedule_id)
        due = moment(schedule.next_run_at) if schedule and not schedule.run_count else None
        return due is not None and due > self._now()

    def _observe_machine(self, machine_id: str, fields: Line) -> None:
        known = self._machines.get(machine_id, {})
        changed = {**known, **fields}
        if known and changed != known:
            self._note(changed)
        if changed.get("status") in GONE and machine_id in self._reserved:
            held, since = self._reserved[machine_id], moment(known.get("since"))
            cost = machine_cost(known.get("os_type"), since, self._now()) if since else held
            self._settle(machine_id, min(cost, held) if held else cost)

    def _settle(self, name: str, cost: int | None) -> None:
        """End a reservation, unless what it cost is unknown."""
        if cost is None:
            return
        if name not in self._reserved and cost:
            self._note({"open": name, "held": 0})
        if name in self._reserved:
            self._note({"close": name, "spent": cost})

    def _note(self, line: Line) -> bool:
        """Count a line, and write it down; return whether that worked."""
        ended = self._settled.get(line.get("open") or line.get("close") or "", 0)
        line = {**line, "round": ended} if ended else line
        self._apply(line)
        try:
            if self._journal:
                self._journal.add(line)
        except OSError as error:
            log.error("What is spent cannot be written down: %s", error.strerror)
            return False
        return self._catch_up()

    def _catch_up(self) -> bool:
        try:
            for line in self._journal.news() if self._journal else []:
                self._apply(line)
        except OSError as error:
            log.error("What is spent cannot be read: %s", error.strerror)
            return False
        return True

    def _apply(self, line: Line) -> None:
        match line:
            case {"open": str(name), "held": held} if self._is_current(name, line):
                held = max(plausible(held) or 0, self._reserved.get(name, 0))
                self._reserved[name] = held
            case {"close": str(name), "spent": spent} if self._is_current(name, line):
                held = self._reserved.pop(name, 0)
                self._settled[name] = self._settled.get(name, 0) + 1
                cost = plausible(spent)
                self.spent += held if cost is None else cost
            case {"machine": str(machine), "status": str(status)}:
                self._machines[machine] = line
                if status in GONE:
                    del self._machines[machine]
            case _:
                pass

    def _is_current(self, name: str, line: Line) -> bool:
        """Return whether a line is about what is reserved now, not what ended under that name."""
        return line.get("round", 0) == self._settled.get(name, 0)
