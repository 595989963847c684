"""Values of settings as people and hosts write them, and the names of settings."""

import re
from pathlib import Path
from typing import Annotated
from urllib.request import url2pathname

from pydantic import BeforeValidator, Field

from ..api.redaction import redacted
from ..api.rules import WORDS
from ..api.untrusted import HIDDEN

SURROUNDINGS = " \t\r\n\ufeff\u200b\u00a0"
"""Characters that stick to a value when it is copied: spaces, line ends, a BOM."""
PLACEHOLDER = re.compile(r"\$\{.*\}|\$\w+|%\w+%|<.*>|\{\{.*\}\}", re.DOTALL)
"""What a host leaves of a variable that it did not fill in."""
BOUNDS = (
    "sandbox",
    "max_credits",
    "state_dir",
    "default_ttl_minutes",
    "read_only",
    "confirm",
    "action_policy",
    "toolsets",
    "tools",
    "exclude_tools",
    "record_redact",
    "record_without_pictures",
    "record_max_mb",
)
"""The settings without which more is done, spent or kept."""
LONGEST_MESSAGE = 2000


class WrongSetting(ValueError):
    """A setting cannot be used; the message names it and says what it must be.

    A key that was put into the wrong setting is not shown, nor anything that hides.
    """

    def __init__(self, message: str) -> None:
        super().__init__(HIDDEN.sub("\ufffd", redacted(message[:LONGEST_MESSAGE])))


def _split(value: object) -> object:
    """Return `default,runs` as a tuple of names."""
    if isinstance(value, str):
        return tuple(name.strip() for name in value.split(",") if name.strip())
    return value


def cleaned(value: object) -> object:
    """Return text without the quotes and blanks around it, and None for an unfilled placeholder."""
    if not isinstance(value, str):
        return value
    text = _bare(value)
    return None if not text or PLACEHOLDER.fullmatch(text) else text


def filled(settings: dict[str, object]) -> dict[str, object]:
    """Return the settings, if no host has left a placeholder in the place of a bound.

    Raises:
        WrongSetting: there is one.
    """
    for name in BOUNDS:
        value = settings[name]
        if isinstance(value, str) and PLACEHOLDER.fullmatch(_bare(value)):
            raise WrongSetting(
                f"{flag(name)} ({variable(name)}) holds a placeholder that was not filled in: "
                "give it a value, or leave it out."
            )
    return settings


def _bare(value: str) -> str:
    text = value.strip(SURROUNDINGS)
    while len(text) > 1 and text[0] == text[-1] and text[0] in "\"'`":
        text = text[1:-1].strip(SURROUNDINGS)
    return text


def _path(value: object) -> object:
    """Return `~/key` and `file:///home/me/key` as paths."""
    if isinstance(value, str):
        path = value
        if value.lower().startswith("file:"):
            path = url2pathname(value[5:].removeprefix("//").removeprefix("localhost"))
        if "\0" in path:
            raise ValueError
        try:
            return Path(path).expanduser()
        except RuntimeError as error:  # ~nobody
            raise ValueError from error
    return value


FilePath = Annotated[Path, BeforeValidator(_path), Field(json_schema_extra={WORDS: "a path"})]
Names = Annotated[tuple[str, ...], BeforeValidator(_split)]
Choices = Annotated[
    tuple[str, ...],
    BeforeValidator(lambda given: _split(given.lower() if isinstance(given, str) else given)),
]
"""Names that are all in lower case."""


def variable(name: str) -> str:
    """Return the environment variable of a setting."""
    return f"COASTY_{name.upper()}"


def flag(name: str) -> str:
    """Return the command-line flag of a setting."""
    return f"--{name.replace('_', '-')}"
