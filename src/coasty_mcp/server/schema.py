"""JSON schemas of tools, in the few words that every host understands."""

from types import NoneType, UnionType
from typing import Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ..api.rules import EXAMPLE, HIDDEN, LOCAL, TEXTS, WORDS, Schema, without_keys

UNPUBLISHED = {"pattern", "minLength", "maxLength", "minItems", "maxItems"}
"""Rules that are checked, but not published: each would cost every user tokens."""

JSON_TYPES: dict[object, str] = {
    str: "string",
    Literal: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    list: "array",
}


def input_schema(schema: Schema, *, local: bool = True) -> Schema:
    """Return the schema that hosts see; arguments that name files only if they are `local`."""
    arguments = {
        name: _published(argument)
        for name, argument in schema["properties"].items()
        if (local or LOCAL not in argument) and HIDDEN not in argument
    }
    return {"type": "object", "properties": arguments, "required": schema["required"]}


def _published(argument: Schema) -> Schema:
    """Return an argument as hosts see it: a minimum of 0 or 1, yes or no go without saying."""
    trifling = ["minimum"] if argument.get("minimum") in {0, 1} else []
    trifling += ["default"] if argument["type"] == "boolean" else []
    return without_keys(argument, *UNPUBLISHED, LOCAL, WORDS, EXAMPLE, TEXTS, *trifling)


def without_local_arguments(schema: Schema) -> Schema:
    """Return a full schema without the arguments that name files on this computer."""
    arguments = schema["properties"].items()
    return {**schema, "properties": {name: each for name, each in arguments if LOCAL not in each}}


def local_arguments(schema: Schema) -> frozenset[str]:
    """Return the arguments of a full schema that name files on this computer."""
    arguments = schema["properties"].items()
    return frozenset(name for name, argument in arguments if LOCAL in argument)


def output_schema(model: type[BaseModel]) -> Schema:
    """Return the properties that a tool always answers, one level deep, without building the model.

    A field that may be null is left out of results where it is, so that it is left out here.

    It requires and forbids nothing, because clients hold errors against it too.
    """
    fields = model.model_fields.items()
    answers = {name: _answer(name, field) for name, field in fields if _is_told(field)}
    return {"type": "object", "properties": answers}


def _is_told(field: FieldInfo) -> bool:
    return field.is_required() or NoneType not in get_args(field.annotation)


def _answer(name: str, field: FieldInfo) -> Schema:
    words = name.replace("_", " ")
    described = (field.description or f"The {words}.").split("\n")[0]
    return {**_typed(field.annotation), "description": described}


def _typed(kind: object) -> Schema:
    if get_origin(kind) is UnionType:
        [kind] = [each for each in get_args(kind) if each is not NoneType]
    json_type = JSON_TYPES.get(get_origin(kind) or kind, "object")
    if json_type != "array":
        return {"type": json_type}
    [member] = get_args(kind) or (dict,)
    return {"type": "array", "items": _typed(member)}
