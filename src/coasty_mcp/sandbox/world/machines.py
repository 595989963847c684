"""The machines of an account and how time changes them; `Machine.computer` has what is on one."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import anyio

from ...api.errors import FeatureNotAvailable, InvalidState, MachineNotFound
from ...api.wire.machines import ProvisionMachine
from .clock import Clock
from .machine_meter import AT_RUNNING_RATE, Meter, hourly_rate
from .state import Account, Collection
from .validation import invalid_request

if TYPE_CHECKING:  # it brings Pillow along
    from ..computer import Computer

FULL_HD = (1920, 1080)
SCREENS = {"1280x720": (1280, 720)}
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
    now: Clock
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
        from ..computer import Computer

        screen = SCREENS.get(self.wanted.metadata.get("screen", ""), FULL_HD)
        desktop = self.wanted.desktop_enabled
        return Computer(self.wanted.os_type, *screen, desktop=desktop, now=self.now)

    def must_have_desktop(self) -> None:
        if not self.wanted.desktop_enabled:
            raise FeatureNotAvailable(f"Machine {self.id} was started without a desktop.")

    def must_be(self, *allowed: str) -> None:
        if self.status not in allowed:
            message = (
                f"Machine {self.id} is {self.status}, and this needs it {' or '.join(allowed)}."
            )
            raise InvalidState(message, current_state=self.status, allowed_from=list(allowed))

    def must_exist(self) -> None:
        if self.status in GONE:
            self.must_be("running", "stopped", "suspended")

    def enter(self, status: str, moment: datetime) -> None:
        self.status, self.changed_at = status, moment
        self.meter.switch(hourly_rate(status, self.wanted.os_type), moment)
        if status == "running":
            self.started_at = moment

    def lease(self, minutes: int | None, now: datetime) -> None:
        """Let the machine live that many minutes from now; None means for ever."""
        self.ttl_minutes = minutes
        self.auto_destroy_at = now + timedelta(minutes=minutes) if minutes else None


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

    def provision(self, wanted: ProvisionMachine) -> Machine:
        now = self.world.now()
        machine = Machine(
            id=self.account.new_id("mch"),
            wanted=wanted,
            now=self.world.now,
            created_at=now,
            meter=Meter(self.account.wallet, now),
            address=f"203.0.113.{1 + len(self._kept) % 254}",
            secret=self.world.random_hex("secret", 32),
        )
        if wanted.restore_from_snapshot:
            machine.computer = self._restored()
            machine.computer.has_desktop = wanted.desktop_enabled
        machine.lease(wanted.ttl_minutes, now)
        self._kept[machine.id] = machine
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
        self._snapshot = deepcopy(machine.computer)
        return self.world.new_id("snap")

    def advance(self, now: datetime) -> None:
        for machine in self._kept.values():
            self._catch_up(machine, now)
        if self.account.wallet.is_empty:
            self._suspend_all(now)

    def _restored(self) -> Computer:
        if not self._snapshot:
            raise invalid_request("There is no snapshot yet.", "body", "restore_from_snapshot")
        return deepcopy(self._snapshot)

    def _catch_up(self, machine: Machine, now: datetime) -> None:
        while (event := self._next_event(machine)) and event[0] <= now:
            moment, status = event
            self._meter(machine, moment)
            machine.enter(status, moment)
        self._meter(machine, now)

    def _next_event(self, machine: Machine) -> tuple[datetime, str] | None:
        """Return when the machine will be in which state, if nobody does anything."""
        events: list[tuple[datetime, str]] = []
        if machine.status in ARRIVES_AT:
            events.append((machine.changed_at + self.boot, ARRIVES_AT[machine.status]))
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
