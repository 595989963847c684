"""Takes arguments as models and hosts really send them, and refuses what is a mistake."""

import json
import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, cast

from mcp.server.mcpserver.utilities.func_metadata import FuncMetadata

from ..api.errors import InvalidRequest
from ..api.rules import LONGEST_NAME, TEXTS, Schema, number_rule, unknown_name
from ..api.untrusted import quoted, valid
from .json_values import LARGEST_NUMBER, has_usual_numbers, holds_too_many

Arguments = dict[str, Any]

EMPTY_IS_A_VALUE = frozenset({"content", "old_text", "new_text", "description"})
"""Texts that may be set to nothing; for all other optional arguments "" means left out."""
OBJECTS_INSIDE = frozenset({"parameters", "params", "steps", "inputs", "actions"})
"""The keys, in objects without a schema of their own, whose value is an object or a list."""
MOST_ARGUMENTS = 100
"""Each that does not exist is compared with all that do."""
PARTS = {"action_policy": ("blocked_actions", "blocked_keys", "bounds")}
"""Objects of the API, and the arguments that tools have in their place."""
ADDED_BY_HOSTS = re.compile(r"_.*|[a-z]+(?:[A-Z][a-z]*)+|[a-z]+(?:_call|_request|_use)_id")
"""How the names look that hosts add by themselves: toolCallId, sessionId, _meta."""


class PlainMetadata(FuncMetadata):
    """The SDK's metadata of a function, which takes arguments as they are.

    The SDK would parse every text that looks like JSON, also where text is meant.
    """

    def pre_parse_json(self, data: Arguments) -> Arguments:
        """Return the arguments unchanged."""
        return data


def as_object(given: object) -> Arguments | None:
    """Return all arguments of a call as some hosts write them: as JSON text, or none as a list."""
    if given in ([], ""):
        return {}
    return _from_json(given, dict) if isinstance(given, str) else None


def normalised(
    given: Arguments, schema: Schema, *, careful: bool, elsewhere: Iterable[str] = ()
) -> tuple[Arguments, list[str]]:
    """Return the arguments as the schema means them, and a warning for each that was dropped.

    Args:
        given: the arguments as the host sent them.
        schema: the full flat schema of the tool.
        careful: whether to drop only names that hosts add, as for a tool that changes something:
            whoever writes `dry_run` must not be overlooked.
        elsewhere: arguments that the tool has over other transports, and are refused over this.

    Raises:
        InvalidRequest: an argument does not exist, and is no addition of a host.
    """
    if len(given) > MOST_ARGUMENTS:
        raise InvalidRequest(f"No tool has {len(given)} arguments.")
    known, required = schema["properties"], schema["required"]
    surplus = [name for name in given if name not in known]
    names = [*known, *elsewhere]
    mistakes = [name for name in surplus if not _is_addition(name, names, careful=careful)]
    if mistakes:
        raise InvalidRequest(" ".join(_refusal(name, known) for name in mistakes))
    kept = {
        name: _typed(value, known[name], name)
        for name, value in given.items()
        if name in known and (name in required or not _left_out(name, value))
    }
    if strange := [name for name, value in kept.items() if not has_usual_numbers(value)]:
        raise InvalidRequest(number_rule(strange[0], known[strange[0]], LARGEST_NUMBER))
    return kept, [f"There is no argument {_shown(name)}: it was left out." for name in surplus]


def _refusal(name: str, known: Schema) -> str:
    """Return why there is no such argument, and which there is, or where it belongs."""
    from ..api.commands import COMMANDS

    if "parameters" in known and any(name in each.names for each in COMMANDS.values()):
        return f'There is no argument {name}. Put it into parameters, as {{"{name}": ...}}.'
    if parts := [each for each in PARTS.get(name, ()) if each in known]:
        return f"There is no argument {name}. Give {', '.join(parts)} instead."
    return unknown_name(_shown(name), known)


def _left_out(name: str, value: object) -> bool:
    return value is None or (value == "" and name not in EMPTY_IS_A_VALUE)


def _is_addition(name: str, known: Iterable[str], *, careful: bool) -> bool:
    """Whether a host added the name; a misspelt argument is none."""
    name = name[:LONGEST_NAME]
    looks_added = bool(ADDED_BY_HOSTS.fullmatch(name))
    cutoff = 0.85 if looks_added else 0.6  # messageId is no machine_id, machineId is
    if get_close_matches(_snake_case(name), list(known), cutoff=cutoff):
        return False
    return looks_added or not careful


def _snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _shown(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_]\w{0,60}", name) else quoted(name, 60)


def _typed(value: Any, schema: Schema, name: str = "") -> Any:
    """Return the value in the type that the schema wants, at any depth."""
    match schema.get("type"), value:
        case "string", int() | float() if not isinstance(value, bool):
            return str(value) if has_usual_numbers(value) else value
        case "array" | "object" as kind, str():
            parsed = _from_json(value, list if kind == "array" else dict)
            return valid(value) if parsed is None else _typed(parsed, schema, name)
        case "array", list():
            items = schema.get("items", {})
            return [_typed(each, items) for each in cast("list[Any]", value)]
        case _, dict():
            children = schema.get("properties", {})
            other: Schema = {"type": "string"} if TEXTS in schema else {}
            return {
                valid(key): _typed(each, children.get(key, other), key)
                for key, each in cast("dict[str, Any]", value).items()
            }
        case _, list():
            return [_typed(each, {}) for each in cast("list[Any]", value)]
        case _, str():
            parsed = _from_json(value, list, dict) if name in OBJECTS_INSIDE else None
            known_as_text = schema.get("type") == "string"
            return valid(value) if parsed is None or known_as_text else _typed(parsed, {})
        case _:
            return value


def _from_json(text: str, *kinds: type) -> Any:
    """Return the list or object that the text holds, or None."""
    if not text.lstrip().startswith(("[", "{")):
        return None
    if holds_too_many(text.encode(errors="replace")):
        return None
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, kinds) else None


def require_one(**arguments: object) -> None:
    """Require that exactly one of the arguments is given.

    Raises:
        InvalidRequest: none or several are; it names them all, and those that were given.
    """
    given = [name for name, value in arguments.items() if value is not None]
    if len(given) != 1:
        found = f"you gave {' and '.join(given)}" if given else "you gave none"
        raise InvalidRequest(f"Give exactly one of {', '.join(arguments)}: {found}.")
