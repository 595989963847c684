"""The machine of a task: started for its run alone, and destroyed when that ends."""

from dataclasses import dataclass

from ...api.wire.machines import ProvisionMachine
from ...api.wire.run_states import FINISHED
from ...api.wire.runs import OwnMachine
from .machines import GONE, Machine, Machines
from .runs import Run
from .simulated_agent import Agent, carry_out
from .state import Account

LONGEST_LOOK = 5.0
"""Seconds between two looks at a machine that is being started."""


@dataclass
class TaskMachine:
    """What the API says of the machine, as it is at the moment."""

    wanted: ProvisionMachine
    machine: Machine | None = None
    was_ready: bool = False

    def record(self, run_status: str) -> OwnMachine:
        status, cleanup = self._states(ended=run_status in FINISHED)
        return OwnMachine.model_validate(
            {
                "mode": "automatic",
                "status": status,
                "id": self.machine.id if self.machine else None,
                "cleanup": "always",
                "cleanup_status": cleanup,
                "error": None,
            }
        )

    def _states(self, *, ended: bool) -> tuple[str, str]:
        now = self.machine.status if self.machine else ""
        if ended and (now == "terminated" or not self.machine):
            return ("released" if self.was_ready else "failed"), "terminated"
        if not ended:
            return ("ready" if self.was_ready else "provisioning"), "pending"
        status = "ready" if self.was_ready else "failed"
        return status, "terminating" if now == "deleting" else "pending"


class TaskAgent(Agent):
    """The agent of a task, which starts the machine first; its deadline counts from then on."""

    async def work(self) -> dict[str, object]:
        if self.run.own_machine:
            await self._provision(self.run.own_machine)
        return await super().work()

    async def _provision(self, own: TaskMachine) -> None:
        own.machine = self.account.area(Machines).provision(own.wanted)
        self.run.log.append("text", text="A machine is being started.")
        self.account.advance(self.world.now())
        while own.machine.status == "creating":
            left = self._left()
            wait = LONGEST_LOOK if left is None else min(LONGEST_LOOK, left)
            await self.world.sleep(wait)
            self.account.advance(self.world.now())
            if self._left() == 0:
                raise self._too_late()
        own.was_ready = own.machine.status == "running"
        self.order.machine_id = self.run.record.machine_id = own.machine.id


async def carry_out_task(account: Account, run: Run) -> None:
    """Start the machine, work on the task, and destroy the machine whatever has happened."""
    try:
        await carry_out(account, run, TaskAgent)
    finally:
        machine = run.own_machine and run.own_machine.machine
        if machine and machine.status not in GONE:
            account.area(Machines).begin(machine, "deleting")
