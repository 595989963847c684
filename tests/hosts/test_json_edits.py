"""How an entry is put into JSON with comments, and taken out again, in the layout that is there."""

import pytest

from coasty_mcp.hosts.errors import InvalidDocument
from coasty_mcp.hosts.formats import FORMATS, drop, put, read

JSONC = FORMATS["jsonc"]
PATH = ("mcpServers", "coasty")
ENTRY: dict[str, object] = {"command": "x"}
QUESTION: dict[str, object] = {"id": "key", "type": "y"}
ALONE = '{\n  "mcpServers": {\n    "coasty": {\n      "command": "x"\n    }\n  }\n}'
LAST = '\n  "mcpServers": {\n    "coasty": {\n      "command": "x"\n    }\n  }'
INSIDE = '\n  "coasty": {\n    "command": "x"\n  }'
FURTHER_IN = INSIDE.replace("\n", "\n  ")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", f"{ALONE}\n"),
        ("{}", ALONE),
        ("{ }", ALONE),
        ("{\n}\n", f"{ALONE}\n"),
        ("// mine", f"// mine\n{ALONE}\n"),
        ("// mine\n", f"// mine\n{ALONE}\n"),
        (' {"a": 1}', f' {{"a": 1,{LAST}\n}}'.replace("\n", "\n ")),
        ('{"a":1,"b":2}', f'{{"a":1,"b":2,{LAST}\n}}'),
        ('{"a": 1,}', f'{{"a": 1,{LAST},\n}}'),
        ('{\n\t"a": 1\n}\n', f'{{\n\t"a": 1,{LAST}\n}}\n'.replace("  ", "\t")),
        ('{\n  "a": 1, // mine\n}\n', f'{{\n  "a": 1, // mine{LAST},\n}}\n'),
        ('{"mcpServers": {}}', f'{{"mcpServers": {{{INSIDE}\n}}}}'),
        ('{"mcpServers": {"b": 1}}', f'{{"mcpServers": {{"b": 1,{INSIDE}\n}}}}'),
        ('{"mcpServers": {"b": 1 /*,*/}}', f'{{"mcpServers": {{"b": 1, /*,*/{INSIDE}\n}}}}'),
        ('{"mcpServers": {"b": 1 /*x*/ ,}}', f'{{"mcpServers": {{"b": 1 /*x*/ ,{INSIDE},\n}}}}'),
        (
            '{\n  "mcpServers": {"b": 1}\n}',
            f'{{\n  "mcpServers": {{"b": 1,{FURTHER_IN}\n  }}\n}}',
        ),
        (
            '{\n  "mcpServers": {\n    "b": 1\n    // last\n  }\n}',
            f'{{\n  "mcpServers": {{\n    "b": 1,\n    // last{FURTHER_IN}\n  }}\n}}',
        ),
        (
            '{\n  "mcpServers": {\n    "a": 1,\n    "coasty": {"c": 1}, // x\n    "b": 1\n  }\n}',
            f'{{\n  "mcpServers": {{\n    "a": 1,{FURTHER_IN}, // x\n    "b": 1\n  }}\n}}',
        ),
    ],
)
def test_an_entry_is_put_in_as_the_rest_is_written(before: str, after: str) -> None:
    assert put(JSONC, before, PATH, ENTRY) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"mcpServers": {"coasty": 1}}', '{"mcpServers": {}}'),
        ('{"mcpServers": {"coasty": 1}, "a": 1}', '{ "a": 1}'),
        ('{"a": 1, "mcpServers": { "coasty": 1, }}', '{"a": 1}'),
        ('{"mcpServers": {"a": 1, "coasty": 1, "b": 1}}', '{"mcpServers": {"a": 1, "b": 1}}'),
        ('{"mcpServers": {"a": 1, "coasty": 1,}}', '{"mcpServers": {"a": 1,}}'),
        ('{"mcpServers": { "a": 1, "coasty": 1 }}', '{"mcpServers": { "a": 1}}'),
        (
            '{"mcpServers": {"coasty": 1 /*x*/ , "b": 1, "c": 1}}',
            '{"mcpServers": { /*x*/  "b": 1, "c": 1}}',
        ),
        (
            '{"mcpServers": {"a": 1, "b": 1 /*x*/ , /*y*/ "coasty": 1}}',
            '{"mcpServers": {"a": 1, "b": 1 /*x*/  /*y*/}}',
        ),
        (
            '{"mcpServers": {"b": 1 // ,\n  , "coasty": 1}}',
            '{"mcpServers": {"b": 1 // ,\n  }}',
        ),
        ('{"mcpServers": {"b": 1, //x\n "coasty": 1 }}\n', '{"mcpServers": {"b": 1 //x\n }}\n'),
        ('{"mcpServers": {"b": 1, //x\n "coasty": 1}}', '{"mcpServers": {"b": 1 //x\n}}'),
        ('{"mcpServers": {\n  // mine\n  "coasty": 1\n}}', '{"mcpServers": {\n  // mine\n}}'),
    ],
)
def test_an_entry_is_taken_out_with_one_comma_and_without_a_comment(
    before: str, after: str
) -> None:
    assert drop(JSONC, before, PATH) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"mcp": {"servers": {"coasty": 1}}}', '{"mcp": {}}'),
        ('{"mcp": {"servers": {"coasty": 1}}, "a": 1}', '{ "a": 1}'),
        ('{"mcp": {"servers": {"coasty": 1}, "a": 1}}', '{"mcp": { "a": 1}}'),
    ],
)
def test_parents_that_held_nothing_else_go_too_but_for_the_outermost_of_a_file(
    before: str, after: str
) -> None:
    assert drop(JSONC, before, ("mcp", "servers", "coasty")) == after


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ('{"a": [1, 2,], "b": {"c": 1, } , }', {"a": [1, 2], "b": {"c": 1}}),
        ('{"a": ",}", "b": ", ]"}', {"a": ",}", "b": ", ]"}),
        (r'{"a": "\\ // b", "c": "\" /* d"}', {"a": "\\ // b", "c": '" /* d'}),
        ('{"a": 1 /* "b": 2, // */, // "c": "\n"d": 3}', {"a": 1, "d": 3}),
    ],
)
def test_only_what_is_a_comment_or_a_last_comma_is_left_out(text: str, content: object) -> None:
    assert read(JSONC, text) == content


def test_letters_are_written_as_they_are() -> None:
    assert '"command": "/home/zoë/漢字"' in put(JSONC, "", PATH, {"command": "/home/zoë/漢字"})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{}", '{\n  "inputs": [\n    {\n      "id": "key",\n      "type": "y"\n    }\n  ]\n}'),
        (
            '{"inputs": [{"id": "a"}]}',
            '{"inputs": [{"id": "a"},\n  {\n    "id": "key",\n    "type": "y"\n  }\n]}',
        ),
        (
            '{"inputs": [3, {"id": "key"}, {"id": "a"}]}',
            '{"inputs": [3, {\n  "id": "key",\n  "type": "y"\n}, {"id": "a"}]}',
        ),
    ],
)
def test_an_item_of_a_list_is_found_by_its_id(before: str, after: str) -> None:
    assert put(JSONC, before, ("inputs", "key"), QUESTION) == after


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{\n  "mcpServers": []\n}', "line 2: there should be an object here"),
        ('{\n\n  "mcpServers": {\n    "a": 1,\n    "a": 2}\n}', "line 5: a is there twice"),
        ('{\n  "a": 1,\n  b\n}', "line 3: Expecting property name"),
        ('{\n"mcpServers": {"coasty":\n "x"}}', "line 3: there should be an object here"),
        ('{"a": 1\n', "line 2: "),
        ("[]", "there should be named values at its top"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, why: str) -> None:
    with pytest.raises(InvalidDocument) as refused:
        put(JSONC, text, PATH, ENTRY)
    assert str(refused.value).startswith(why)
