"""Flat JSON schemas that every host understands, and their rules as sentences."""

import json
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from typing import Any

from pydantic import BaseModel, ValidationError

Schema = dict[str, Any]

LOCAL = "x-local"
"""The key that marks an argument as needing a disk that server and host share."""
HIDDEN = "x-hidden"
"""The key of an argument that hosts do not see: it exists for a refusal that helps."""
WORDS = "x-words"
"""The key of a pattern in words, for the sentence that refuses a value."""
EXAMPLE = "x-example"
"""The key of a value that keeps the rule, where it cannot be told from the rest of the schema."""
TEXTS = "x-texts"
"""The key that marks an object whose values are all text."""

LONGEST_NAME = 80
"""Characters of a name that is compared with others, or shown."""

NOISE = {"title", "format", "additionalProperties", "required", "$defs", "const"}

KINDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
}
BOUNDS = {
    "minimum": " from {}",
    "maximum": " up to {}",
    "minLength": " of at least {}",
    "maxLength": " up to {} characters",
    "minItems": " of at least {}",
    "maxItems": " up to {} items",
}


@cache
def flat_schema(model: type[BaseModel]) -> Schema:
    """Return the model's JSON schema without references or unions."""
    return flattened(model.model_json_schema())


def flattened(schema: Schema) -> Schema:
    """Return the schema with `$defs` inlined; what may be null may be left out instead."""
    flat = _flat(schema, schema.get("$defs", {}))
    return {"properties": {}, **flat, "required": schema.get("required", [])}


def _flat(schema: Schema, definitions: Schema) -> Schema:
    if "anyOf" in schema:
        [option] = [option for option in schema["anyOf"] if option != {"type": "null"}]
        return _flat(option | without_keys(schema, "anyOf"), definitions)
    if "$ref" in schema:
        definition = definitions[schema["$ref"].rpartition("/")[2]]
        return _flat(definition | without_keys(schema, "$ref"), definitions)
    flat = without_keys(schema, *NOISE, *(["default"] if schema.get("default") is None else []))
    if schema.get("additionalProperties") == {"type": "string"}:
        flat[TEXTS] = True
    if "items" in flat:
        flat["items"] = _flat(flat["items"], definitions)
    if "properties" in flat:
        children = flat["properties"].items()
        flat["properties"] = {name: _flat(child, definitions) for name, child in children}
    return flat


def without_keys(schema: Schema, *keys: str) -> Schema:
    """Return a copy of the schema that lacks these keys."""
    return {key: value for key, value in schema.items() if key not in keys}


def describe_rule(schema: Schema) -> str:
    """Return what a value must be: `a whole number from 1 up to 200`."""
    if WORDS in schema:
        return schema[WORDS]
    if "enum" in schema:
        return "one of " + ", ".join(schema["enum"])
    bounds = [text.format(schema[word]) for word, text in BOUNDS.items() if word in schema]
    return "".join([KINDS[schema["type"]], *bounds])


def number_rule(name: str, schema: Schema, largest: int) -> str:
    """Return the sentence that refuses a number beyond `largest`, or one inside of a value."""
    bounds = {"minimum": -largest, "maximum": largest}
    match schema["type"]:
        case "integer" | "number":
            what = f"{name} must be {describe_rule(bounds | schema)}"
        case "array" | "object":
            what = f"Each number in {name} must be {describe_rule({'type': 'number', **bounds})}"
        case _:
            what = f"{name} must be {describe_rule(schema)}"
    return f"{what}.{_example_words(name, schema)}"


def explain_errors(error: ValidationError, model: type[BaseModel]) -> str:
    """Return what is wrong with the values, one sentence for each, in the schema's words."""
    schema = flat_schema(model)
    sentences = {
        _complaint(problem["loc"], problem["type"], problem["msg"], schema)
        for problem in error.errors(include_url=False, include_input=False)
    }
    return " ".join(sorted(sentences))


def _complaint(where: tuple[int | str, ...], problem: str, message: str, schema: Schema) -> str:
    if not where:
        return f"{message.removeprefix('Value error, ')}."
    name, known = str(where[0]), schema["properties"]
    if name not in known:
        return unknown_name(name, known)
    if problem == "missing" and len(where) == 1:
        help_text = known[name].get("description", "")
        return f"{name} is missing: {help_text}" if help_text else f"{name} is missing."
    described, example = known[name], _example_words(name, known[name])
    if problem == "value_error":  # a rule of our own, which no schema has
        return f"{name}: {message.removeprefix('Value error, ')}.{example}"
    if len(where) > 1 and "items" in described:
        return f"Each of {name} must be {describe_rule(described['items'])}.{example}"
    if len(where) > 1 and TEXTS in described:
        return f"Each value in {name} must be text.{example}"
    return f"{name} must be {describe_rule(described)}.{example}"


def _example_words(name: str, schema: Schema) -> str:
    """Return ` For example, limit=50.` where the rule alone does not show a value."""
    example = example_of(schema)
    shown = "" if example is None else json.dumps(example, ensure_ascii=False)
    return f" For example, {name}={shown}." if shown and "enum" not in schema else ""


def example_of(schema: Schema) -> Any:
    """Return a value that keeps the rules of a schema, or None where none can be told."""
    if EXAMPLE in schema:
        return schema[EXAMPLE]
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("default") is not None and schema["type"] != "boolean":
        return schema["default"]
    least, most = schema.get("minimum", 1), schema.get("maximum", 60)
    match schema["type"]:
        case "integer" | "number":
            return min(max(least, 1), most)
        case "array":
            member = example_of(schema.get("items", {"type": "string"}))
            return [member] * max(1, schema.get("minItems", 1))
        case "object":
            return {"name": "text"}
        case "string" if "pattern" not in schema:
            return "text"
        case "boolean":
            return True
        case _:
            return None


def unknown_name(name: str, known: Iterable[str], what: str = "argument") -> str:
    """Return `There is no argument limt. Did you mean limit?`"""
    name, names = name[:LONGEST_NAME], list(known)
    close = get_close_matches(name, names, n=3)
    close = close or [each for each in names if name in each.split("_")][:3]
    hint = (
        f"Did you mean {' or '.join(close)}?"
        if close
        else f"There are: {', '.join(names) or 'none'}."
    )
    return f"There is no {what} {name}. {hint}"
