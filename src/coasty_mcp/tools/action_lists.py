"""Several actions in one call: read as models write them, carried out up to the first failure."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..api.client import Coasty
from ..api.client.transport import new_key
from ..api.commands import Parameters
from ..api.errors import CoastyError, CommandFailed, InvalidRequest, OutcomeUnknown
from ..api.untrusted import quoted
from ..api.wire import actions as wire
from ..api.wire.policy import ActionPolicy
from ..screens import ScreenshotHandle
from ..server.context import Waiter
from .machine_commands import MAX_PAUSE_SECONDS, MachineCommand, machine_command
from .machine_output import advice_for, require_success, without_base64
from .written_actions import in_words, name_and_parameters, numbered

MOST_OF_KEY = 120
"""Characters of an idempotency key that leave room for the number of a request."""
MAX_TOLD = 300
"""Characters of an earlier action's answer in the sentence about a later one's failure."""


@dataclass
class Progress:
    """The actions of one call, and the answers to those that were carried out."""

    machine_id: str
    commands: Sequence[MachineCommand]
    results: list[wire.ActionResult] = field(default_factory=list[wire.ActionResult])

    @property
    def done(self) -> int:
        """How many actions were done, from the first on."""
        return next(
            (at for at, each in enumerate(self.results) if not each.success), len(self.results)
        )

    def __str__(self) -> str:
        """Which actions were done, with what was read, and which were not begun."""
        rest = range(self.done + 2, len(self.commands) + 1)
        parts = [f"Done before it: {in_words(range(1, self.done + 1))}."] if self.done else []
        parts += [f"Not begun: {in_words(rest)}."] if rest else []
        for number, result in enumerate(self.results[: self.done], 1):
            command = self.commands[number - 1]
            if command.tells and result.result:
                told = quoted(json.dumps(without_base64(result.result)), MAX_TOLD)
                parts.append(f"{number} ({command.written}) answered {told}.")
        return " ".join(parts)

    def require_all(self, asked: int) -> None:
        """Require that each of the first `asked` actions was done.

        Raises:
            CommandFailed: one was not; it says which, why, and what became of the others.
        """
        if self.done >= asked:
            return
        number, command = self.done + 1, self.commands[self.done]
        nothing = wire.ActionResult(success=False, error="the machine did not answer for it")
        given = self.results[self.done] if self.done < len(self.results) else nothing
        given.machine_id = given.machine_id or self.machine_id
        single = len(self.commands) == 1
        words = f"Action {number} of {len(self.commands)}, {command.written},"
        try:
            require_success(given, command.written if single else words, advice_for(command.name))
        except CommandFailed as error:
            if not single:
                error.facts |= {"command": command.written, "stopped_at": number}
                error.facts["message"] += f" {self}"
            raise


def read_order(
    command: str | None,
    parameters: Parameters | None,
    actions: Sequence[Mapping[str, Any]] | None,
    screenshot: ScreenshotHandle | None,
    timeout_ms: int | None,
) -> list[MachineCommand]:
    """Return what is to be done as the API takes it: one command, or a list of actions.

    Each action may be in predict's shape or in the API's.

    Raises:
        InvalidRequest: one is wrong, or they wait too long.
    """
    if command is not None:
        return [machine_command(command, parameters or {}, screenshot, timeout_ms)]
    if parameters:
        raise InvalidRequest("parameters belong to command; each of actions has its own.")
    commands = [
        _read_action(number, action, screenshot, timeout_ms)
        for number, action in enumerate(actions or [], 1)
    ]
    if (pauses := sum(each.pause_seconds for each in commands)) > MAX_PAUSE_SECONDS:
        raise InvalidRequest(
            f"The waits add up to {pauses:g} s, and one call waits for {MAX_PAUSE_SECONDS:g} s at "
            "most: make two calls of it."
        )
    return commands


async def carry_out(
    api: Coasty,
    machine_id: str,
    commands: Sequence[MachineCommand],
    waiter: Waiter,
    check: Callable[[Sequence[MachineCommand]], Awaitable[None]],
    key: str | None = None,
    policy: ActionPolicy | None = None,
) -> list[wire.ActionResult]:
    """Carry the actions out in order, as few requests, and return what the machine answered.

    Args:
        check: is called with the actions of each request before it.

    Raises:
        CommandFailed: the machine could not do one of them; it says how far they came.
        CoastyError: a request failed; it says which actions were done before.
    """
    progress, asked, key = Progress(machine_id, commands), 0, key or new_key()
    if steps := _steps(commands):
        whole = wire.BatchAction(steps=steps, action_policy=policy)
        api.actions.check_batch(machine_id, whole)
    for number, group in enumerate(_requests(commands), 1):
        own_key = key if number == 1 else f"{key[:MOST_OF_KEY]}:{number}"
        try:
            await check(group)
            progress.results += await _carry_out_group(
                api, machine_id, group, waiter, own_key, policy
            )
        except CoastyError as error:
            raise _after(error, progress, key) from error
        asked += len(group)
        progress.require_all(asked)
    return progress.results


def _after(error: CoastyError, progress: Progress, key: str) -> CoastyError:
    """Return the failure of a request with what had been done before it."""
    if isinstance(error, OutcomeUnknown):
        error.facts["idempotency_key"] = key
    if progress.done:
        error.facts["message"] += f" Done before it: {in_words(range(1, progress.done + 1))}."
        error.facts["done"] = progress.done
    return error


def _read_action(
    number: int,
    action: Mapping[str, Any],
    screenshot: ScreenshotHandle | None,
    timeout_ms: int | None,
) -> MachineCommand:
    name, parameters = name_and_parameters(number, action)
    with numbered(number):
        return machine_command(name, parameters, screenshot, _own_timeout(action, timeout_ms))


def _own_timeout(action: Mapping[str, Any], timeout_ms: int | None) -> int | None:
    match action.get("timeout_ms"):
        case None:
            return timeout_ms
        case int(own) if 1000 <= own <= 120_000:
            return own
        case _:
            raise InvalidRequest("timeout_ms must be a whole number from 1000 up to 120000.")


def _requests(commands: Sequence[MachineCommand]) -> list[list[MachineCommand]]:
    """Return the commands in runs of those that the API takes and of those that it does not.

    One with an index begins a run of its own where the page may have changed before it.
    """
    runs = list[list[MachineCommand]]()
    for each in commands:
        last = runs[-1] if runs else []
        alike = last and (last[0].for_api is None) == (each.for_api is None)
        if alike and (not each.page or all(earlier.stays for earlier in last)):
            last.append(each)
        else:
            runs.append([each])
    return runs


def _steps(commands: Sequence[MachineCommand]) -> list[wire.ActionStep]:
    """Return the requests of those commands that the API takes."""
    return [each.for_api for each in commands if each.for_api]


async def _carry_out_group(
    api: Coasty,
    machine_id: str,
    group: Sequence[MachineCommand],
    waiter: Waiter,
    key: str,
    policy: ActionPolicy | None,
) -> list[wire.ActionResult]:
    steps = _steps(group)
    if not steps:
        return [await _without_api(machine_id, each, waiter) for each in group]
    if len(steps) == 1:
        action = wire.MachineAction(**dict(steps[0]), action_policy=policy)
        return [await api.actions.execute(machine_id, action, key)]
    batch = wire.BatchAction(steps=steps, action_policy=policy)
    done = await api.actions.execute_batch(machine_id, batch, key)
    for each in done.results:
        each.attach(done.receipt)
    return done.results


async def _without_api(
    machine_id: str, command: MachineCommand, waiter: Waiter
) -> wire.ActionResult:
    """Wait for a wait's seconds; the rest asks for nothing."""
    seconds = command.pause_seconds
    await waiter.sleep(seconds)
    return wire.ActionResult(
        machine_id=machine_id,
        command=command.name,
        success=True,
        duration_ms=round(1000 * seconds),
    )
