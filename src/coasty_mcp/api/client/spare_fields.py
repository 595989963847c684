"""Reads replies with nulls in spare fields, or with fractions where whole numbers are meant."""

import json
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

M = TypeVar("M", bound=BaseModel)


def without_nulls(model: type[M], text: str, error: ValidationError) -> M | None:
    """Return the JSON as the model, or None where more is wrong with it.

    Null in a field with a default counts as left out; a fraction becomes the nearest whole number.

    Args:
        model: what the text did not fit.
        text: the JSON.
        error: why it did not.
    """
    try:
        return model.model_validate(_mended(text, error))
    except (ValidationError, LookupError, TypeError):
        return None


def _mended(text: str, error: ValidationError) -> Any:
    value: Any = None
    for problem in error.errors():
        *parents, name = problem["loc"] or ("",)
        number = problem["input"] if problem["type"] == "int_from_float" else None
        if not isinstance(name, str) or problem["input"] is not number:
            raise LookupError(name)
        parent = value = json.loads(text) if value is None else value
        for key in parents:
            parent = parent[key]
        if number is None:
            del parent[name]
        else:
            parent[name] = round(number)
    return value
