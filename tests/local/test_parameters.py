"""How much of an action's parameters is taken."""

from coasty_mcp.local.parameters import read_text


def test_a_text_of_as_many_characters_as_may_be_typed_is_taken_whole() -> None:
    text = "a" * 20_000
    assert read_text({"text": text}) == text
