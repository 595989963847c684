"""Secrets by name: filled in when a request leaves, and taken out of everything that returns."""

import json
import re
from collections.abc import Mapping
from typing import Any

from .errors import InvalidRequest
from .redaction import HIDDEN, hide_secret, replaced, with_texts
from .spellings import spellings
from .untrusted import named

PLACEHOLDER = re.compile(r"\{\{\s*secret:([^{}]*)\}\}")
BINARY = "_b64"
"""How the names of texts end that are files or pictures: no result shows them as they are."""


class Secrets:
    """The values that stand for `{{secret:NAME}}`. Logs and errors hide them too from now on."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._values = dict(values or {})
        self._spellings: dict[str, str] = {}
        for value in self._values.values():
            self._spellings |= dict.fromkeys(spellings(value), HIDDEN)
        for name, value in self._values.items():
            self._spellings[value] = placeholder(name)
        hide_secret(*self._values.values())

    @property
    def names(self) -> list[str]:
        """The names, in their order."""
        return list(self._values)

    def require_known(self, value: Any) -> None:
        """Look through any JSON value.

        Raises:
            InvalidRequest: a placeholder in it has no value here.
        """
        self.filled(value)

    def filled(self, value: Any) -> Any:
        """Return any JSON value with the secrets in place of their placeholders.

        Raises:
            InvalidRequest: there is no secret of that name.
        """
        return with_texts(value, lambda text: PLACEHOLDER.sub(self._value, text))

    def hidden(self, text: str) -> str:
        """Return the text with the placeholder of each secret in it, however it is written."""
        return replaced(text, self._spellings) if self._spellings else text

    def hidden_in(self, value: Any) -> Any:
        """Return any JSON value with no secret in it."""
        return with_texts(value, self.hidden) if self._spellings else value

    def hidden_in_json(self, text: str) -> str:
        """Return what the API sent without secrets, but for files and pictures in base64."""
        if not self._spellings:
            return text
        try:
            value = with_texts(json.loads(text), self.hidden, except_ending=BINARY)
        except (ValueError, RecursionError):
            return self.hidden(text)
        return json.dumps(value, ensure_ascii=False)

    def are_in(self, data: bytes) -> bool:
        """Return whether one of them can be read in the bytes, as in a picture's metadata."""
        return any(spelling.encode(errors="replace") in data for spelling in self._spellings)

    def _value(self, found: re.Match[str]) -> str:
        name = found[1].strip()
        if name not in self._values:
            there = ", ".join(self._values) or "none: COASTY_SECRETS_FILE gives them"
            raise InvalidRequest(f"There is no secret {named(name)}. There are: {there}.")
        return self._values[name]


def placeholder(name: str) -> str:
    """Return what stands for a secret wherever a model reads or writes it."""
    return f"{{{{secret:{name}}}}}"


def refuse_placeholders(value: Any) -> None:
    """Refuse a request that nothing fills: an agent of the API would type the placeholder itself.

    Raises:
        InvalidRequest: there is a placeholder in the value.
    """

    def refuse(text: str) -> str:
        if found := PLACEHOLDER.search(text):
            raise InvalidRequest(
                f"{found[0]} is filled in only where this server types, runs or writes it itself, "
                "and would reach this agent as it is: do this part with coasty_predict and "
                "coasty_execute_machine_action."
            )
        return text

    with_texts(value, refuse)
