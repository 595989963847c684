"""The skill says what is true: each call in it succeeds in the sandbox, in its order."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import pytest
from mcp import Client

from coasty_mcp.sandbox import World
from coasty_mcp.settings import Settings
from coasty_mcp.skill import MAIN_FILE, NAME, skill_files
from coasty_mcp.tools.catalog import TOOLSETS
from support.mcp_client import Clock, seated, text

TOOLS = {tool.name for toolset in TOOLSETS for tool in toolset.tools}
ALL = Settings(sandbox=True, toolsets=("all",))
MOST_CHARACTERS = 7_000
"""About 1,700 tokens, which each task that uses the skill pays for."""
EXAMPLE = re.compile(r"```python\n(.*?)```", re.DOTALL)
STAND_INS = {
    "mch_1": r"\bmch_\w+",
    "shot_1": r"\bshot_\d[\w+]+",
    "pred_1": r"\bpred_[0-9a-f]+",
    "run_1": r"\brun ([0-9a-f-]{36})",
    "sch_1": r"\bsch_\w+",
    "ses_1": r"\bses_\w+",
}
"""Ids in the examples, and how those look that results give."""

Call = tuple[str, dict[str, Any]]


def examples() -> Iterator[Any]:
    for name, content in skill_files().items():
        for number, block in enumerate(EXAMPLE.findall(content), 1):
            yield pytest.param(block, id=f"{name}-{number}")


def calls(block: str) -> list[Call]:
    lines = (line.value for line in ast.parse(block).body if isinstance(line, ast.Expr))
    return [
        (ast.unparse(call.func), {str(a.arg): ast.literal_eval(a.value) for a in call.keywords})
        for call in lines
        if isinstance(call, ast.Call)
    ]


def with_ids(arguments: dict[str, Any], told: dict[str, str]) -> dict[str, Any]:
    return {
        name: told[value] if isinstance(value, str) and value in STAND_INS else value
        for name, value in arguments.items()
    }


async def new_machine(model: Client) -> str:
    return text(await model.call_tool("coasty_provision_machine", {"display_name": "desk"}))


def learn(said: str, told: dict[str, str]) -> None:
    found = {name: re.findall(pattern, said) for name, pattern in STAND_INS.items()}
    told.update({name: ids[-1] for name, ids in found.items() if ids})


@pytest.mark.parametrize("block", [*examples()])
async def test_each_example_does_what_the_skill_says(block: str) -> None:
    told = dict[str, str]()
    async with seated(world=World(), settings=ALL, sleep=Clock().sleep) as model:
        learn(await new_machine(model), told)
        for name, arguments in calls(block):
            result = await model.call_tool(name, with_ids(arguments, told))
            assert not result.is_error, text(result)
            learn(text(result), told)


def test_every_tool_that_it_names_exists() -> None:
    named = set(re.findall(r"\bcoasty_[a-z_]+", "".join(skill_files().values())))
    assert named <= TOOLS


def test_it_is_short_and_says_when_to_read_it() -> None:
    content = skill_files()[MAIN_FILE]
    assert len(content) < MOST_CHARACTERS
    head = re.match(r"---\nname: (\S+)\ndescription: ([^\n:]{1,1024})\n---\n", content)
    assert head
    assert head[1] == NAME


def test_its_links_lead_to_its_own_files() -> None:
    for name, content in skill_files().items():
        for link in re.findall(r"\]\(([^)]+)\)", content):
            assert str(PurePosixPath(name).parent / link) in skill_files()
