"""An API that says all that the published contract lets it say, by the types of its schemas."""

import json
import re
from pathlib import Path
from typing import Any

from httpx2 import AsyncClient, MockTransport, Request, Response

from support.contract import Json, load
from support.drawings import plain_picture
from support.mcp_client import LIVE_KEY
from support.thin_upstream import EVENTS

CONTRACT = load()
KNOWN: Json = {
    "image_b64": plain_picture(1280, 720).base64,
    "screen_size": "1280x720",
    "timezone": "UTC",
    "os_type": "linux",
    "success": True,
    "error": None,
}
"""Values that mean something, by the name of their field."""
TYPICAL = ("running", "continue", "completed")
"""The members of enums that a server in use answers with most."""
DEEPEST = 6


def value_of(schema: Json, name: str = "", depth: int = 0) -> Any:
    """Return a value of the schema in which every field that it names is there."""
    if name in KNOWN:
        return KNOWN[name]
    if "$ref" in schema:
        return value_of(CONTRACT["schemas"][schema["$ref"].rpartition("/")[2]], name, depth)
    if variants := [
        each
        for word in ("anyOf", "oneOf", "allOf")
        for each in schema.get(word, [])
        if each.get("type") != "null"
    ]:
        return value_of(variants[0], name, depth)
    if "enum" in schema:
        return next((each for each in TYPICAL if each in schema["enum"]), schema["enum"][0])
    kinds = schema.get("type", "object")
    kind = kinds if isinstance(kinds, str) else next(each for each in kinds if each != "null")
    match kind:
        case "string" if schema.get("format") == "date-time":
            return "2026-05-01T08:00:00Z"
        case "string":
            return f"{name or 'text'}_1"
        case "integer" | "number":
            return max(1, schema.get("minimum", 1))
        case "boolean":
            return False
        case "array":
            return [value_of(schema.get("items", {}), name, depth + 1)] if depth < DEEPEST else []
        case _:
            fields: Json = schema.get("properties", {}) if depth < DEEPEST else {}
            return {field: value_of(each, field, depth + 1) for field, each in fields.items()}


class FullUpstream:
    """Answers every published operation, and nothing else."""

    def __call__(self, request: Request) -> Response:
        line = f"{request.method} {request.url.path}"
        if line.endswith("/events"):
            return Response(200, content=EVENTS, headers={"Content-Type": "text/event-stream"})
        operation = next(each for each in ORDERED if re.fullmatch(_pattern(each), line))
        status, schema = next(iter(operation["replies"].items()))
        return Response(int(status), json=value_of(schema or {}))

    def client(self) -> AsyncClient:
        """Return an HTTP client that reaches nothing else."""
        headers = {"X-API-Key": LIVE_KEY}
        return AsyncClient(
            transport=MockTransport(self), base_url="http://full/v1", headers=headers
        )


def _pattern(operation: Json) -> str:
    return f"{operation['method']} " + re.sub(r"\{\w+\}", "[^/]+", operation["path"])


WRITTEN: Json = json.loads(Path(__file__).with_name("new_operations.json").read_text("utf-8"))
RUN = {"$ref": "#/components/schemas/RunResponse"}
NEW: list[Json] = [
    {**WRITTEN["operations"]["startTask"], "replies": {"201": RUN}},
    {
        **WRITTEN["operations"]["listRunScreenshots"],
        "replies": {"200": WRITTEN["replies"]["screenshots"]},
    },
]
"""Those that the vendor's reference has, and its OpenAPI document not yet."""
ORDERED = sorted([*CONTRACT["operations"].values(), *NEW], key=lambda each: each["path"].count("{"))
"""Operations whose path is all words come before those that take any."""
