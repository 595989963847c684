"""Commands and parameters as models write them, made the API's own by the table of commands."""

import json
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, cast

from ..errors import InvalidRequest
from ..key_names import chord, usual_key
from ..untrusted import named
from .table import COMMANDS, Command, Parameters, described_commands

ALIASES: Mapping[str, tuple[str, Parameters]] = {
    alias: (name, implied)
    for name, command in COMMANDS.items()
    for alias, implied in command.aliases.items()
}
NAMES = ("command", "action_type", "action")
PARAMETERS = ("parameters", "params")
"""The keys of an action's name and of its parameters: of the API, of predictions, of models."""
SUGGESTED = (*COMMANDS, "type_text")
"""The names that a wrong one is compared with."""
SCROLL_AMOUNT = 3
LIKE = 0.75
"""How much a parameter must resemble a known one to be refused as a misspelling of it."""
KEYS: Mapping[str, Mapping[str, Callable[[str], Any]]] = {
    "key_press": {"key": usual_key, "keys": usual_key},
    "key_combo": {"keys": chord},
    "click_with_modifiers": {"modifiers": usual_key},
}
"""The parameters that name keys, and how a text in them is read."""


def known_command(written: str) -> tuple[str, Parameters]:
    """Return the name in the table for a name as written, and the parameters that it implies.

    Raises:
        InvalidRequest: there is no such command, or it is raw code.
    """
    if written in COMMANDS:
        return written, {}
    if written in ALIASES:
        return ALIASES[written]
    if written == "raw":
        raise InvalidRequest("raw is code, and is never executed: call coasty_predict again.")
    close = get_close_matches(written, SUGGESTED, n=3, cutoff=0.5)
    there = ", ".join(described_commands())
    hint = f"Did you mean {' or '.join(close)}?" if close else f"There are: {there}."
    raise InvalidRequest(f"There is no command {named(written)}. {hint}")


def usual_parameters(
    name: str, parameters: Parameters, commands: Mapping[str, Command] = COMMANDS
) -> dict[str, Any]:
    """Return a command's parameters under the names that the table has."""
    command, given = commands[name], dict[str, Any]()
    for written, value in parameters.items():
        usual = command.renamed.get(written, written)
        given[written if usual in parameters else usual] = value
    for written, axes in command.points.items():
        match given.get(written):
            case [x, y] if written not in command.names:
                del given[written]
                given = {**dict(zip(axes, (x, y), strict=True)), **given}
            case _:
                pass
    if name == "scroll" and given.get("direction") and not _has(given, "amount", "clicks"):
        given["amount"] = SCROLL_AMOUNT
    return given


def usual_keys(name: str, parameters: Parameters) -> dict[str, Any]:
    """Return a command's parameters with its keys under the names that the API knows."""
    given = dict(parameters)
    for written, usual in KEYS.get(name, {}).items():
        match given.get(written):
            case str(value):
                given[written] = usual(value)
            case list():
                keys = cast("list[Any]", given[written])
                given[written] = [usual_key(key) if isinstance(key, str) else key for key in keys]
            case _:
                pass
    return given


def refuse_wrong_parameters(name: str, parameters: Parameters) -> None:
    """Refuse what is missing or misspelt, in a sentence with all that the command takes.

    Raises:
        InvalidRequest: the parameters cannot be meant.
    """
    command = COMMANDS[name]
    if missing := _missing(command, parameters):
        raise _wrong(name, command, missing)
    unknown, names = _unknown(command, parameters), command.names
    if wrong := [each for each in unknown if get_close_matches(each, names, n=1, cutoff=LIKE)]:
        raise _wrong(name, command, f"there is no {' and no '.join(map(named, wrong))}")


def refuse_unusable_parameters(
    name: str, parameters: Parameters, commands: Mapping[str, Command]
) -> None:
    """Refuse what is missing, and all that the command does not take: nobody else could know it.

    Raises:
        InvalidRequest: the parameters cannot be meant, or one would be overlooked.
    """
    command = commands[name]
    if missing := _missing(command, parameters):
        raise _wrong(name, command, missing)
    if unknown := _unknown(command, parameters):
        raise _wrong(name, command, f"there is no {' and no '.join(map(named, unknown))}")


def usage(command: Command) -> str:
    """Return what a command takes: `x, y, button (optional), clicks (optional)`."""
    written = [
        ", ".join(name.replace("?", " (optional)") for name in each)
        for each in command.alternatives
    ]
    return "; or ".join(filter(None, written)) or "no parameters"


def _missing(command: Command, parameters: Parameters) -> str:
    """Return `x and y are missing`, of the alternative that lacks least, or ""."""
    lacking = [
        [each for each in names if not each.endswith("?") and not _has(parameters, each)]
        for names in command.alternatives
    ]
    nearest = min(lacking, key=len)
    verb = "is" if len(nearest) == 1 else "are"
    return f"{' and '.join(nearest)} {verb} missing" if nearest else ""


def _unknown(command: Command, parameters: Parameters) -> list[str]:
    """Return the parameters that are in no spelling; such a name may be new to us."""
    known = {*command.names, *command.renamed, *command.points}
    return [each for each in parameters if each not in known]


def _wrong(name: str, command: Command, problem: str) -> InvalidRequest:
    example = json.dumps(command.example, ensure_ascii=False)
    return InvalidRequest(
        f"{name} takes {usage(command)}: {problem}. For example, parameters={example}."
    )


def _has(parameters: Parameters, *names: str) -> bool:
    return any(parameters.get(name) is not None for name in names)
