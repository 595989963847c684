"""Checks that the templates in a value name what exists when they are filled."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from ..rules import unknown_name
from .fault import Fault
from .templates import Unresolved, paths

BOUND = ("status", "passed", "result", "run_id", "steps", "error")
"""The fields that a task leaves under its id and save_as."""
DEEPEST = 32


@dataclass(frozen=True)
class Known:
    """The names that templates may use at one place of a definition."""

    inputs: tuple[str, ...] | None
    """The names of the inputs; None when any may be given."""
    names: frozenset[str] = frozenset()
    """Ids and save_as of tasks; `vars.iteration` and `vars.attempt`."""

    def __add__(self, names: frozenset[str]) -> "Known":
        return Known(self.inputs, self.names | names)

    def faults(self, value: object, path: str, level: int = 0) -> Iterator[Fault]:
        """Yield the faults of every template in a text, a list or an object."""
        if isinstance(value, str):
            yield from (Fault(path, problem) for problem in self._problems(value))
        elif isinstance(value, list | dict) and level == DEEPEST:
            yield Fault(path, "It is nested too deeply.")
        elif isinstance(value, list):
            for index, each in enumerate(cast("list[Any]", value)):
                yield from self.faults(each, f"{path}[{index}]", level + 1)
        elif isinstance(value, dict):
            for name, each in cast("dict[str, Any]", value).items():
                yield from self.faults(each, f"{path}.{name[:64]}", level + 1)

    def _problems(self, text: str) -> Iterator[str]:
        try:
            problems = map(self._problem, paths(text))
            yield from (problem for problem in problems if problem)
        except Unresolved as unreadable:
            yield str(unreadable)

    def _problem(self, path: str) -> str | None:
        root, field = [*path.split("."), ""][:2]
        if root == "inputs":
            missing = field and self.inputs is not None and field not in self.inputs
            return unknown_name(field[:64], self.inputs or (), "input") if missing else None
        if root == "vars":
            exists = f"vars.{field}" in self.names
            return None if exists else "There is vars.iteration in a loop, vars.attempt in a retry."
        if root not in self.names:
            tasks = sorted(name for name in self.names if "." not in name)
            return unknown_name(root[:64], tasks, "task before this named")
        return unknown_name(field[:64], BOUND, "field") if field and field not in BOUND else None
