"""Computes what a workflow can cost at most, before it runs."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from .steps import IfStep, LoopStep, RetryStep, TaskStep, blocks, parse

STEP, V1_STEP = 5, 8  # credits for each step of a task


@dataclass(frozen=True)
class Cost:
    """An upper bound; None where there is none, because of the loops in `unbounded`."""

    credits: int | None
    """1 credit is 1 US cent."""
    task_runs: int | None
    unbounded: tuple[str, ...] = ()
    """The ids of the loops with tasks that nothing but their `while` ends."""


def worst_case(definition: dict[str, Any], max_iterations: int | None = None) -> Cost:
    """Return the upper bound of a definition without faults.

    `max_iterations` is the most rounds of all its loops together.
    """
    pricing = _Pricing(max_iterations)
    most = pricing.block(definition["steps"])
    if pricing.unbounded:
        return Cost(None, None, tuple(pricing.unbounded))
    return Cost(most.credits, most.task_runs)


class _Most(NamedTuple):
    credits: int = 0
    task_runs: int = 0

    def times(self, factor: int) -> "_Most":
        return _Most(self.credits * factor, self.task_runs * factor)


class _Pricing:
    def __init__(self, guard: int | None) -> None:
        self.guard = guard
        self.unbounded: list[str] = []

    def block(self, steps: list[dict[str, Any]]) -> _Most:
        return _total([self._step(step) for step in steps])

    def _step(self, raw: dict[str, Any]) -> _Most:
        step = parse(raw)
        inside = [self.block(block) for _, block in blocks(raw)]
        match step:
            case TaskStep():
                price = V1_STEP if step.cua_version == "v1" else STEP
                return _Most(step.max_steps * price, 1)
            case IfStep():
                return max(inside)
            case LoopStep():
                return inside[0].times(self._rounds(step, inside[0]))
            case RetryStep():
                return inside[0].times(step.max_attempts)
            case _:
                return _total(inside)

    def _rounds(self, loop: LoopStep, body: _Most) -> int:
        """Return how often its body runs at most; the guard counts all loops together."""
        bounds = [each for each in (loop.count, loop.max_iterations, self.guard) if each]
        if not bounds and body.task_runs:
            self.unbounded.append(loop.id)
        return min(bounds, default=1)


def _total(parts: list[_Most]) -> _Most:
    return _Most(sum(part.credits for part in parts), sum(part.task_runs for part in parts))
