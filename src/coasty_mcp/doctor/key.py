"""The API key: its source, its kind, and the common mistakes in it. It is never shown."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from ..api.errors import NotConfigured
from ..hosts.errors import shown
from ..settings import Settings, variable
from .finding import Finding

KEY_KINDS = {
    r"sk-coasty-test-[0-9a-f]{48}": "a test key, which is free",
    r"sk-coasty-live-[0-9a-f]{48}": "a live key, which pays",
    r"cua_sk_[0-9a-f]{48}": "a legacy key, which pays",
}
KEY_VARIABLE = variable("api_key")


class Mistake(NamedTuple):
    """A common mistake in the text of a key."""

    pattern: str
    """A regular expression for the whole text."""
    found: str
    fix: str


UNFILLED = Mistake(
    r"[$%{].*",
    "holds the name of a variable that was not filled in",
    "Set that variable where the host is started, or write the key itself.",
)
MISTAKES = (
    Mistake(r"\s*", "is empty", NotConfigured.advice),
    Mistake(
        r"""["'`\u2018-\u201d].*|.*["'`\u2018-\u201d]""",
        "has quotes around the key",
        "Take the quotes away; on Windows, `set` keeps them.",
    ),
    UNFILLED,
    Mistake(r"(?i:bearer\b).*", "begins with the word Bearer", "Leave the key alone in it."),
    Mistake(
        r".*(\.\.\.|…|[<>*]|(?i:your|xxx)).*",
        "holds an example, not a key",
        f"Replace it. {NotConfigured.advice}",
    ),
    Mistake(r".*\s.*", "has a space or a line break in it", "Leave the key alone in it."),
    Mistake(r".*[^!-~].*", "has characters that no key has", "Copy the key again, as plain text."),
)


def check_key(settings: Settings, variables: Mapping[str, str]) -> Finding:
    """Say where the key comes from and which kind it is, or what is wrong with it."""
    if settings.sandbox:
        return Finding("key", "ok", "the sandbox needs none")
    if settings.api_key is None:
        if variables.get(KEY_VARIABLE, "").strip():
            return Finding("key", "fail", f"{KEY_VARIABLE} {UNFILLED.found}", UNFILLED.fix)
        found = f"{KEY_VARIABLE} is {'empty' if KEY_VARIABLE in variables else 'not set'}"
        if settings.api_key_file:
            found = f"{found}, and the file {shown(settings.api_key_file)} holds no key"
        return Finding("key", "fail", found, NotConfigured.advice)
    source = _source(settings, variables)
    text = settings.api_key.get_secret_value()
    for mistake in MISTAKES:
        if re.fullmatch(mistake.pattern, text, re.DOTALL):
            return Finding("key", "fail", f"{source} {mistake.found}", mistake.fix)
    for shape, kind in KEY_KINDS.items():
        if re.fullmatch(shape, text):
            return Finding("key", "ok", f"{source} holds {kind}")
    known = "Keys are sk-coasty-test-, sk-coasty-live- or cua_sk_ and 48 hexadecimal digits: "
    found = f"{source} holds something of an unknown shape"
    return Finding("key", "warn", found, f"{known}check that it was copied in whole.")


def _source(settings: Settings, variables: Mapping[str, str]) -> str:
    file = f"the file {shown(settings.api_key_file)}"
    key = settings.api_key.get_secret_value() if settings.api_key else ""
    if key not in variables.get(KEY_VARIABLE, ""):  # not set, or a placeholder
        return file
    return f"{KEY_VARIABLE} (which wins over {file})" if settings.api_key_file else KEY_VARIABLE
