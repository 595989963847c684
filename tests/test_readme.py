"""What the README says about tools and settings is generated from them, and still true."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
from pydantic import SecretStr

from coasty_mcp.server.token_counts import effect, tokens
from coasty_mcp.settings import Settings, flag, variable
from coasty_mcp.tools.catalog import TOOLSETS
from support.install_links import links_table

README = Path(__file__).parents[1] / "README.md"


def tools_table() -> str:
    rows = [
        f"| `{tool.name}` | {tool.summary} | {effect(tool)} | {tokens(tool)} |"
        for toolset in TOOLSETS
        if toolset.default
        for tool in toolset.tools
    ]
    return "\n".join(["| tool | what it does | effect | tokens |", "|---|---|---|---|", *rows])


def toolsets_table() -> str:
    rows = [
        f"| `{toolset.name}` | {'yes' if toolset.default else ''} | {toolset.summary} "
        f"| {len(toolset.tools)} | {sum(map(tokens, toolset.tools))} |"
        for toolset in TOOLSETS
    ]
    head = "| toolset | default | what it is for | tools | tokens |"
    return "\n".join([head, "|---|---|---|---|---|", *rows])


def settings_table() -> str:
    rows = [
        f"| `{variable(name)}` | {_flag(name)} | {field.description} | {_default(field.default)} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(["| variable | flag | what it does | default |", "|---|---|---|---|", *rows])


def _flag(name: str) -> str:
    secret = SecretStr in get_args(Settings.model_fields[name].annotation)
    return "" if secret else f"`{flag(name)}`"


def _default(value: object) -> str:
    if not value:
        return ""
    return "`default`" if value == ("default",) else f"`{value}`"


@pytest.mark.parametrize("table", [tools_table, toolsets_table, settings_table, links_table])
def test_a_generated_table_is_up_to_date(
    table: Callable[[], str], request: pytest.FixtureRequest
) -> None:
    name = table.__name__.removesuffix("_table")
    block = f"<!-- {name} -->\n{table()}\n<!-- /{name} -->"
    text = README.read_text(encoding="utf-8")
    fresh = re.sub(rf"<!-- {name} -->.*<!-- /{name} -->", lambda _: block, text, flags=re.DOTALL)
    if request.config.getoption("--accept-snapshots"):
        README.write_text(fresh, encoding="utf-8")
    assert README.read_text(encoding="utf-8") == fresh
