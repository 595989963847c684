"""Arguments as models and hosts really send them, generated for every tool from its schema."""

import json
import os
import re
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pydantic import ValidationError

from coasty_mcp.api.errors import InvalidRequest
from coasty_mcp.api.rules import Schema, example_of, explain_errors
from coasty_mcp.sandbox import World
from coasty_mcp.server.arguments import EMPTY_IS_A_VALUE, normalised
from coasty_mcp.server.tool import Tool
from coasty_mcp.settings import Settings
from coasty_mcp.tools.catalog import TOOLSETS
from support.full_account import fill_account
from support.mcp_client import Era, error, seated, structured, text
from support.published_once import publish
from support.tool_cases import tool_cases

TOOLS = [tool for toolset in TOOLSETS for tool in toolset.tools]
IN_SANDBOX = [tool for tool in TOOLS if tool.toolset != "local"]
JSON_LIKE = ['{"a": 1}', "[1, 2]", "null", "true", "12", '"x"', "1e5", "{broken"]

CALLS = int(os.environ.get("COASTY_TEST_CALLS", "30"))
"""Generated values for each tool; `.ci/calls` makes 300."""

each_tool = pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
each_called = pytest.mark.parametrize("tool", IN_SANDBOX, ids=lambda tool: tool.name)


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").touch()  # which coasty_upload_file sends


def arguments_of(tool: Tool) -> dict[str, Schema]:
    return publish(tool).full_schema["properties"]


def is_free_text(schema: Schema) -> bool:
    return schema["type"] == "string" and not {"pattern", "enum", "x-words"} & schema.keys()


def received(tool: Tool, name: str, value: object) -> Any:
    """Return what the function is called with for one argument, or raise what the model reads."""
    sdk_tool = publish(tool)
    given, _ = normalised({name: value}, sdk_tool.full_schema, careful=False)
    field = sdk_tool.fn_metadata.arg_model.model_fields[name]
    sample = {each: example_of(schema) for each, schema in arguments_of(tool).items()}
    needed = {each: sample[each] for each in sdk_tool.full_schema["required"]}
    try:
        return sdk_tool.fn_metadata.validate_arguments(needed | given)[field.alias or name]
    except ValidationError as problem:
        raise InvalidRequest(explain_errors(problem, sdk_tool.fn_metadata.arg_model)) from problem


@each_called
@pytest.mark.parametrize("empty", [None, ""])
async def test_null_and_empty_for_what_is_optional_mean_left_out(
    world: World, tool: Tool, empty: str | None
) -> None:
    works = tool_cases(fill_account(world))[tool.name].works
    optional = arguments_of(tool).keys() - publish(tool).full_schema["required"] - works.keys()
    empties = dict.fromkeys(optional - EMPTY_IS_A_VALUE, empty)
    async with seated(
        world=world, settings=Settings(sandbox=True, toolsets=(), tools=(tool.name,))
    ) as model:
        done = await model.call_tool(tool.name, {**empties, **works})
    assert not done.is_error, text(done)
    assert "it was left out" not in text(done)


@each_called
async def test_what_hosts_add_is_dropped_with_a_warning(world: World, tool: Tool) -> None:
    works = tool_cases(fill_account(world))[tool.name].works
    added = {"toolCallId": "call_1", "_meta": {"a": 1}, "messageId": 4}
    async with seated(
        world=world, settings=Settings(sandbox=True, toolsets=(), tools=(tool.name,))
    ) as model:
        done = await model.call_tool(tool.name, {**works, **added})
    assert not done.is_error, text(done)
    for name in added:
        assert f"Warning: There is no argument {name}: it was left out." in text(done)
    if done.structured_content is not None:
        assert len(structured(done)["warnings"]) >= len(added)


@each_tool
def test_a_misspelt_argument_is_refused(tool: Tool) -> None:
    for name in arguments_of(tool):
        with pytest.raises(InvalidRequest, match=rf"no argument {name}e\. Did you mean"):
            normalised({f"{name}e": 1}, publish(tool).full_schema, careful=False)


@each_tool
def test_an_action_policy_is_refused_with_the_arguments_in_its_place(tool: Tool) -> None:
    parts = arguments_of(tool).keys() & {"blocked_actions", "blocked_keys", "bounds"}
    with pytest.raises(InvalidRequest) as refused:
        normalised({"action_policy": {}}, publish(tool).full_schema, careful=True)
    assert {each for each in parts if each in str(refused.value)} == parts
    assert not parts or "instead" in str(refused.value)


@pytest.mark.parametrize("name", ["dry_run", "confirm", "force"])
@pytest.mark.parametrize("tool", ["coasty_terminate_machine", "coasty_delete_schedule"])
async def test_what_changes_something_overlooks_no_word_of_the_model(
    era: Era, world: World, tool: str, name: str
) -> None:
    works = tool_cases(fill_account(world))[tool].works
    async with seated(era, world) as model:
        refused = await model.call_tool(tool, {**works, name: True})
    assert error(refused)["code"] == "VALIDATION_ERROR"


@each_tool
def test_text_stays_text_even_where_it_looks_like_json(tool: Tool) -> None:
    for name, schema in arguments_of(tool).items():
        for said in JSON_LIKE if is_free_text(schema) else ():
            assert received(tool, name, said) == said


@each_tool
def test_numbers_for_text_and_text_for_numbers_are_taken(tool: Tool) -> None:
    for name, schema in arguments_of(tool).items():
        if schema["type"] in {"integer", "number"}:
            number = example_of(schema)
            for said in (str(number), float(number), f" {number} "):
                assert received(tool, name, said) == number
        if schema["type"] == "boolean":
            assert received(tool, name, "true") is received(tool, name, "True") is True
            assert received(tool, name, "false") is False
        if is_free_text(schema):
            assert received(tool, name, 2026) == "2026"


@each_tool
def test_lists_and_objects_may_be_json_text(tool: Tool) -> None:
    for name, schema in arguments_of(tool).items():
        if schema["type"] in {"array", "object"}:
            value = example_of(schema)
            assert received(tool, name, json.dumps(value)) == received(tool, name, value)


def test_json_text_is_taken_at_any_depth_but_where_text_is_meant() -> None:
    [batch] = [tool for tool in TOOLS if tool.name == "coasty_execute_machine_action"]
    typed = {"command": "type", "parameters": {"text": '{"a": 1}'}}
    sent = json.dumps([json.dumps({**typed, "parameters": json.dumps(typed["parameters"])})])
    assert received(batch, "actions", sent) == [typed]


def test_labels_may_be_numbers() -> None:
    [provision] = [tool for tool in TOOLS if tool.name == "coasty_create_schedule"]
    assert received(provision, "metadata", {"n": 1}) == {"n": "1"}
    with pytest.raises(InvalidRequest, match="Each value in metadata must be text"):
        received(provision, "metadata", {"n": {}})


def test_half_a_character_becomes_a_replacement_character() -> None:
    [shell] = [tool for tool in TOOLS if tool.name == "coasty_run_terminal_command"]
    assert received(shell, "command", "echo \ud83d") == "echo \ufffd"


@each_tool
def test_what_a_refusal_gives_as_an_example_passes(tool: Tool) -> None:
    """The refusal is read, what it says is done, and the next call passes the rule."""
    for name, schema in arguments_of(tool).items():
        if "x-hidden" in schema:
            continue
        wrongs: list[Any] = [{"x": []}, [[]], True, -(10**9), "§ §"]
        for wrong in wrongs:
            try:
                received(tool, name, wrong)
            except InvalidRequest as refused:
                sentence = str(refused)
                assert name in sentence
                received(tool, name, advised(sentence, name, schema))


@each_tool
def test_what_any_refusal_advises_passes_the_rule(tool: Tool) -> None:
    random = Random(tool.name)
    arguments = [each for each in arguments_of(tool).items() if "x-hidden" not in each[1]]
    for _ in range(CALLS if arguments else 0):
        name, schema = random.choice(arguments)
        try:
            received(tool, name, wrong_value(random))
        except InvalidRequest as refused:
            sentence = str(refused)
            assert name in sentence
            received(tool, name, advised(sentence, name, schema))


ABOUT_MORE = {
    *("machine_id", "screenshot_id", "trajectory"),  # what exists
    *("restore_from_snapshot", "index", "save_to", "local_path", "screenshot_path"),
    *("include_raw_code", "screenshot", "settle_seconds"),  # other arguments
}
"""Arguments whose value may keep its rule and be refused for something else."""


@each_called
async def test_what_a_refusal_advises_is_taken_by_the_whole_tool(world: World, tool: Tool) -> None:
    works = tool_cases(fill_account(world))[tool.name].works
    schemas = {
        name: schema
        for name, schema in arguments_of(tool).items()
        if "x-hidden" not in schema and name not in ABOUT_MORE
    }
    async with seated(
        world=world, settings=Settings(sandbox=True, toolsets=(), tools=(tool.name,))
    ) as model:
        for name, schema in schemas.items():
            refused = await model.call_tool(tool.name, {**works, name: [[]]})
            assert error(refused)["code"] == "VALIDATION_ERROR"
            better = {**works, name: advised(text(refused), name, schema)}
            again = await model.call_tool(tool.name, better)
            wrong = again.is_error and error(again)["code"] == "VALIDATION_ERROR"
            said = text(again) if wrong else ""
            assert not re.match(rf"(Each of )?{name}\b|There is no|.* has faults", said), said


def wrong_value(random: Random, depth: int = 2) -> Any:
    """Return any JSON value: of a wrong type, out of bounds, too long, or right by chance."""
    word = "".join(random.choices("ab1 -_.:/{}[]§é💥\x00\ud83d", k=random.choice([0, 1, 3, 12])))
    number = random.choice([-1, 0, 3, 10**6, 10**12, 0.5, -2.5, 1e300])
    plain = [word, word * 3000, number, str(number), True, None, "true", "null", "2027-13-45"]
    if depth and random.random() < 0.3:
        inner = [wrong_value(random, depth - 1) for _ in range(random.randrange(4))]
        return random.choice([inner, {f"{word}{n}": each for n, each in enumerate(inner)}])
    return random.choice(plain)


def advised(sentence: str, name: str, schema: Schema) -> Any:
    """Return the value that a refusal advises."""
    if example := re.search(rf"For example, {name}=(.*?)\.(?: |$)", sentence):
        return json.loads(example[1])
    if listed := re.search(rf"{name} must be one of (.*?)\.", sentence):
        return listed[1].split(", ")[0]
    if listed := re.search(rf"Each of {name} must be one of (.*?)\.", sentence):
        return [listed[1].split(", ")[0]]
    assert "true or false" in sentence, sentence
    return schema["type"] == "boolean"
