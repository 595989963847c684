"""A definition of a workflow, refused with what is wrong in it."""

import re
from typing import Any

from ...api.errors import InvalidRequest
from ...api.workflows import Fault, faults

TOLD = 3  # faults in the message; the details have them all
STEP = re.compile(r"[^.\[\]]+")


def check(definition: dict[str, Any], inputs_schema: dict[str, Any] | None, field: str) -> None:
    refuse(faults(definition, inputs_schema), field)


def refuse(found: list[Fault], *field: str) -> None:
    """Say all that is wrong with a field of the body, if there is something."""
    if not found:
        return
    told = " ".join(f"{fault.path}: {fault.message}" for fault in found[:TOLD])
    more = f" There are {len(found) - TOLD} more." if len(found) > TOLD else ""
    details = [
        {"loc": ["body", *field, *_members(fault.path)], "msg": fault.message, "type": "workflow"}
        for fault in found
    ]
    raise InvalidRequest(told + more, details=details)


def _members(path: str) -> list[str | int]:
    """Return the members of a path: `steps[1].id` as `steps`, 1, `id`."""
    return [int(part) if part.isdecimal() else part for part in STEP.findall(path)]
