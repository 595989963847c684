"""An edit that would change anything but our entry is not made, whatever an editor does."""

import json
from typing import Any

import pytest

from coasty_mcp.hosts.errors import InvalidDocument
from coasty_mcp.hosts.formats import FORMATS, Format, drop, get, put

PATH = ("mcpServers", "coasty")
ENTRY: dict[str, object] = {"command": "x"}
OTHER: dict[str, object] = {"command": "other"}
QUESTION = {"id": "key", "type": "y"}


def writing(content: object) -> Format:
    """A format whose editor writes this, whatever it is asked for."""
    text = content if isinstance(content, str) else json.dumps(content)

    def edit(*_: object) -> str:
        return text

    return FORMATS["json"]._replace(put=edit, drop=edit)


def servers(**members: object) -> dict[str, Any]:
    return {"mcpServers": members, "theme": "dark"}


@pytest.mark.parametrize(
    "content",
    [
        servers(docs=OTHER),
        servers(docs=OTHER, coasty={**ENTRY, "command": "y"}),
        servers(coasty=ENTRY),
        servers(docs=ENTRY, coasty=ENTRY),
        servers(docs=OTHER, coasty=ENTRY, more=OTHER),
        servers(docs=OTHER, coasty=ENTRY) | {"theme": "light"},
        servers(docs=OTHER, coasty=ENTRY) | {"more": 1},
        {"mcpServers": {"docs": OTHER, "coasty": ENTRY}},
        "not even JSON",
    ],
)
def test_an_editor_that_changes_more_than_it_should_is_not_followed(content: object) -> None:
    before = json.dumps(servers(docs=OTHER))
    with pytest.raises(InvalidDocument, match=r"^mcpServers\.coasty is written in a way"):
        put(writing(content), before, PATH, ENTRY)


def test_where_a_member_stands_is_no_difference() -> None:
    before, after = servers(docs=OTHER), servers(coasty=ENTRY, docs=OTHER)
    assert json.loads(put(writing(after), json.dumps(before), PATH, ENTRY)) == after


@pytest.mark.parametrize("left", [{"theme": "dark"}, servers()])
def test_a_parent_that_held_nothing_else_may_stay_or_go(left: object) -> None:
    before = json.dumps(servers(coasty=ENTRY))
    assert json.loads(drop(writing(left), before, PATH)) == left


@pytest.mark.parametrize(
    ("before", "left"),
    [
        (servers(coasty=ENTRY), {}),
        (servers(coasty=ENTRY), {"mcpServers": {}}),
        (servers(coasty=ENTRY), servers(docs=OTHER)),
        (servers(coasty=ENTRY, docs=OTHER), servers()),
        (servers(coasty=ENTRY, docs=OTHER), {"theme": "dark"}),
        (servers(coasty=ENTRY, docs=OTHER), servers(docs={})),
    ],
)
def test_more_than_it_should_is_not_taken_out(before: object, left: object) -> None:
    with pytest.raises(InvalidDocument, match="only a person can change safely"):
        drop(writing(left), json.dumps(before), PATH)


@pytest.mark.parametrize(
    ("left", "is_right"),
    [
        ([{"id": "a"}, 3], True),
        ([{"id": "a"}], False),
        ([3], False),
        ([{"id": "b"}, 3], False),
        ([], False),
    ],
)
def test_of_a_list_the_other_items_stay(left: list[object], is_right: bool) -> None:
    before, after = {"inputs": [{"id": "a"}, QUESTION, 3]}, {"inputs": left}
    try:
        drop(writing(after), json.dumps(before), ("inputs", "key"))
    except InvalidDocument:
        assert not is_right
    else:
        assert is_right


def test_the_first_of_the_items_with_one_id_is_found() -> None:
    content = {"inputs": [{"id": 3}, {"id": "key", "n": 1}, {"id": "key", "n": 2}]}
    assert get(content, ("inputs", "key", "n")) == 1
    assert get(content, ("inputs", "other")) is None
    assert get(content, ("other", "key")) is None
