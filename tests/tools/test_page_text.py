"""HTML of pages as text that a model reads."""

import pytest

from coasty_mcp.tools.page_text import page_text


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("plain text, 1 < 2", "plain text, 1 < 2"),
        ('<h2>News</h2><p>One <a href="/k">more</a> thing', "## News\nOne [link] more -> /k thing"),
        ("<script>if(a<b){}</script><p>a</p><style>p{}</style>", "a"),
        ("<div hidden><div>x<p>y</div>z</div><p>seen", "seen"),
        ('<p style="display: none">x</p><p aria-hidden=true>y</p><p>z', "z"),
        ('<div role="alert">Bad &amp; worse</div>', "[alert] Bad & worse"),
        ("<div aria-live=polite>Saved</div>", "[status] Saved"),
        ('<input id=e type=email value="a@b" required>', '[email #e] = "a@b" (required)'),
        ('<input type=password value="secret">', "[password]"),
        ('<input placeholder="Your name" aria-invalid=true>', "[field] (Your name) (invalid)"),
        ("<label><input type=checkbox checked> News</label>", "[checkbox] (checked) News"),
        ("<select id=s><option selected>A<option>B</select>", "[select #s]\n- (selected) A\n- B"),
        ("<button type=submit disabled>Send</button>", "[button] (disabled) Send"),
        ('<img alt="A cat"><img>', "[picture] A cat"),
    ],
)
def test_a_page_is_told_as_it_is_seen(html: str, shown: str) -> None:
    assert page_text(html) == shown


def test_a_page_of_any_depth_is_read() -> None:
    assert page_text("<div hidden>" + "<b>" * 50_000 + "x") == ""
    assert page_text("<div>" * 50_000 + "x") == "x"
