"""Which machines a call acts on that does not name one. Imported while the person holds one."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, cast

from ..api.client import Coasty
from .consequences import Arguments
from .tool import MachinesOf


async def held_machines(
    held: set[str], of: MachinesOf, api: Coasty, arguments: Arguments
) -> set[str]:
    """Return those of the held machines on which a call with these validated arguments would act.

    Raises:
        CoastyError: the API does not tell, so the call must not be made.
    """
    return held & await FINDERS[of](api, arguments)


async def _of_schedule(api: Coasty, arguments: Arguments) -> set[str]:
    return {(await api.schedules.get(arguments["schedule_id"])).machine_id}


async def _of_changed_schedule(api: Coasty, arguments: Arguments) -> set[str]:
    """Return nothing where the change is that it runs no more."""
    return set() if arguments.get("enabled") is False else await _of_schedule(api, arguments)


async def _of_run(api: Coasty, arguments: Arguments) -> set[str]:
    return _texts((await api.runs.get(arguments["run_id"])).machine_id)


async def _of_workflow(api: Coasty, arguments: Arguments) -> set[str]:
    """Return all words of a definition and its inputs, among them the machines of its tasks."""
    given = (arguments.get("definition"), arguments.get("inputs"))
    return _texts(given) | await _of_saved(api, arguments.get("workflow_id"))


async def _of_workflow_run(api: Coasty, arguments: Arguments) -> set[str]:
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


FINDERS: Mapping[MachinesOf, Callable[[Coasty, Arguments], Awaitable[set[str]]]] = {
    "schedule": _of_schedule,
    "changed schedule": _of_changed_schedule,
    "run": _of_run,
    "workflow": _of_workflow,
    "workflow run": _of_workflow_run,
}
