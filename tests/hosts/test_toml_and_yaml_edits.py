"""How an entry is put into TOML and YAML, and taken out again."""

import pytest

from coasty_mcp.hosts.errors import InvalidDocument
from coasty_mcp.hosts.formats import FORMATS, Format, drop, put

TOML, YAML = FORMATS["toml"], FORMATS["yaml"]
SERVER, EXTENSION = ("mcp_servers", "coasty"), ("extensions", "coasty")
ENTRY: dict[str, object] = {"command": "x", "args": ["-a"]}
TABLE = '[mcp_servers.coasty]\ncommand = "x"\nargs = ["-a"]\n'
BLOCK = "  coasty:\n    command: x\n    args:\n    - -a\n"
BRACES = '"coasty": {"command": "x", "args": ["-a"]}'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", TABLE),
        ("a = 1", f"a = 1\n\n{TABLE}"),
        ("# mine\n", f"# mine\n\n{TABLE}"),
        (f"a = '{'b.' * 200}'\n", f"a = '{'b.' * 200}'\n\n{TABLE}"),
        ("[mcp_servers]\n", f"[mcp_servers]\n\n{TABLE}"),
        ("[mcp_servers.coasty]\nold = 1\n\n[b]\nc = 1\n", f"[b]\nc = 1\n\n{TABLE}"),
    ],
)
def test_a_table_is_put_last(before: str, after: str) -> None:
    assert put(TOML, before, SERVER, ENTRY) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[mcp_servers.coasty]\na = 1\n", ""),
        ("[mcp_servers]\n\n[mcp_servers.coasty]\na = 1\n", ""),
        ("a = 1\n\n\n[mcp_servers.coasty]\na = 1", "a = 1\n"),
        ("[mcp_servers.coasty]\na = 1\n\n[b]\nc = 1\n\n\n", "[b]\nc = 1\n\n\n"),
        ("[mcp_servers.b]\na = 1\n[mcp_servers.coasty.env]\na = 1\n", "[mcp_servers.b]\na = 1\n"),
    ],
)
def test_a_table_is_taken_out_with_its_blank_lines(before: str, after: str) -> None:
    assert drop(TOML, before, SERVER) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", f"extensions:\n{BLOCK}"),
        ("a: 1", f"a: 1\nextensions:\n{BLOCK}"),
        ("a: 1\n", f"a: 1\nextensions:\n{BLOCK}"),
        ("? [a]\n: b\n", f"? [a]\n: b\nextensions:\n{BLOCK}"),
        ("extensions:", f"extensions:\n{BLOCK}"),
        (f"a: '{'[' * 200}'\n", f"a: '{'[' * 200}'\nextensions:\n{BLOCK}"),
        ("extensions:  # mine\na: 1\n", f"extensions:  # mine\n{BLOCK}a: 1\n"),
        ("extensions:\n\n  # mine\n  b: 1\n", f"extensions:\n{BLOCK}\n  # mine\n  b: 1\n"),
        (
            "extensions:\n   b: 1\na: 1\n",
            f"extensions:\n{BLOCK}".replace("\n  ", "\n   ") + "   b: 1\na: 1\n",
        ),
        ("extensions:\n  coasty:\n    old: 1\n  b: 1\n", f"extensions:\n{BLOCK}  b: 1\n"),
        ("extensions: {}\n", f"extensions: {{{BRACES}}}\n"),
        ("extensions: {b: 1}\n", f"extensions: {{{BRACES}, b: 1}}\n"),
        ("extensions: {coasty: {old: 1}, b: 1}\n", f"extensions: {{{BRACES}, b: 1}}\n"),
    ],
)
def test_a_member_of_a_mapping_is_put_first(before: str, after: str) -> None:
    assert put(YAML, before, EXTENSION, ENTRY) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("extensions:\n  coasty:\n    a: 1\n", ""),
        ("a: 1\nextensions:\n  coasty:\n    a: 1\nb: 1\n", "a: 1\nb: 1\n"),
        ("extensions:\n  # mine\n  coasty:\n    a: 1\nb: 1\n", "  # mine\nb: 1\n"),
        ("extensions:\n  b: 1\n  coasty:\n    a: 1", "extensions:\n  b: 1\n"),
        ("extensions:\n coasty:\n  a: 1\n b: 1\n", "extensions:\n b: 1\n"),
        ("extensions:\n coasty:\n  a: 1\n \n  c: 1\n b: 1\n", "extensions:\n b: 1\n"),
        ("extensions:\n  coasty: {a: 1}\n  # b\n  b: 1\n", "extensions:\n  # b\n  b: 1\n"),
        (
            "extensions:\n  coasty:\n    # mine\n    a: |\n      1\n\n      2\n\n  b: 1\n",
            "extensions:\n\n  b: 1\n",
        ),
        ("extensions: {coasty: {a: 1} , b: 1}\n", "extensions: {b: 1}\n"),
        ("extensions: {coasty: {a: 1}}\n", "extensions: {}\n"),
    ],
)
def test_a_member_of_a_mapping_is_taken_out_with_all_that_is_further_in(
    before: str, after: str
) -> None:
    assert drop(YAML, before, EXTENSION) == after


@pytest.mark.parametrize(
    ("form", "text", "why"),
    [
        (TOML, "mcp_servers = 3\n", "mcp_servers should be a table"),
        (TOML, "a = 1\nb =\n", "line 2: Invalid value"),
        (TOML, "a = 1\n[b", "line 2: "),
        (YAML, "a: 1\na: 2\n", 'line 2: found duplicate key "a"'),
        (YAML, "a: 1\nb: [\n", "line 3: "),
        (YAML, "a: \x07\n", "unacceptable character"),
        (YAML, "a: 1\nextensions:\n- b\n", "line 3: there should be a mapping here"),
        (YAML, "extensions:\n  a: 1\n  coasty: 3\n", "line 3: there should be a mapping here"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(form: Format, text: str, why: str) -> None:
    with pytest.raises(InvalidDocument) as refused:
        put(form, text, SERVER if form is TOML else EXTENSION, ENTRY)
    assert str(refused.value).startswith(why)
