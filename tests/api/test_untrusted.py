"""What did not come from us is printed so that it forges no line and hides nothing."""

import json
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coasty_mcp.api.redaction import hide_secret, secrets_of_caller
from coasty_mcp.api.untrusted import named, printable, quoted, valid, visible_json, visible_lines

ANYTHING = st.text(st.characters(exclude_categories=()))
INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
NEVER_DRAWN = set("\u034f\u2065\u2800\u3164\uffa0\ufff0\ufff8\U00016fe4\U0001d159\U000e0fff")
"""Of other categories, or of none yet: Unicode's "default ignorable" ones, and blank signs."""
VISIBLE_ALL_THE_SAME = set(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)
"""Signs above Arabic, Syriac and Kaithi numbers: of the category Cf, but seen."""


def hides(text: str, *, besides: str = "") -> list[str]:
    return [
        each
        for each in text
        if (unicodedata.category(each) in INVISIBLE or each in NEVER_DRAWN)
        and each not in besides
        and each not in VISIBLE_ALL_THE_SAME
    ]


def test_no_sign_that_nobody_sees_stays_in_any_script() -> None:
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    hidden = set(hides(every, besides="\n\t"))
    assert hidden
    assert not hidden & set(visible_lines(every))
    assert not hidden & set(quoted(every, len(every)))


@given(ANYTHING)
def test_a_quotation_is_one_line_that_words_cannot_leave(words: str) -> None:
    line = quoted(words, 10_000)
    assert line[0] == line[-1] == '"'
    assert not hides(line)
    assert '"' not in line[1:-1].replace("\\\\", "").replace('\\"', "")


def test_a_secret_in_the_middle_of_which_a_quotation_is_cut_is_hidden() -> None:
    secret = "Vn7cPassw0rdLongEnough99"
    with secrets_of_caller(set()):
        hide_secret(secret)
        for before in range(70, 100):
            shown = quoted("m" * before + secret + "z" * 99, 100)
            assert shown.startswith('"' + "m" * before)
            assert secret[:1] not in shown


@given(ANYTHING)
def test_lines_keep_line_feeds_and_tabs_and_no_other_control(text: str) -> None:
    assert not hides(visible_lines(text), besides="\n\t")


@given(ANYTHING)
def test_what_is_shown_can_always_be_encoded(text: str) -> None:
    for shown in (quoted(text), named(text), visible_lines(text), valid(text)):
        shown.encode()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x9b1mbold", "bold"),
        ("\x1b]0;a title\x07text", "text"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("10 %\r50 %\r100 %\ndone", "100 %\ndone"),
        ("dos\r\nlines\r\n", "dos\nlines\n"),
        ("admin\u202egnp.exe", "admin\\u202egnp.exe"),
        ("a\u200bb\ufeff", "a\\u200bb\\ufeff"),
        ("tag \U000e0041", "tag \\U000e0041"),
        ("half \ud83d.", "half \ufffd."),
        ("plain ✔\ufe0f 😀 é 漢", "plain ✔\ufe0f 😀 é 漢"),
        ("smuggled ✔\ufe0f\ufe01\ufe02", "smuggled ✔\ufe0f\\ufe01\\ufe02"),
    ],
)
def test_text_of_several_lines_reads_as_a_terminal_shows_it_in_the_end(
    text: str, shown: str
) -> None:
    assert visible_lines(text) == shown


def test_a_long_quotation_is_cut_and_says_so() -> None:
    assert quoted("x" * 600, 500) == f'"{"x" * 500}"… (100 more characters)'


@pytest.mark.parametrize("name", ["desk", "automation-bot", "Ada's desk (2)", "Büro 3", "東京"])
def test_a_plain_name_is_shown_as_it_is(name: str) -> None:
    assert named(name) == name


@pytest.mark.parametrize(
    "name", ["", " desk", 'a "b"', "a\nNext: b", "a\u202eb", "a\\b", "x" * 81, "a\u3164b"]
)
def test_any_other_name_is_quoted(name: str) -> None:
    assert named(name).startswith('"')
    assert "\n" not in named(name)


def test_every_string_of_a_value_is_made_printable() -> None:
    value = {"a\u202e": ["\x1b[1mb", {"c": "d\x00"}], "n": 1, "t": True, "none": None}
    shown = {"a\\u202e": ["b", {"c": "d\\x00"}], "n": 1, "t": True, "none": None}
    assert printable(value) == json.loads(json.dumps(shown))


def test_json_says_the_same_and_hides_nothing() -> None:
    value = {"a\x7f\x9b": ["\x1b[2J\u202e\u2028", "\U000e0041", "Büro 東京 ✔\ufe0f", 1, None]}
    written = visible_json(value)
    assert json.loads(written) == value
    assert written.isprintable()
    assert "Büro 東京" in written
