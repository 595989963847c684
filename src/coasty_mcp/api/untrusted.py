"""Strings that did not come from us, made printable: none forges a line, and nothing in them hides.

Whatever a machine, an agent, a person's label, a file, a configuration or the API said passes
through one of these functions before a model, a person or a log reads it.
"""

import json
import re
from typing import Any, cast

from .redaction import redacted

MOST = 500
"""Characters of a quotation: enough for a sentence, too little for a manifesto."""
BEHIND_A_CUT = 4_000
"""Characters behind a cut in which a secret may end that begins before it."""

HIDDEN = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # controls
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0"  # blank letters
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb"  # zero width, bidi, line ends
    "\ufe00-\ufe0f\U000e0000-\U000e0fff"  # variation selectors, tags
    "\U00013430-\U0001343f\U00016fe4\U0001bca0-\U0001bca3"  # signs that only join others
    "\U0001d159\U0001d173-\U0001d17a"  # blank and joining signs of music
    "]"
)
HIDDEN_IN_LINES = re.compile(HIDDEN.pattern.replace("\x00-\x1f", "\x00-\x08\x0b-\x1f"))
"""The same characters but for line feeds and tabs."""
ANSI = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # colours and movements of the cursor
    r"|(?:\x1b[\]P^_X]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]{0,500}(?:\x07|\x1b\\|\x9c)"  # titles
    r"|\x1b[ -/]*[0-OQ-WYZ\\`-~]"
)
EMOJI = re.compile("(?<=[\u203c-\u3299\U0001f000-\U0001faff])\ufe0f(?!\ufe0f)")
"""A variation selector where people type it: behind a symbol, once."""
PLAIN_NAME = re.compile(r"\w(?:[\w .,:@/+()&'#-]{0,78}[\w.)])?")


def quoted(words: object, most: int = MOST) -> str:
    """Return one line in double quotes, which the words cannot leave, of `most` characters."""
    text = valid(str(words))
    begin = text if len(text) <= most else redacted(text[: most + BEHIND_A_CUT])[:most]
    kept = _visible(json.dumps(begin, ensure_ascii=False), HIDDEN)
    return kept if len(text) <= most else f"{kept}… ({len(text) - most} more characters)"


def named(name: object) -> str:
    """Return a label as it is where it is plain, else quoted."""
    text = str(name)
    plain = PLAIN_NAME.fullmatch(text) and not HIDDEN.search(text)
    return text if plain else quoted(text, 80)


def visible_lines(text: str) -> str:
    """Return the text with its line feeds and tabs, as a terminal would show it in the end.

    ANSI sequences are left out, of a line that was drawn again only the last state is kept, and
    other characters that cannot be seen are written as escapes.
    """
    if text.isascii() and text.isprintable():  # as most are
        return text
    lines = ANSI.sub("", valid(text)).split("\n")
    last_states = (line.rstrip("\r").rpartition("\r")[2] for line in lines)
    return _visible("\n".join(last_states), HIDDEN_IN_LINES)


def printable(value: Any) -> Any:
    """Return any JSON value with each string in it, keys included, as `visible_lines` has it."""
    match value:
        case str():
            return visible_lines(value)
        case dict():
            items = cast("dict[str, Any]", value).items()
            return {visible_lines(key): printable(each) for key, each in items}
        case list():
            return [printable(each) for each in cast("list[Any]", value)]
        case _:
            return value


def visible_json(value: Any) -> str:
    """Return the value as JSON that reads the same, with escapes for all that hides."""
    return HIDDEN.sub(_json_escape, json.dumps(value, ensure_ascii=False))


def _json_escape(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def valid(text: str) -> str:
    """Return the text with U+FFFD for each half of a surrogate pair, which no encoder takes."""
    if text.isascii():  # which a long text of base64 is
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _visible(text: str, hidden: re.Pattern[str]) -> str:
    emoji = {found.start() for found in EMOJI.finditer(text)}
    return hidden.sub(lambda found: found[0] if found.start() in emoji else _escape(found[0]), text)


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode()
