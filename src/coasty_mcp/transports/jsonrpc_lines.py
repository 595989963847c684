"""Lines of JSON-RPC: what any line on stdin stands for, and how a message is written as a line."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from mcp.types import (
    INVALID_PARAMS,
    INVALID_REQUEST,
    JSONRPCMessage,
    JSONRPCNotification,
    jsonrpc_message_adapter,
)
from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

HALF_CHARACTER = re.compile("[\ud800-\udfff]")
ESCAPES = re.compile(
    r"\\[^u]"
    r"|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
TOKENS = re.compile(r'(?P<text>"(?:[^"\\]|\\.)*+(?:"|$))(?P<key>\s*+:)?|[\[{\]}]|-?[0-9]++')


@dataclass(frozen=True)
class Refusal:
    """A request that cannot be served: the id it came with, and why."""

    request_id: object
    why: str
    code: int = INVALID_REQUEST

    def line(self) -> str:
        """Return the JSON-RPC error that answers the request."""
        answer = {"jsonrpc": "2.0", "error": {"code": self.code, "message": self.why}}
        try:
            return json.dumps({**answer, "id": self.request_id}, allow_nan=False)
        except ValueError:  # NaN and Infinity, which JSON does not have
            return json.dumps({**answer, "id": None})


def read_line(line: str) -> list[JSONRPCMessage | Refusal]:
    """Return the message on a line, or a refusal for each id of what is no message.

    Halves of characters become U+FFFD; an empty list of parameters counts as none.
    """
    text = line.strip(" \t\r\n\ufeff")
    try:
        message = jsonrpc_message_adapter.validate_json(text, by_name=False)
    except ValidationError:
        return _read_unusual(text)
    if isinstance(message, JSONRPCNotification) and '"id"' in text:  # perhaps one that is no id
        return _read_unusual(text)
    return [message]


def write_line(message: JSONRPCMessage) -> str:
    """Return the message as JSON without an end of line; halves of characters become U+FFFD."""
    try:
        return message.model_dump_json(by_alias=True, exclude_unset=True)
    except PydanticSerializationError:
        data = message.model_dump(by_alias=True, exclude_unset=True)
        return HALF_CHARACTER.sub("\ufffd", json.dumps(data, ensure_ascii=False, default=str))


def _read_unusual(text: str) -> list[JSONRPCMessage | Refusal]:
    whole = ESCAPES.sub(lambda found: r"\ufffd" if found["half"] else found[0], text)
    try:
        data: object = json.loads(whole)
    except (ValueError, RecursionError):
        why = "This is no JSON, or it is nested too deeply."
        return [Refusal(each, why) for each in _outermost_ids(whole)]
    if isinstance(data, list):
        why = "Batches are not taken: send each message on a line of its own."
        return [Refusal(each, why) for each in _outermost_ids(whole)]
    return _message(cast("dict[str, Any]", data)) if isinstance(data, dict) else []


def _message(data: dict[str, Any]) -> list[JSONRPCMessage | Refusal]:
    if data.get("params") == []:
        del data["params"]
    request_id: object = data.get("id")
    if "id" in data and not (type(request_id) is int or isinstance(request_id, str)):
        return [Refusal(request_id, "The id of a request must be text or a whole number.")]
    try:
        return [jsonrpc_message_adapter.validate_python(data, by_name=False)]
    except (ValidationError, RecursionError):
        pass
    if "id" not in data or "result" in data or "error" in data:
        return []
    if data.get("jsonrpc") != "2.0":
        return [Refusal(request_id, '"jsonrpc" must be "2.0".')]
    if not isinstance(data.get("method"), str):
        return [Refusal(request_id, '"method" must be text.')]
    return [Refusal(request_id, '"params" must be an object.', INVALID_PARAMS)]


def _id(written: str) -> object:
    """Return an id as it was sent; None for one that cannot be read, such as 5,000 digits."""
    try:
        return json.loads(written)
    except ValueError:
        return None


def _outermost_ids(text: str) -> Iterator[object]:
    """Yield the ids of the outermost objects, also where the text cannot be parsed."""
    depth, is_id, outermost = 0, False, 2 if text.startswith("[") else 1
    for token in TOKENS.finditer(text):
        if is_id and depth == outermost and token[0] not in "[]{}":
            yield _id(token["text"] or token[0])
        depth += (token[0] in "[{") - (token[0] in "]}")
        is_id = token["text"] == '"id"' and bool(token["key"])
