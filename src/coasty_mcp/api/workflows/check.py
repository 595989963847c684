"""Finds what is wrong with a definition, and where."""

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any, cast

from pydantic import ValidationError

from ..rules import unknown_name
from .condition_check import condition_faults
from .fault import Fault
from .inputs import default_faults, properties
from .references import Known
from .steps import MAX_LEVELS, MAX_STEPS, NOT_IN_PARALLEL, TYPES, blocks, fields

MAX_FAULTS = 50  # enough to repair a definition by, and an end to endless junk
FIELDS = ("steps", "output")
NESTING = {"then", "else", "body", "branches", "condition", "while"}  # are looked into elsewhere
UNTYPED = f"A step needs a type: {', '.join(TYPES)}."
REWORDED = (
    (r"^(Input|String|List|Dictionary) should", "It must"),
    ("a valid dictionary", "an object"),
    (" after validation", ""),
    ("^Value error, ", ""),
)

Names = frozenset[str]
NOTHING: Names = frozenset()
Walk = Generator[Fault, None, Names]
"""Yields faults, and returns the names that are bound on the way."""


def faults(definition: object, inputs_schema: object = None) -> list[Fault]:
    """Return the first 50 faults of any JSON value as a definition; none if it can be run."""
    inputs = properties(inputs_schema)
    known = Known(None if inputs is None else tuple(inputs))
    found = chain(_Check().definition(definition, known), default_faults(inputs_schema))
    return list(islice(found, MAX_FAULTS))


@dataclass(frozen=True)
class _Place:
    path: str
    known: Known
    level: int = 1
    in_parallel: bool = False

    def inside(self, path: str, known: Known, *, parallel: bool = False) -> "_Place":
        return _Place(path, known, self.level + 1, self.in_parallel or parallel)


class _Check:
    def __init__(self) -> None:
        self.ids: dict[str, str] = {}
        """The path at which each id has been seen first."""
        self.steps = 0

    def definition(self, given: object, known: Known) -> Iterator[Fault]:
        if not isinstance(given, dict):
            yield Fault("", "A definition is an object with a list of steps.")
            return
        definition = cast("dict[str, Any]", given)
        for name in definition:
            if name not in FIELDS:
                yield Fault(name[:64], unknown_name(name[:64], FIELDS, "field"))
        steps = definition.get("steps")
        if not isinstance(steps, list) or not steps:
            yield Fault("steps", "A definition needs a list of at least one step.")
            return
        bound = yield from self._block(cast("list[Any]", steps), _Place("steps", known))
        if not isinstance(definition.get("output", {}), dict):
            yield Fault("output", "It must be an object.")
        yield from (known + bound).faults(definition.get("output"), "output")

    def _block(self, steps: list[Any], place: _Place) -> Walk:
        bound = NOTHING
        if place.level > MAX_LEVELS:
            yield Fault(place.path, f"Steps nest at most {MAX_LEVELS} levels deep.")
            return bound
        for index, step in enumerate(steps):
            self.steps += 1
            if self.steps > MAX_STEPS:
                if self.steps == MAX_STEPS + 1:
                    yield Fault("steps", f"A workflow has at most {MAX_STEPS} steps in all.")
                break
            here = replace(place, path=f"{place.path}[{index}]", known=place.known + bound)
            bound |= yield from self._step(step, here)
        return bound

    def _step(self, given: object, place: _Place) -> Walk:
        if not isinstance(given, dict):
            yield Fault(place.path, "A step is an object with an id and a type.")
            return NOTHING
        step = cast("dict[str, Any]", given)
        yield from self._repeated_id(step, place.path)
        kind = step.get("type")
        if not isinstance(kind, str) or kind not in TYPES:
            wrong = (
                unknown_name(kind[:64], TYPES, "step type") if isinstance(kind, str) else UNTYPED
            )
            yield Fault(f"{place.path}.type", wrong)
            return _named(step)
        if kind in NOT_IN_PARALLEL and place.in_parallel:
            yield Fault(f"{place.path}.type", f"There can be no {kind} in a parallel.")
        yield from _shape(kind, step, place.path)
        for name, value in step.items():
            if name not in NESTING:
                yield from place.known.faults(value, f"{place.path}.{name[:64]}")
        bound = yield from self._inside(kind, step, place)
        return bound | _named(step) if kind == "task" else bound

    def _inside(self, kind: str, step: dict[str, Any], place: _Place) -> Walk:
        """Check the step's blocks, none of which sees what the others bind, and its condition."""
        bound = NOTHING
        local = frozenset(filter(None, [TYPES[kind].local]))
        known = place.known + local
        for name, block in blocks(step):
            path = f"{place.path}.{name}"
            bound |= yield from self._block(
                block, place.inside(path, known, parallel=kind == "parallel")
            )
        for name in ("condition", "while"):
            if name in fields(kind) and isinstance(step.get(name), dict):
                later = bound if name == "while" else NOTHING
                path = f"{place.path}.{name}"
                yield from condition_faults(step[name], path, known, later)
        return bound

    def _repeated_id(self, step: dict[str, Any], path: str) -> Iterator[Fault]:
        name = step.get("id")
        if isinstance(name, str) and self.ids.setdefault(name, path) != path:
            yield Fault(f"{path}.id", f"{self.ids[name]} has the id {name[:64]} already.")


def _named(step: dict[str, Any]) -> Names:
    return frozenset(
        name for name in (step.get("id"), step.get("save_as")) if isinstance(name, str)
    )


def _shape(kind: str, step: dict[str, Any], path: str) -> Iterator[Fault]:
    """Yield the fields that are missing, unknown, of a wrong type or out of their limits."""
    try:
        TYPES[kind].model_validate(step)
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_input=False, include_context=False):
            place = "".join(_member(each) for each in problem["loc"])
            name = str(problem["loc"][0])[:64] if problem["loc"] else ""
            yield Fault(path + place, _sentence(kind, name, problem["type"], problem["msg"]))


def _member(name: int | str) -> str:
    return f"[{name}]" if isinstance(name, int) else f".{name[:64]}"


def _sentence(kind: str, name: str, problem: str, message: str) -> str:
    if problem == "missing":
        return f"A step of type {kind} needs {name}."
    if problem == "extra_forbidden":
        return unknown_name(name, fields(kind), "field")
    for pattern, words in REWORDED:
        message = re.sub(pattern, words, message)
    return f"{message}."
