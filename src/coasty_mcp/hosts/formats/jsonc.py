"""JSON with comments and trailing commas, edited in place.

No maintained Python library edits such JSON. So comments and trailing commas are replaced with
spaces, the standard library parses the rest, and positions in that are positions in the text.
"""

import json
import re
from typing import NamedTuple, cast

from ..errors import InvalidDocument
from ..host import KeyPath

_STRING = r'("(?:[^"\\\n]|\\.)*+"?)'
_COMMENT = re.compile(rf"{_STRING}|//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
"""What is not closed matches up to the end, as a search for its end from everywhere takes long."""
_TRAILING_COMMA = re.compile(rf"{_STRING}|,(?=\s*[}}\]])")
_SPACE = re.compile(r"\s*")
_decode = json.JSONDecoder().raw_decode


class Member(NamedTuple):
    """A member of an object from its key to its end, or an item of a list."""

    start: int
    value: int
    end: int


class Container(NamedTuple):
    """An object or a list: members by key, id or position, between the positions of brackets."""

    begin: int
    members: dict[str, Member]
    end: int


def read(text: str) -> object:
    """Parse JSON with comments; raises `InvalidDocument`."""
    return read_strictly(_as_json(text))


def read_strictly(text: str) -> object:
    """Parse JSON for hosts that accept no comments; raises `InvalidDocument`."""
    try:
        return json.loads(text) if text.strip() else {}
    except json.JSONDecodeError as error:
        raise InvalidDocument(error.msg, error.lineno) from error


def put(text: str, path: KeyPath, value: dict[str, object]) -> str:
    """Return the text with the value in place of the old one, or as the last of its container."""
    plain = _as_json(text)
    if not plain.strip():  # nothing, or comments alone
        text += "{}\n" if not text or text.endswith("\n") else "\n{}\n"
        plain = _as_json(text)
    return _put(text, plain, _after_space(plain, 0), path, value)


def drop(text: str, path: KeyPath) -> str:
    """Return the text without the value, and without parents that held nothing else.

    The outermost stays:

    Claude Code and Copilot CLI refuse a file of servers that lacks `mcpServers`.
    """
    plain = _as_json(text)
    containers = [_container(plain, _after_space(plain, 0))]
    for key in path[:-1]:
        containers.append(_container(plain, containers[-1].members[key].value))
    shallowest = 1 if len(containers[0].members) > 1 else 2
    keys = list(path)
    while len(containers) > shallowest and _holds_only(text, containers[-1], keys[-1]):
        containers.pop()
        keys.pop()
    return _remove(text, containers[-1], keys[-1])


def _put(text: str, plain: str, at: int, path: KeyPath, value: dict[str, object]) -> str:
    key, *rest = path
    container = _container(plain, at, "[" if value.get("id") == key else "{")
    if key not in container.members:
        return _insert(text, container, path, value)
    member = container.members[key]
    if rest:
        return _put(text, plain, member.value, tuple(rest), value)
    old = _container(plain, member.value, "{")
    written = _render(text, value, _indent(text, member.start))
    return text[: old.begin] + written + text[old.end + 1 :]


def _insert(text: str, container: Container, path: KeyPath, value: object) -> str:
    key, *parents = path
    for name in reversed(parents):
        value = [value] if _id(value) == name else {name: value}
    *_, last = [None, *container.members.values()]
    start = len(text[: container.end].rstrip())
    head, tail = text[:start], text[start:]
    ends_with_comma = last and _comma(text, last.end, container.end) is not None
    if last and not ends_with_comma:
        head = text[: last.end] + "," + text[last.end : start]
    if "\n" not in text[start : container.end]:
        tail = "\n" + _indent(text, container.begin) + text[container.end :]
    if last and text[: last.start].rstrip(" \t").endswith("\n"):
        indent = _indent(text, last.start)
    else:
        indent = _indent(text, container.begin) + _indent_step(text)
    written = _render(text, value, indent)
    if text[container.begin] == "{":
        written = f"{json.dumps(key)}: {written}"
    return f"{head}\n{indent}{written}{',' if ends_with_comma else ''}{tail}"


def _remove(text: str, container: Container, key: str) -> str:
    """Return the text without a member, the white space before it, and one comma."""
    members = list(container.members.values())
    index = list(container.members).index(key)
    is_last = index == len(members) - 1
    start, end = len(text[: members[index].start].rstrip()), members[index].end
    head, tail = text[:start], text[end:]
    comma = _comma(text, end, container.end)
    if comma is not None:
        tail = text[end:comma] + text[comma + 1 :]
    elif index and (comma := _comma(text, members[index - 1].end, start)) is not None:
        head = text[:comma] + text[comma + 1 : start]
    return head + _joined_tail(head[container.begin :], tail, is_last)


def _joined_tail(before: str, tail: str, is_last: bool) -> str:
    """Return the tail so that no comment swallows it and an object on one line stays on one."""
    space = tail[: len(tail) - len(tail.lstrip())]
    if "//" in before.rpartition("\n")[2]:
        return tail if "\n" in space else "\n" + tail
    return tail.lstrip() if is_last and "\n" not in before else tail


def _holds_only(text: str, container: Container, key: str) -> bool:
    member = container.members[key]
    around = text[container.begin : member.start] + text[member.end : container.end]
    return not around.strip("{[ \t\n,")


def _container(plain: str, at: int, bracket: str | None = None) -> Container:
    if bracket and plain[at] != bracket:
        wanted = {"{": "an object", "[": "a list"}[bracket]
        raise InvalidDocument(f"there should be {wanted} here", plain[:at].count("\n") + 1)
    members: dict[str, Member] = {}
    position = _after_space(plain, at + 1)
    while plain[position] not in "}]":
        key, value = str(position), position
        if plain[at] == "{":
            key, colon = cast("tuple[str, int]", _decode(plain, position))
            value = _after_space(plain, _after_space(plain, colon) + 1)
        content, end = cast("tuple[object, int]", _decode(plain, value))
        name = _id(content) if plain[at] == "[" else None
        if name and name not in members:
            key = name
        if key in members:  # programs differ in which of them counts
            raise InvalidDocument(f"{key} is there twice", plain[:position].count("\n") + 1)
        members[key] = Member(position, value, end)
        position = _after_space(plain, end)
        if plain[position] == ",":
            position = _after_space(plain, position + 1)
    return Container(at, members, position)


def _id(value: object) -> str | None:
    name = cast("dict[str, object]", value).get("id") if isinstance(value, dict) else None
    return name if isinstance(name, str) else None


def _as_json(text: str) -> str:
    """Return JSON of the same length, with spaces for comments and trailing commas."""
    return _TRAILING_COMMA.sub(_blank, _COMMENT.sub(_blank, text))


def _blank(found: re.Match[str]) -> str:
    return found[1] or re.sub(r"[^\n]", " ", found[0])


def _comma(text: str, start: int, end: int) -> int | None:
    """Return the position of the first comma that is in no comment, or None."""
    found = _COMMENT.sub(_blank, text[start:end]).find(",")
    return start + found if found >= 0 else None


def _render(text: str, value: object, indent: str) -> str:
    written = json.dumps(value, indent=_indent_step(text), ensure_ascii=False)
    return written.replace("\n", "\n" + indent)


def _after_space(plain: str, at: int) -> int:
    """Return the position of what follows the white space there."""
    found = _SPACE.match(plain, at)
    return found.end() if found else at


def _indent_step(text: str) -> str:
    """Return one step of indentation, as the rest of the text has it."""
    found = re.search(r"^[ \t]+(?=\")", text, re.MULTILINE)
    return found[0] if found else "  "


def _indent(text: str, at: int) -> str:
    """Return the indentation of the line of a position."""
    line = text[:at].rpartition("\n")[2]
    return line[: len(line) - len(line.lstrip(" \t"))]
