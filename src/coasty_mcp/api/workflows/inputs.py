"""Checks a run's inputs against the schema of its workflow: required ones, and types."""

from collections.abc import Iterator
from typing import Any, cast

from .fault import Fault

KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}


def input_faults(inputs: dict[str, Any], schema: dict[str, Any] | None) -> list[Fault]:
    """Return the faults of the inputs; of a schema `required`, `type` and `default` count."""
    return list(_found(with_defaults(inputs, schema), json_schema(schema or {})))


def json_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema as JSON Schema; `{name: {type, required?, default?}}` is another form."""
    rules = cast("dict[str, dict[str, Any]]", schema)
    is_flat = schema and all(isinstance(rule, dict) and "type" in rule for rule in schema.values())
    if not is_flat:
        return schema
    required = [name for name, rule in rules.items() if rule.get("required") is True]
    return {"type": "object", "properties": schema, "required": required}


def properties(schema: object) -> dict[str, Any] | None:
    """Return the inputs that a schema names; None when it names none, and any may be given."""
    if not isinstance(schema, dict):
        return None
    named = json_schema(cast("dict[str, Any]", schema)).get("properties")
    return cast("dict[str, Any]", named) if isinstance(named, dict) else None


def with_defaults(inputs: dict[str, Any], schema: dict[str, Any] | None) -> dict[str, Any]:
    """Return the inputs, and the `default` of each that is left out."""
    rules = (properties(schema) or {}).items()
    return {name: rule["default"] for name, rule in rules if _has_default(rule)} | inputs


def default_faults(schema: object) -> Iterator[Fault]:
    """Yield a fault for each default that is not of the type of its input."""
    for name, rule in (properties(schema) or {}).items():
        if _has_default(rule) and not _is_any(rule["default"], kinds := _kinds(rule)):
            yield Fault(f"inputs_schema.{name[:64]}.default", _rule_of(kinds))


def _has_default(rule: object) -> bool:
    return isinstance(rule, dict) and "default" in rule


def _found(inputs: dict[str, Any], schema: dict[str, Any]) -> Iterator[Fault]:
    for name in _texts(schema.get("required")):
        if name not in inputs:
            yield Fault(f"inputs.{name}", f"The input {name} is missing.")
    for name, rule in (properties(schema) or {}).items():
        if name in inputs and not _is_any(inputs[name], kinds := _kinds(rule)):
            yield Fault(f"inputs.{name}", _rule_of(kinds))


def _kinds(rule: object) -> list[str]:
    if not isinstance(rule, dict):
        return []
    named = cast("dict[str, Any]", rule).get("type")
    return [kind for kind in _texts([named] if isinstance(named, str) else named) if kind in KINDS]


def _rule_of(kinds: list[str]) -> str:
    return f"It must be of type {' or '.join(kinds)}."


def _is_any(value: object, kinds: list[str]) -> bool:
    """Whether a value is of one of the kinds, or no kind is asked for."""
    return not kinds or any(_is(value, kind) for kind in kinds)


def _is(value: object, kind: str) -> bool:
    if isinstance(value, bool):  # which is an int in Python, but no number in JSON
        return kind == "boolean"
    return isinstance(value, KINDS[kind])


def _texts(value: object) -> list[str]:
    members = cast("list[object]", value) if isinstance(value, list) else []
    return [each for each in members if isinstance(each, str)]
