"""A web page's HTML as text that a model reads: fields with their values, links, messages."""

import re
from html.parser import HTMLParser

SKIPPED = {"script", "style", "svg", "noscript", "template", "head"}
BREAKS = {
    *("p", "div", "li", "ul", "ol", "tr", "table", "br", "hr", "form", "fieldset", "label"),
    *("section", "article", "nav", "header", "footer", "main", "body", "legend", "title"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "button", "select", "option", "dt", "dd", "pre"),
}
VOID = {"br", "hr", "img", "input", "meta", "link", "area", "base", "col", "source", "wbr"}
STATES = ("required", "checked", "selected", "disabled", "readonly")
MAX_HTML = 1_000_000
"""Characters of HTML that are read."""
Attributes = dict[str, str]


def page_text(html: str) -> str:
    """Return the page as lines, or the text as it is where it is no HTML.

    A field is `[field #email] = "ada@x.org" (required)`, a link `[link] Home -> /home`.
    """
    if not re.search(r"<[a-zA-Z!]", html):
        return html
    reader = _PageReader()
    reader.feed(html[:MAX_HTML])
    reader.close()
    return reader.text()


class _PageReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = [""]
        self._skipped: list[str] = []
        """The open elements from the outermost one on that is not shown."""
        self._links: list[str] = []
        """The addresses of the links that are open."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if self._skipped or tag in SKIPPED or _is_hidden(given):
            self._skipped += [] if tag in VOID else [tag]
            return
        if tag in BREAKS:
            self._break()
        self._say(_opening(tag, given))
        if tag == "a":
            self._links.append(given.get("href", ""))

    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            self._end_skipping(tag)
            return
        if tag == "a" and self._links and (target := self._links.pop()):
            self._say(f"-> {target}")
        if tag in BREAKS:
            self._break()

    def _end_skipping(self, tag: str) -> None:
        """Forget the innermost element of that name, and what was never closed in it."""
        while tag in self._skipped and self._skipped.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self._say(" ".join(data.split()))

    def text(self) -> str:
        """Return the lines that say something."""
        return "\n".join(filter(None, map(str.strip, self._lines)))

    def _say(self, words: str) -> None:
        self._lines[-1] += f" {words}" if words and self._lines[-1] else words

    def _break(self) -> None:
        if self._lines[-1]:
            self._lines.append("")


def _is_hidden(given: Attributes) -> bool:
    style = given.get("style", "").replace(" ", "")
    return (
        "hidden" in given
        or given.get("aria-hidden") == "true"
        or given.get("type") == "hidden"
        or "display:none" in style
    )


def _opening(tag: str, given: Attributes) -> str:
    """Return what is said before an element's own text."""
    match tag:
        case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
            return "#" * int(tag[1])
        case "input" | "textarea" | "select" | "button":
            return _control(tag, given)
        case "a":
            return "[link]"
        case "option":
            return f"- {_states(given)}".rstrip()
        case "img":
            return f"[picture] {given['alt']}" if given.get("alt") else ""
        case _:
            return _role(given)


def _role(given: Attributes) -> str:
    """Return `[alert]` for messages; a page marks what it complains about so."""
    role = given.get("role", "")
    live = given.get("aria-live") in {"assertive", "polite"}
    return f"[{role}]" if role in {"alert", "status", "dialog"} else "[status]" if live else ""


def _control(tag: str, given: Attributes) -> str:
    kind = given.get("type", "") if tag == "input" else tag
    word = {"": "field", "text": "field", "textarea": "field", "submit": "button"}.get(kind, kind)
    target = f" #{given['id']}" if given.get("id") else ""
    label = given.get("aria-label") or given.get("placeholder")
    value = "" if kind in {"password", "checkbox", "radio"} else given.get("value")
    parts = [f"[{word}{target}]", label and f"({label})", value and f'= "{value}"']
    return " ".join(filter(None, [*parts, _states(given)]))


def _states(given: Attributes) -> str:
    states = [each for each in STATES if each in given]
    states += ["invalid"] if given.get("aria-invalid") == "true" else []
    return f"({', '.join(states)})" if states else ""
