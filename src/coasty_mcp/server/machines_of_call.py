"""Which machines a call acts on that does not name one, as functions for the decorator.

They ask the API, and only while the person holds a machine: see `PublishedTool`.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, cast

from ..api.client import Coasty
from .consequences import Arguments

MachinesOf = Callable[[Coasty, Arguments], Awaitable[set[str]]]
"""Takes the validated arguments; what it returns may hold other words besides ids."""


async def of_schedule(api: Coasty, arguments: Arguments) -> set[str]:
    """Return the machine of the schedule."""
    return {(await api.schedules.get(arguments["schedule_id"])).machine_id}


async def of_changed_schedule(api: Coasty, arguments: Arguments) -> set[str]:
    """Return the machine of the schedule, unless the change is that it runs no more."""
    return set() if arguments.get("enabled") is False else await of_schedule(api, arguments)


async def of_run(api: Coasty, arguments: Arguments) -> set[str]:
    """Return the machine of the run."""
    return _texts((await api.runs.get(arguments["run_id"])).machine_id)


async def of_workflow(api: Coasty, arguments: Arguments) -> set[str]:
    """Return the words in a definition and its inputs, among them the machines of its tasks."""
    given = (arguments.get("definition"), arguments.get("inputs"))
    return _texts(given) | await _of_saved(api, arguments.get("workflow_id"))


async def of_workflow_run(api: Coasty, arguments: Arguments) -> set[str]:
    """Return the machine of a run, and the words in its inputs and its saved definition."""
    run = await api.workflows.get_run(arguments["run_id"])
    return _texts((run.machine_id, run.inputs)) | await _of_saved(api, run.workflow_id)


async def _of_saved(api: Coasty, workflow_id: str | None) -> set[str]:
    return _texts((await api.workflows.get(workflow_id)).definition) if workflow_id else set()


def _texts(value: object) -> set[str]:
    """Return all texts in a value, at any depth."""
    match value:
        case str():
            return {value}
        case dict():
            return _texts(list(cast("dict[str, Any]", value).values()))
        case list() | tuple():
            return {text for each in cast("Iterable[Any]", value) for text in _texts(each)}
        case _:
            return set()
