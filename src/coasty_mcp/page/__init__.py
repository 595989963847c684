"""The page that shows what was done on a machine: a recording, from disk and without a network."""

import base64
from functools import cache
from hashlib import sha256
from importlib.resources import files

POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; connect-src 'self'; {sources}"


@cache
def page() -> str:
    """Return the whole page as HTML; what is appended to it comes to stand in its body.

    Only this style and this script are allowed to act, by their digests: a foreign string that
    became markup could do nothing.
    """
    html, style = _text("page.html"), _text("page.css")
    script = "".join(map(_text, ("page.js", "live.js", "control.js", "chat.js")))
    sources = f"style-src {_digest(style)}; script-src {_digest(script)}"
    parts = {"policy": POLICY.format(sources=sources), "style": style, "script": script}
    for name, part in parts.items():
        html = html.replace(f"{{{name}}}", part, 1)
    return html


def page_with_key(key: str) -> str:
    """Return the page for a chat, where its host passes on what it asks together with the key."""
    return page().replace('name="key" content=""', f'name="key" content="{key}"', 1)


def _text(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'"
