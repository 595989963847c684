"""JSON schemas of tools, in the few words that every host understands."""

from types import NoneType, UnionType
from typing import Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ..api.rules import LOCAL, WORDS, Schema, without_keys

UNPUBLISHED = {"default", "pattern", "minLength", "maxLength", "minItems", "maxItems"}
"""Held all the same, and said in words where they are broken: each costs every user tokens."""

JSON_TYPES: dict[object, str] = {
    str: "string",
    Literal: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    list: "array",
}


def input_schema(schema: Schema, *, local: bool = True) -> Schema:
    """The rules of a tool, as hosts see them; only `local` ones share the disk with the server."""
    arguments = {
        name: _published(argument)
        for name, argument in schema["properties"].items()
        if local or LOCAL not in argument
    }
    return {"type": "object", "properties": arguments, "required": schema["required"]}


def _published(argument: Schema) -> Schema:
    """As hosts see it. A minimum of 0 or 1 goes without saying."""
    trifling = ["minimum"] if argument.get("minimum") in {0, 1} else []
    return without_keys(argument, *UNPUBLISHED, LOCAL, WORDS, *trifling)


def local_arguments(schema: Schema) -> frozenset[str]:
    """Of the rules of a tool: those that name files on this computer."""
    arguments = schema["properties"].items()
    return frozenset(name for name, argument in arguments if LOCAL in argument)


def output_schema(model: type[BaseModel]) -> Schema:
    """What a tool always answers, one level deep, and so without building the model.

    Requires nothing and forbids nothing, because clients hold errors against it too.
    """
    fields = model.model_fields.items()
    answers = {name: {"type": _json_type(field)} for name, field in fields if field.is_required()}
    return {"type": "object", "properties": answers}


def _json_type(field: FieldInfo) -> str:
    kind = field.annotation
    if get_origin(kind) is UnionType:
        [kind] = [each for each in get_args(kind) if each is not NoneType]
    return JSON_TYPES.get(get_origin(kind) or kind, "object")
