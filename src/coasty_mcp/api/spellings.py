"""How a secret may be written where it comes back: escaped, in hexadecimal, in base64."""

import html
import json
import re
from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

BLANKS = re.compile(r"\s+")
SHORTEST_LINE = 8
"""Characters of a line of a secret that is hidden by itself."""


def spellings(secret: str) -> set[str]:
    """Return the secret, each longer line of it, and other ways to write them."""
    lines = {line.strip() for line in secret.splitlines()}
    texts = {secret, *(line for line in lines if len(line) >= SHORTEST_LINE)}
    return {spelling for text in texts for spelling in (text, *_escaped(text), *_encoded(text))}


def _escaped(text: str) -> Iterator[str]:
    """Yield it as Python, JSON, URLs, forms and HTML have it."""
    yield repr(text)[1:-1]
    yield json.dumps(text)[1:-1]
    yield json.dumps(text, ensure_ascii=False)[1:-1]
    for in_url in (quote(text, errors="replace"), quote(text, safe="", errors="replace")):
        yield in_url
        yield re.sub("%..", lambda code: code[0].lower(), in_url)
    yield quote_plus(text, errors="replace")
    yield html.escape(text)
    yield html.escape(text, quote=False)


def _encoded(text: str) -> Iterator[str]:
    data = text.encode(errors="replace")
    yield data.hex()
    yield data.hex().upper()
    for before in range(3):
        encoded = b64encode(bytes(before) + data).decode()
        own = encoded[(0, 2, 3)[before] : (before + len(data)) * 8 // 6]
        yield own
        yield own.translate(URL_SAFE)


URL_SAFE = str.maketrans("+/", "-_")
