"""Whatever is thrown at the sandbox: it answers soon, and says in its own words what is wrong."""

import json
from random import Random
from typing import Any

import anyio
import pytest

from coasty_mcp.sandbox.computer import SCOPES as COMMANDS
from support.api_operations import BODIES, CONTRACT, OPERATIONS, OPS, Account

SOON = 5.0  # seconds
SHARE = 4  # so many pieces of each kind of junk for each operation
PROMISED = {"code", "message", "type", "request_id", "retryable", "retry_with_same_idempotency_key"}

TEXTS = [
    "",
    "\x00",
    "🙂" * 50,
    "'\"`$({[<\\",
    "{{inputs.x}} {{" + "." * 50,
    "../../../etc/passwd",
    "9" * 5000,
    "(" * 3000,
    "a b " * 8000,
    "((a+)+)+$",
    "* * * * * *",
    "0 0 30 2 *",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "http://[::1",
]
VALUES: list[Any] = [
    *TEXTS,
    None,
    True,
    -1,
    10**30,
    10**4000,
    1e308,
    float("nan"),
    float("inf"),
    [],
    [[[[]]]],
    [None] * 300,
    {},
    {"": {"": ""}},
    {"type": "task", "id": [], "steps": {}},
    {"steps": [{"id": "x", "type": "loop", "body": [None], "count": 1e308}]},
    {"type": "object", "properties": {"x": {"pattern": "((", "type": 7}}, "required": "x"},
]
RAW = [
    b"",
    b"null",
    b"NaN",
    b"-Infinity",
    b'{"a": 1e999999, "b": ' + b"9" * 5000 + b"}",
    b"[" * 100_000,
    b'{"steps": ' * 20_000,
    b'{"a": "\xff\xfe"}',
    b"\xef\xbb\xbf{}",
    b'"\\ud800"',
    b'{"name": "\\ud800", "metadata": {"\\udfff": "\\ud83d"}}',
    b'{"name": "a", "name": 1}',
    b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--x--",
    b"a=1&b=2",
    b"\x00" * 1000,
]
SEGMENTS = ["%00", "%ff%fe", "%2e%2e", "%2F", "a" * 1000, "%F0%9F%99%82", "{id}", "'--", "-1", "~"]
QUERIES = [
    "limit=%00",
    "limit=1&limit=x",
    "limit=%D9%A3",
    "limit=" + "9" * 5000,
    "cursor=" + "9" * 5000,
    "cursor=%C2%B2",
    "after=" + "9" * 5000,
    "status[]=a",
    "period=%D9%A3%D9%A3%D9%A3%D9%A3-01",
    "period=0000-12",
    "workflow_id=%ff",
    "&&==;%",
]
HEADERS = [
    {"Content-Type": "multipart/form-data; boundary=x"},
    {"Content-Type": "application/x-www-form-urlencoded"},
    {"Content-Type": "\x80/\xff; charset=nonsense"},
    {"Accept": "text/event-stream;q=nonsense"},
    {"Idempotency-Key": "\xff"},
    {"Last-Event-ID": "9" * 5000},
    {"X-API-Key": "\xff\xfe"},
    {"X-LLM-Provider": "\xff", "X-LLM-Api-Key": "\x80"},
    {"Authorization": "Bearer"},
    {"Coasty-Signature": "t=" + "9" * 5000 + ",v1=\xff"},
    {"Coasty-Signature": "t=1,v1=" + "\xb2" * 64, "X-Coasty-Signature": ""},
    {"X-Sandbox-Force-Error": "\xff"},
]
PARAMETERS = [
    *("x", "y", "text", "keys", "key", "path", "content", "command", "url", "selector"),
    *("amount", "direction", "clicks", "seconds", "ms", "title", "window_id", "tab_id"),
]


async def thrown(account: Account, method: str, path: str, **sent: Any) -> None:
    """At the sandbox, which must neither crash nor think for long."""
    headers = {name: value.encode("latin-1") for name, value in sent.pop("headers", {}).items()}
    with anyio.fail_after(SOON):
        answer = await account.http.request(method, path, headers=headers, **sent)
    assert answer.status_code < 500, (method, path[:200], str(sent)[:500])
    if answer.status_code >= 400:
        assert answer.json()["error"].keys() >= PROMISED


def some(random: Random, junk: list[Any]) -> list[Any]:
    """Not all of it everywhere, but all of it somewhere."""
    return random.sample(junk, SHARE)


def fields(name: str) -> list[str]:
    """What the published body of an operation may have."""
    body: dict[str, Any] = OPERATIONS[name].get("body") or {}
    reference: str = body.get("$ref", "")
    schema: dict[str, Any] = CONTRACT["schemas"].get(reference.rpartition("/")[2], {})
    return list(schema.get("properties", {}))


WORDS = sorted({field for name in BODIES for field in fields(name)})


def scribbled(random: Random, depth: int = 3) -> Any:
    """JSON of no particular shape, in words that the API knows."""
    match random.randrange(3) if depth else 2:
        case 0:
            return [scribbled(random, depth - 1) for _ in range(random.randrange(4))]
        case 1:
            chosen = random.sample(WORDS, random.randrange(6))
            return {word: scribbled(random, depth - 1) for word in chosen}
        case _:
            return random.choice(VALUES)


@pytest.mark.parametrize("name", BODIES)
async def test_a_field_may_hold_anything(name: str) -> None:
    account, method, random = Account(), OPERATIONS[name]["method"], Random(name)
    path, right = await account.path(name), await account.filled_in(BODIES[name])
    for field in fields(name):
        for value in some(random, VALUES):
            await thrown(account, method, path, content=json.dumps({**right, field: value}))


@pytest.mark.parametrize("name", OPERATIONS)
async def test_a_body_may_be_anything(name: str) -> None:
    account, method, random = Account(), OPERATIONS[name]["method"], Random(name)
    path = "/triggers/webhook/x" if name == "fireWebhook" else await account.path(name)
    scribbles = [json.dumps(scribbled(random)).encode() for _ in range(SHARE)]
    for number, body in enumerate([*some(random, RAW), *scribbles]):
        key = {"Idempotency-Key": str(number)} if number % 2 else {}
        await thrown(account, method, path, content=body, headers=key)


@pytest.mark.parametrize("name", OPERATIONS)
async def test_an_address_and_headers_may_be_anything(name: str) -> None:
    account, operation, random = Account(), OPERATIONS[name], Random(name)
    method = operation["method"]
    template = operation["path"].removeprefix("/v1").replace("{op}", OPS.get(name, ""))
    for segment in some(random, SEGMENTS):
        parts = [segment if part.startswith("{") else part for part in template.split("/")]
        await thrown(account, method, "/".join(parts), json={})
        await thrown(account, method, f"{template}/{segment}")
    for query in some(random, QUERIES):
        await thrown(account, method, f"{template}?{query}", json={})
    for headers in some(random, HEADERS):
        await thrown(account, method, template, json={}, headers=headers)


async def test_a_command_may_be_given_anything() -> None:
    account, random = Account(), Random(0)
    path = f"{await account.machine()}/actions"
    for command in sorted(COMMANDS):
        for _ in range(SHARE // 2):
            parameters = {name: random.choice(VALUES) for name in random.sample(PARAMETERS, 8)}
            body = json.dumps({"command": command, "parameters": parameters})
            await thrown(account, "POST", path, content=body)


@pytest.mark.parametrize("text", [text for text in TEXTS if text], ids=lambda text: text[:12])
async def test_words_may_be_anything(text: str) -> None:
    account = Account()
    for path, body in (
        ("/predict", {**await account.filled_in(BODIES["predict"]), "instruction": text}),
        ("/parse", {"code": text}),
        ("/parse", {"code": f"pyautogui.write({text!r})"}),
        (f"{await account.machine()}/terminal", {"command": text[:8192]}),
    ):
        await thrown(account, "POST", path, json=body)
