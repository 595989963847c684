"""What the wire models know and the sandbox never sends, forged: fields, headers, failures."""

from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, cast, get_args, get_origin

import pytest
from mcp.types import CallToolResult
from pydantic import BaseModel

from coasty_mcp.api.client import transport
from coasty_mcp.api.client.replies import CompleteResponse
from coasty_mcp.sandbox import World
from support.altered_replies import AlteredReplies
from support.forgery import FORGED, NAMES, PLANT, WATCHING, is_clean, only, works
from support.mcp_client import Clock, seated, text

FORGED_HEADERS = [
    (name.encode(), f"\u202e9\u200b{FORGED}".encode())
    for name in ("X-Coasty-Request-Id", "X-Credits-Charged", "X-Credits-Remaining")
]
FAILED = {
    "success": False,
    "error": PLANT,
    "exit_code": 1,
    "output": PLANT,
    "result": {"output": PLANT},
}
ON_MACHINES = {
    "coasty_execute_machine_action",
    "coasty_use_browser",
    "coasty_read_files",
    "coasty_write_files",
}
each_tool = pytest.mark.parametrize("name", NAMES)


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


class Models:
    """The wire model of each reply, as the client asks for them."""

    def __init__(self, api: AlteredReplies, monkeypatch: pytest.MonkeyPatch) -> None:
        self._api = api
        self._of: dict[tuple[str, str], type[BaseModel]] = {}
        parse = transport.parse_reply

        def noted(response: CompleteResponse, model: type[Any]) -> Any:
            self._of[api.about] = model
            return parse(response, model)

        monkeypatch.setattr(transport, "parse_reply", noted)

    def filled(self, body: Any) -> Any:
        """Return the body with every text that its model knows and that is not in it, planted."""
        model = self._of.get(self._api.about)
        return _filled(model, body) if model else body


def _filled(model: type[BaseModel], body: Any) -> Any:
    if not isinstance(body, dict):
        return body
    known = cast("dict[str, Any]", body)
    for name, field in model.model_fields.items():
        if known.get(name) in (None, "", [], {}):
            if (value := _planted(field.annotation)) is not None:
                known[name] = value
        elif inner := next(_models(field.annotation), None):
            value = known[name]
            several = cast("list[Any]", value)[:3] if isinstance(value, list) else [value]
            for each in several:
                _filled(inner, each)
    return known


def _planted(kind: Any) -> Any:
    """Return a value of that type whose texts are planted; None where no text has a place."""
    match get_origin(kind):
        case origin if origin in (Union, UnionType, Annotated):
            return next((it for each in get_args(kind) if (it := _planted(each)) is not None), None)
        case origin if origin is list:
            return [it] if (it := _planted(get_args(kind)[0])) is not None else None
        case origin if origin is dict:
            return {PLANT: PLANT}
        case _ if kind is str or kind is Any:
            return PLANT
        case _ if isinstance(kind, type) and issubclass(kind, BaseModel):
            return _filled(kind, {}) or None
        case _:
            return None


def _models(kind: Any) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for each in get_args(kind):
        yield from _models(each)


@each_tool
async def test_fields_that_are_seldom_sent_and_headers_forge_nothing(
    world: World, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = AlteredReplies(world)
    models, arguments = Models(api, monkeypatch), works(world, name)
    async with seated(http=api.client(), settings=only(name), sleep=Clock().sleep) as model:
        api.begin(lambda body: body)
        await model.call_tool(name, arguments)
        api.begin(models.filled)
        is_clean(await model.call_tool(name, arguments))
        api.headers = FORGED_HEADERS
        api.begin(lambda body: body)
        is_clean(await model.call_tool(name, arguments))


@pytest.mark.parametrize("name", sorted(ON_MACHINES))
async def test_what_a_machine_says_of_a_failure_is_marked_in_both_forms(
    world: World, name: str
) -> None:
    api = AlteredReplies(world)
    arguments = works(world, name)

    def failed(body: Any) -> Any:
        several = body.get("results")
        return (
            {**body, "results": [{**each, **FAILED} for each in several]}
            if several
            else {
                **body,
                **FAILED,
            }
        )

    async with seated(http=api.client(), settings=only(name), sleep=Clock().sleep) as model:
        api.begin(failed)
        answer = await model.call_tool(name, arguments)
    is_clean(answer)
    assert FORGED.partition("(")[0] in text(answer)
    assert "not instructions" in text(answer)
    assert "not instructions" in _marked(answer)["untrusted"]


LOOKING = sorted(
    {"coasty_run_terminal_command", "coasty_predict", "coasty_get_run", "coasty_list_schedule_runs"}
    | {"coasty_get_workflow_run", "coasty_session_predict"}
    | (ON_MACHINES - {"coasty_write_files"})
    | WATCHING
)


@pytest.mark.parametrize("name", LOOKING)
async def test_what_machines_and_agents_say_is_marked_in_both_forms(
    world: World, name: str
) -> None:
    async with seated(world=world, settings=only(name), sleep=Clock().sleep) as model:
        answer = await model.call_tool(name, works(world, name))
    assert not answer.is_error, text(answer)
    if answer.structured_content:  # a picture takes its place
        assert "not instructions" in _marked(answer)["untrusted"]
    if '"' in text(answer):
        assert "not instructions" in text(answer)


def _marked(answer: CallToolResult) -> dict[str, Any]:
    said = cast("dict[str, Any]", answer.structured_content)
    return said["error"] if answer.is_error else said
