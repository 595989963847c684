"""How a secret may be written where it comes back: escaped, in hexadecimal, in base64."""

import html
import json
import re
from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

SHORTEST_LINE = 8
"""Characters of a line of a secret that is hidden by itself."""


def spellings(secret: str) -> set[str]:
    """Return the secret, each longer line of it, and other ways to write them."""
    lines = {line.strip() for line in secret.splitlines()}
    texts = {secret, *(line for line in lines if len(line) >= SHORTEST_LINE)}
    return {spelling for text in texts for spelling in (text, *_escaped(text), *_encoded(text))}


def _escaped(text: str) -> Iterator[str]:
    """Yield it as programs, JSON, shells, URLs, forms and HTML have it."""
    for in_code in (repr(text), repr(text.encode(errors="replace"))[1:], *_in_json(text)):
        yield in_code[1:-1]
        yield in_code[1:-1].replace("/", r"\/")
        yield ESCAPE.sub(lambda code: rf"\u{code[1].upper()}", in_code)[1:-1]
        yield json.dumps(in_code[1:-1])[1:-1]
    for quote_mark in ("'\"'\"'", r"'\''", "''"):
        yield text.replace("'", quote_mark)
    yield SIGN.sub(r"\\\g<0>", text)
    for in_url in (quote(text, errors="replace"), quote(text, safe="", errors="replace")):
        yield in_url
        yield re.sub("%..", lambda code: code[0].lower(), in_url)
        yield quote(in_url)
    yield quote_plus(text, errors="replace")
    for in_html in (html.escape(text), html.escape(text, quote=False)):
        yield in_html
        for apostrophe in ("&#39;", "&apos;", "&#039;"):
            yield in_html.replace("&#x27;", apostrophe)
            yield in_html.replace("&#x27;", apostrophe).replace("&quot;", "&#34;")


def _in_json(text: str) -> tuple[str, str]:
    return json.dumps(text), json.dumps(text, ensure_ascii=False)


def _encoded(text: str) -> Iterator[str]:
    """Yield it in hexadecimal, and in base64 at each place; also as Windows and JSON have it."""
    data = text.encode(errors="replace")
    yield data.hex()
    yield data.hex().upper()
    in_json = (each[1:-1].encode(errors="replace") for each in _in_json(text))
    for each in {data, *in_json, text.encode("utf-16-le", errors="replace")}:
        for before in range(3):
            encoded = b64encode(bytes(before) + each).decode()
            own = encoded[(0, 2, 3)[before] : (before + len(each)) * 8 // 6]
            yield own
            yield own.translate(URL_SAFE)


URL_SAFE = str.maketrans("+/", "-_")
ESCAPE = re.compile(r"\\u([0-9a-f]{4})")
SIGN = re.compile(r"""[ !"#$&'()*;<>?[\\\]^`{|}~]""")
"""A character that bash escapes with a backslash."""
