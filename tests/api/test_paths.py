"""No id, wherever it comes from, makes a request go to another path."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from coasty_mcp.api import client as package
from coasty_mcp.api.client.paths import segment
from coasty_mcp.api.errors import InvalidRequest
from coasty_mcp.money import Budget
from support.fakes import Flaky
from support.spending import client

MADE_UP = [
    "a\nb",
    "../keys",
    "..",
    ".",
    "a/b",
    "a?limit=1",
    "a#b",
    "a%2fb",
    "é",
    "",
    "a b",
    "a" * 201,
]


@pytest.mark.parametrize("made_up", MADE_UP)
async def test_what_is_no_id_is_refused_and_not_sent(made_up: str) -> None:
    api = client(upstream := Flaky(), Budget())
    with pytest.raises(InvalidRequest, match="is no id"):
        await api.schedules.list_runs(made_up, 5)
    assert not upstream.requests


@pytest.mark.parametrize("made", ["mch_test_4f2a", "7c9e6679-7425-40de-944b-e07fc1f90afe", "a:b.c"])
def test_ids_as_the_api_makes_them_are_taken(made: str) -> None:
    assert segment(made) == made


def test_every_name_in_a_path_passes_that_one_function() -> None:
    paths = [path for file in Path(package.__path__[0]).glob("*.py") for path in _paths(file)]
    assert len(paths) > 30
    for path in paths:
        for part in path.values:
            if isinstance(part, ast.FormattedValue):
                assert isinstance(part.value, ast.Call), ast.unparse(path)
                assert ast.unparse(part.value.func) == "segment", ast.unparse(path)


def _paths(file: Path) -> Iterator[ast.JoinedStr]:
    """Yield the f-strings of a file that begin with a slash."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr) and ast.unparse(node).startswith(("f'/", 'f"/')):
            yield node
