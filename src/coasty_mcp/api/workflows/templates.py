"""Templates such as `{{path.to.value}}` in text: the paths they name, and filling them."""

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
    """A value is missing, or has the wrong type for its use."""


def paths(text: str) -> list[str]:
    """Return the path in each template.

    Raises:
        Unresolved: A template cannot be read.
    """
    if "{{" in TEMPLATE.sub("", text):
        raise Unresolved("A {{ is not closed by }}.")
    found = [inner.strip() for inner in TEMPLATE.findall(text)]
    for path in found:
        if not PATH.fullmatch(path):
            raise Unresolved(f"{{{{{path[:64]}}}}} is no path: write it as {{{{inputs.name}}}}.")
    return found


def render(value: Any, scope: Scope) -> Any:
    """Return the value with its templates filled; a text that is one template keeps the type.

    Raises:
        Unresolved: A path has no value, or the text grows beyond 1,000,000 characters.
    """
    if isinstance(value, str):
        return _text(value, scope)
    if isinstance(value, list):
        return [render(each, scope) for each in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {name: render(each, scope) for name, each in cast("dict[str, Any]", value).items()}
    return value


def render_text(text: str, scope: Scope) -> str:
    """Fill the templates of a text, and return a text."""
    return in_text(render(text, scope))


def look_up(path: str, scope: Scope) -> Any:
    """Return the value at a path: members of objects by name, of lists by number."""
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
