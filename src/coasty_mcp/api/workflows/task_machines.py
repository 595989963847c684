"""Whether the tasks of a definition name the machines that they act on."""

from typing import Any, cast


def may_need_machine(definition: dict[str, Any] | None) -> bool:
    """Return whether a task may name no machine itself; in what is not at hand, one may."""
    return definition is None or _names_no_machine(definition)


def _names_no_machine(part: object) -> bool:
    match part:
        case {"type": "task"}:
            return not cast("dict[str, Any]", part).get("machine_id")
        case dict():
            return any(map(_names_no_machine, cast("dict[str, Any]", part).values()))
        case list():
            return any(map(_names_no_machine, cast("list[Any]", part)))
        case _:
            return False
