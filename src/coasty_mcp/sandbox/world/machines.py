"""The machines of an account and how time changes them; `Machine.computer` has what is on one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, partial

import anyio

from ...api.errors import FeatureNotAvailable, InvalidState, MachineNotFound
from ...api.wire.machines import ProvisionMachine
from .computers import Computer
from .machine_meter import AT_RUNNING_RATE, Meter, hourly_rate
from .new_computers import check_real_computer, new_computer
from .state import Account, Collection
from .validation import invalid_request

ARRIVES_AT = {
    "creating": "running",
    "starting": "running",
    "restarting": "running",
    "stopping": "stopped",
    "deleting": "terminated",
}
GONE = ("deleting", "terminated")


@dataclass
class Machine:
    """A machine's state, and its computer, which is made when it is first used."""

    id: str
    wanted: ProvisionMachine
    make_computer: Callable[[], Computer]
    real: bool
    """Whether its computer is real, and has to be switched on and off."""
    created_at: datetime
    meter: Meter
    address: str
    secret: str
    status: str = "creating"
    changed_at: datetime = field(init=False)
    """When it got that status."""
    started_at: datetime | None = None
    ttl_minutes: int | None = None
    auto_destroy_at: datetime | None = None
    suspended_for_billing: bool = False
    lock: anyio.Lock = field(default_factory=anyio.Lock)
    """Held while something looks at its computer or uses it."""

    def __post_init__(self) -> None:
        self.changed_at = self.created_at

    @cached_property
    def computer(self) -> Computer:
        return self.make_computer()

    @property
    def settled(self) -> bool:
        """Whether its computer has done what the status means."""
        return not self.real or self.computer.settled

    @property
    def failure(self) -> str:
        """Why its computer has not; empty if it has."""
        return self.computer.failure if self.real else ""

    def must_have_desktop(self) -> None:
        if not self.wanted.desktop_enabled:
            raise FeatureNotAvailable(f"Machine {self.id} was started without a desktop.")

    def must_be(self, *allowed: str) -> None:
        if self.status not in allowed:
            wanted = " or ".join(allowed)
            message = f"Machine {self.id} is {self.status}, and this needs it {wanted}."
            message = f"{message} {self.failure}".strip()
            raise InvalidState(message, current_state=self.status, allowed_from=list(allowed))

    def must_exist(self) -> None:
        if self.status in GONE:
            self.must_be("running", "stopped", "suspended")

    def enter(self, status: str, moment: datetime) -> None:
        self.status, self.changed_at = status, moment
        self.meter.switch(hourly_rate(status, self.wanted.os_type), moment)
        if status == "running":
            self.started_at = moment
        if self.real:
            self.computer.switch(status)

    def lease(self, minutes: int | None, now: datetime) -> None:
        """Let the machine live that many minutes from now; None means for ever."""
        self.ttl_minutes = minutes
        self.auto_destroy_at = now + timedelta(minutes=minutes) if minutes else None
        if self.real:
            self.computer.end_after(minutes and 60 * minutes)


class Machines(Collection[Machine]):
    """All machines of an account, the terminated ones too, and its latest snapshot."""

    noun, missing = "machine", MachineNotFound

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self._snapshot: Computer | None = None
        self.boot = timedelta(seconds=self.world.boot_seconds)

    def newest_first(self) -> list[Machine]:
        """Return the machines that still exist, newest first."""
        return [machine for machine in super().newest_first() if machine.status not in GONE]

    def check(self, wanted: ProvisionMachine) -> None:
        """Raise a CoastyError for a machine that could not be provisioned."""
        if wanted.restore_from_snapshot:
            self._restored()
        if self.world.desktops == "real":
            check_real_computer(wanted, self.world.network)

    def provision(self, wanted: ProvisionMachine) -> Machine:
        self.check(wanted)
        now, world, real = self.world.now(), self.world, self.world.desktops == "real"
        machine = Machine(
            id=self.account.new_id("mch"),
            wanted=wanted,
            make_computer=partial(new_computer, wanted, world.now, world.desktops, world.network),
            real=real,
            created_at=now,
            meter=Meter(self.account.wallet, now),
            address="127.0.0.1" if real else f"203.0.113.{1 + len(self._kept) % 254}",
            secret=world.random_hex("secret", 32),
        )
        if wanted.restore_from_snapshot:
            machine.computer = self._restored()
            machine.computer.has_desktop = wanted.desktop_enabled
        machine.lease(wanted.ttl_minutes, now)
        self._kept[machine.id] = machine
        machine.enter("creating", now)
        self._catch_up(machine, now)
        return machine

    def begin(self, machine: Machine, status: str) -> None:
        """Set out for another state; it is reached at once unless booting takes time."""
        now = self.world.now()
        self._catch_up(machine, now)
        machine.enter(status, now)
        machine.suspended_for_billing = False
        self._catch_up(machine, now)

    def keep_snapshot(self, machine: Machine) -> str:
        """Keep a copy to provision from; the account has one, the latest."""
        self._snapshot = machine.computer.copy()
        return self.world.new_id("snap")

    def advance(self, now: datetime) -> None:
        for machine in self._kept.values():
            self._catch_up(machine, now)
        if self.account.wallet.is_empty:
            self._suspend_all(now)

    def _restored(self) -> Computer:
        if not self._snapshot:
            raise invalid_request("There is no snapshot yet.", "body", "restore_from_snapshot")
        return self._snapshot.copy()

    def shut_down(self) -> None:
        for machine in self._kept.values():
            if machine.real:
                machine.computer.close()

    def _catch_up(self, machine: Machine, now: datetime) -> None:
        while (event := self._next_event(machine)) and event[0] <= now:
            moment, status = event
            self._meter(machine, moment)
            machine.enter(status, moment)
        self._meter(machine, now)

    def _next_event(self, machine: Machine) -> tuple[datetime, str] | None:
        """Return when the machine will be in which state, if nobody does anything."""
        events: list[tuple[datetime, str]] = []
        if machine.status in ARRIVES_AT and machine.settled:
            reached = "error" if machine.failure else ARRIVES_AT[machine.status]
            events.append((machine.changed_at + self.boot, reached))
        if machine.auto_destroy_at and machine.status not in GONE:
            events.append((machine.auto_destroy_at, "terminated"))
        return min(events, default=None)

    def _meter(self, machine: Machine, moment: datetime) -> None:
        if taken := machine.meter.run_to(moment):
            self.account.usage.add("machine_runtime", moment, price=taken)

    def _suspend_all(self, now: datetime) -> None:
        for machine in self._kept.values():
            if machine.status in AT_RUNNING_RATE:
                machine.enter("stopped", now)
                machine.suspended_for_billing = True
