"""`{{path.to.value}}` in text: which values are named, and their places filled."""

import json
import re
from collections.abc import Mapping
from typing import Any, cast

Scope = Mapping[str, Any]
"""Every name that a path may begin with."""

TEMPLATE = re.compile(r"\{\{([^{}]*)\}\}")
PATH = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
LONGEST = 1_000_000  # characters of a filled text: templates must not be able to fill the memory


class Unresolved(ValueError):
    """A value is missing, or does not go with what is done with it."""


def paths(text: str) -> list[str]:
    """The path in each template; Unresolved when one cannot be read."""
    if "{{" in TEMPLATE.sub("", text):
        raise Unresolved("A {{ is not closed by }}.")
    found = [inner.strip() for inner in TEMPLATE.findall(text)]
    for path in found:
        if not PATH.fullmatch(path):
            raise Unresolved(f"{{{{{path[:64]}}}}} is no path: write it as {{{{inputs.name}}}}.")
    return found


def render(value: Any, scope: Scope) -> Any:
    """The value with its templates filled. A text that is just one template keeps the type."""
    if isinstance(value, str):
        return _text(value, scope)
    if isinstance(value, list):
        return [render(each, scope) for each in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {name: render(each, scope) for name, each in cast("dict[str, Any]", value).items()}
    return value


def render_text(text: str, scope: Scope) -> str:
    """The same for what has to stay a text."""
    return in_text(render(text, scope))


def look_up(path: str, scope: Scope) -> Any:
    """Through objects by name, and through lists by number."""
    found: Any = scope
    for name in path.split("."):
        try:
            found = found[int(name) if isinstance(found, list) else name]
        except (LookupError, TypeError, ValueError) as error:
            raise Unresolved(f"{{{{{path}}}}} has no value: there is no {name}.") from error
    return found


def _text(text: str, scope: Scope) -> Any:
    if whole := TEMPLATE.fullmatch(text):
        return look_up(whole[1].strip(), scope)
    filled, end = "", 0
    for template in TEMPLATE.finditer(text):
        filled += text[end : template.start()] + in_text(look_up(template[1].strip(), scope))
        end = template.end()
        if len(filled) > LONGEST:
            raise Unresolved(f"The text grows beyond {LONGEST} characters.")
    return filled + text[end:]


def in_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
