"""The shapes of the published /v1 contract, as data: `contract.json`, without its prose.

    python tests/support/contract.py OPENAPI_DOCUMENT

writes it anew from the vendor's OpenAPI document.
"""

import json
import sys
from pathlib import Path
from typing import Any, cast

Json = dict[str, Any]

DATA = Path(__file__).with_suffix(".json")
METHODS = ("get", "post", "put", "patch", "delete")
PROSE = {"description", "summary", "examples", "example", "title", "deprecated"}


def stripped(document: Json) -> Json:
    """Types, enums, limits and required fields of every operation, and nothing to read."""
    parameters = document["components"]["parameters"]
    operations = {
        operation["operationId"]: _operation(method, path, item, operation, parameters)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }
    schemas = {name: _plain(schema) for name, schema in document["components"]["schemas"].items()}
    return {"operations": operations, "schemas": schemas}


def load() -> Json:
    return json.loads(DATA.read_text(encoding="utf-8"))


def _operation(method: str, path: str, item: Json, operation: Json, shared: Json) -> Json:
    listed = [*item.get("parameters", []), *operation.get("parameters", [])]
    known = [shared[each["$ref"].rpartition("/")[2]] if "$ref" in each else each for each in listed]
    return {
        "method": method.upper(),
        "path": path,
        "scope": operation.get("x-required-scope"),
        "keyed": operation.get("x-idempotency") == "reserve-and-replay",
        "query": {each["name"]: _plain(each["schema"]) for each in known if each["in"] == "query"},
        "body": _content(operation.get("requestBody", {})),
        "replies": {
            status: _content(reply)
            for status, reply in operation["responses"].items()
            if status.startswith("2")
        },
    }


def _content(part: Json) -> Json | None:
    schema = part.get("content", {}).get("application/json", {}).get("schema")
    return schema and _plain(schema)


def _plain(schema: Any) -> Any:
    """Without prose; what is called `description` among properties is a field and stays."""
    if isinstance(schema, list):
        return [_plain(each) for each in cast("list[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    words = cast("Json", schema)
    plain = {word: _plain(words[word]) for word in words if word not in PROSE | {"properties"}}
    if "properties" in words:
        fields = cast("Json", words["properties"])
        plain["properties"] = {name: _plain(field) for name, field in fields.items()}
    return {word: value for word, value in plain.items() if not word.startswith("x-")}


if __name__ == "__main__":
    published = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    DATA.write_text(json.dumps(stripped(published), indent=1) + "\n", encoding="utf-8")
