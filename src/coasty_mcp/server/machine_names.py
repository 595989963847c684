"""Machines named by their display name, as people call them, where the API wants an id."""

import re
from typing import Any

from mcp.server.mcpserver import Context

from ..api.client import Coasty
from ..api.errors import CoastyError, InvalidRequest
from ..api.untrusted import named
from ..api.wire.machines import Machine
from .context import AppContext, api_of
from .machine_control import THIS_COMPUTER

ID_OF_MACHINE = re.compile(r"mch_\w+|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
"""How ids of machines look: contract.md 1.5. Nothing else is looked up for one of these."""
COULD_BE_ID = re.compile(r"[A-Za-z0-9_\-]{1,64}")
MOST = 200
"""Machines that are looked through: as many as the API lists at once."""
GONE = "terminated"
LONGEST_NAME = 500
"""Characters."""
LISTED = 20
"""Machines that a refusal names at most."""


async def with_machine_id(
    arguments: dict[str, Any], context: Context[AppContext]
) -> dict[str, Any]:
    """Return the arguments with the id of the machine, where they have its name.

    Raises:
        InvalidRequest: no machine is called so, or several are: the sentence has their ids.
    """
    given = arguments.get("machine_id")
    if not isinstance(given, str) or given == THIS_COMPUTER or ID_OF_MACHINE.fullmatch(given):
        return arguments
    if len(given) > LONGEST_NAME:  # no machine is called so: the rule for ids refuses it
        return arguments
    return {**arguments, "machine_id": await machine_id_of(await api_of(context), given)}


async def machine_id_of(api: Coasty, given: str) -> str:
    """Return the id of the one machine that is called so, or what was given if it may be an id.

    Raises:
        InvalidRequest: no machine is called so, or several are: the sentence has their ids.
    """
    try:
        listed = await api.machines.list(MOST)
    except CoastyError as error:
        return _as_id(given, f"Names cannot be looked up: {error.facts['message']}")
    found = _called(given, listed.data)
    if len(found) == 1 and (found[0].id == given or not listed.has_more):
        return found[0].id
    if found and not listed.has_more:
        raise InvalidRequest(
            f"{len(found)} machines are called {named(given)}: pass the id of the one that is "
            f"meant. {_choices(found)}"
        )
    if listed.has_more:
        return _as_id(given, f"With more than {MOST} machines only ids can be passed.")
    raise InvalidRequest(f"No machine is called {named(given)}. {_choices(listed.data)}")


def _as_id(given: str, otherwise: str) -> str:
    if COULD_BE_ID.fullmatch(given):
        return given
    raise InvalidRequest(otherwise)


def _called(given: str, machines: list[Machine]) -> list[Machine]:
    """Return the machine with that id, or else those with that name, small and large alike."""
    wanted = given.strip()
    there = [each for each in machines if each.status != GONE]
    return (
        [each for each in machines if each.id == wanted]
        or [each for each in there if each.display_name == given]
        or [each for each in there if each.display_name.strip().casefold() == wanted.casefold()]
    )


def _choices(machines: list[Machine]) -> str:
    if not machines:
        return "There are no machines: coasty_provision_machine starts one."
    shown = [f"{each.id} ({named(each.display_name)}, {each.status})" for each in machines[:LISTED]]
    more = " and more" if len(machines) > LISTED else ""
    return f"There are: {', '.join(shown)}{more}."
