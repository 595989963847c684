"""Whatever a model passes to a tool, it gets an answer in words."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from httpx2 import ASGITransport, AsyncClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, SearchStrategy
from mcp import Client
from mcp.types import CallToolResult
from starlette.applications import Starlette

from coasty_mcp.sandbox import SANDBOX_KEY, World, build_sandbox
from coasty_mcp.sandbox.http.sse import IN_PROCESS
from coasty_mcp.settings import Settings
from coasty_mcp.tools.catalog import TOOLSETS
from support.full_account import fill_account
from support.mcp_client import Clock, error, seated, text
from support.tool_cases import Arguments, tool_cases

Schema = dict[str, Any]

NAMES = [tool.name for toolset in TOOLSETS if toolset.name != "local" for tool in toolset.tools]
PARAMETERS = st.sampled_from(
    ["x", "y", "text", "keys", "ms", "seconds", "clicks", "url", "selector", "path", "command"]
)
CALLS = int(os.environ.get("COASTY_TEST_CALLS", "6"))
"""Generated calls for each tool; `.ci/calls` makes 300."""
SECONDS = 20.0
"""For one call; none waits in earnest."""

few_examples = settings(
    max_examples=CALLS,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.function_scoped_fixture),
)
each_tool = pytest.mark.parametrize("name", NAMES)

huge = st.sampled_from(["a" * 200_000, "é" * 70_000, "../" * 30_000, "\x00" * 999])
words = st.one_of(
    st.text(max_size=30), st.sampled_from(["", " ", "..", "a/b", "\x00", "💥", "1e9"])
)
plain = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.just(10**300),
    st.floats(allow_nan=False, allow_infinity=False),
    words,
    huge,
)
anything = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3)
)


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tools that save a picture really save it."""
    monkeypatch.chdir(tmp_path)


class Seat:
    """A server with every tool, in front of a sandbox that is made anew for each example."""

    def __init__(self, portal: BlockingPortal, model: Client, sandbox: Starlette) -> None:
        self._portal = portal
        self._model = model
        self._sandbox = sandbox
        self.schemas: dict[str, Schema] = {
            tool.name: tool.input_schema for tool in portal.call(model.list_tools).tools
        }

    def working(self, name: str) -> dict[str, Any]:
        """Arguments that make sense."""
        return self._portal.call(self._set_up)[name]

    def call(self, name: str, arguments: dict[str, Any]) -> CallToolResult:
        return self._portal.call(self._model.call_tool, name, arguments, SECONDS)

    async def _set_up(self) -> dict[str, Arguments]:
        world = self._sandbox.state.world = new_world()
        return {name: case.works for name, case in tool_cases(fill_account(world)).items()}


def new_world() -> World:
    clock = Clock()
    return World(clock=clock.now, sleep=clock.sleep)


@pytest.fixture(scope="module")
def seat() -> Iterator[Seat]:
    sandbox = build_sandbox(new_world(), IN_PROCESS)
    headers = {"X-API-Key": SANDBOX_KEY}
    http = AsyncClient(
        transport=ASGITransport(sandbox), base_url="http://sandbox/v1", headers=headers
    )
    every_tool = Settings(sandbox=True, toolsets=("all",))
    chair = seated(http=http, settings=every_tool, sleep=Clock().sleep)
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(chair) as model:
        yield Seat(portal, model, sandbox)


def fitting(schema: Schema) -> SearchStrategy[Any]:
    """Values that a host would let through."""
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema["type"]:
        case "string":
            return words
        case "integer":
            return st.integers(schema.get("minimum"), schema.get("maximum"))
        case "number":
            return st.floats(
                schema.get("minimum"), schema.get("maximum"), allow_nan=False, allow_infinity=False
            )
        case "boolean":
            return st.booleans()
        case "array":
            return st.lists(fitting(schema["items"]), max_size=4)
        case _:
            return st.dictionaries(PARAMETERS | words, anything, max_size=4)


def arguments(schema: Schema, sensible: dict[str, Any]) -> SearchStrategy[dict[str, Any]]:
    """What the schema allows, and what is near to what makes sense."""
    kept = {name: st.just(value) for name, value in sensible.items()}
    drawn = {name: fitting(argument) for name, argument in schema["properties"].items()}
    required = {name: kept.get(name, drawn[name]) for name in schema["required"]}
    optional = {name: value for name, value in drawn.items() if name not in required}
    near = st.fixed_dictionaries(required, optional=optional)
    return near | st.fixed_dictionaries({}, optional=drawn).map(lambda some: {**sensible, **some})


def is_in_words(result: CallToolResult) -> None:
    said = text(result)
    assert said.strip()
    assert "Error executing tool" not in said
    assert "Traceback" not in said
    assert "BUG_IN_COASTY_MCP" not in said
    if result.is_error:
        assert error(result)["message"] in said


@each_tool
@few_examples
@given(data=st.data())
def test_what_a_schema_allows_is_answered(seat: Seat, name: str, data: DataObject) -> None:
    sensible = seat.working(name)
    is_in_words(seat.call(name, data.draw(arguments(seat.schemas[name], sensible))))


@each_tool
@few_examples
@given(data=st.data())
def test_what_a_schema_does_not_allow_is_answered(seat: Seat, name: str, data: DataObject) -> None:
    schema = seat.schemas[name]
    sound = seat.working(name)
    names = st.sampled_from(sorted(schema["properties"])) if schema["properties"] else words
    wrong = data.draw(st.dictionaries(names | words, anything, min_size=1, max_size=3))
    is_in_words(seat.call(name, {**sound, **wrong}))


@each_tool
def test_nothing_at_all_is_answered(seat: Seat, name: str) -> None:
    is_in_words(seat.call(name, {}))
    is_in_words(seat.call(name, dict.fromkeys(seat.schemas[name]["properties"])))
