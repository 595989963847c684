"""JSON with comments and trailing commas, changed by the smallest edits of its text.

No maintained Python library edits such JSON in place. So what JSON does not know is blanked out
with spaces, the standard library reads the rest, and a position in that is one in the text too.
"""

import json
import re
from typing import NamedTuple, cast

from ..host import Broken, KeyPath

_STRING = r'("(?:[^"\\\n]|\\.)*")'
_COMMENT = re.compile(rf"{_STRING}|//[^\n]*|/\*.*?\*/", re.DOTALL)
_TRAILING_COMMA = re.compile(rf"{_STRING}|,(?=\s*[}}\]])")
_SPACE = re.compile(r"\s*")
_decode = json.JSONDecoder().raw_decode


class Member(NamedTuple):
    """A member of an object from its key to its end, or an item of a list."""

    start: int
    value: int
    end: int


class Box(NamedTuple):
    """An object or a list: where its brackets are, and its members. Items go by their id."""

    begin: int
    members: dict[str, Member]
    end: int


def read(text: str) -> object:
    return read_strictly(_plain(text))


def read_strictly(text: str) -> object:
    """For hosts to which a comment is a mistake."""
    try:
        return json.loads(text) if text.strip() else {}
    except json.JSONDecodeError as error:
        raise Broken(error.msg, error.lineno) from error


def put(text: str, path: KeyPath, value: dict[str, object]) -> str:
    """With the value in it: in place of the old one, or as the last of its object or list."""
    text = text if text.strip() else "{}\n"
    plain = _plain(text)
    return _put(text, plain, _skip(plain, 0), path, value)


def drop(text: str, path: KeyPath) -> str:
    """Without what is there, and without what held nothing else, unless that is all there is.

    Claude Code and Copilot CLI refuse a file of servers that lacks `mcpServers`.
    """
    plain = _plain(text)
    boxes = [_box(plain, _skip(plain, 0))]
    for key in path[:-1]:
        boxes.append(_box(plain, boxes[-1].members[key].value))
    shallowest = 1 if len(boxes[0].members) > 1 else 2
    while len(boxes) > shallowest and _holds_only(text, boxes[-1], path[len(boxes) - 1]):
        boxes.pop()
    return _remove(text, boxes[-1], path[len(boxes) - 1])


def _put(text: str, plain: str, at: int, path: KeyPath, value: dict[str, object]) -> str:
    key, *rest = path
    box = _box(plain, at, "[" if value.get("id") == key else "{")
    if key not in box.members:
        return _insert(text, box, path, value)
    member = box.members[key]
    if rest:
        return _put(text, plain, member.value, tuple(rest), value)
    old = _box(plain, member.value, "{")
    return text[: old.begin] + _render(text, member.start, value) + text[old.end + 1 :]


def _insert(text: str, box: Box, path: KeyPath, value: object) -> str:
    key, *parents = path
    for name in reversed(parents):
        value = [value] if _id(value) == name else {name: value}
    *_, last = [None, *box.members.values()]
    start = len(text[: box.end].rstrip())
    head, tail = text[:start], text[start:]
    ends_with_comma = last and _comma(text, last.end, box.end) is not None
    if last and not ends_with_comma:
        head = text[: last.end] + "," + text[last.end : start]
    if "\n" not in text[start : box.end]:
        tail = "\n" + _indent(text, box.begin) + text[box.end :]
    if last and text[: last.start].rstrip(" \t").endswith("\n"):
        indent = _indent(text, last.start)
    else:
        indent = _indent(text, box.begin) + _unit(text)
    written = _render(text, 0, value).replace("\n", "\n" + indent)
    if text[box.begin] == "{":
        written = f"{json.dumps(key)}: {written}"
    return f"{head}\n{indent}{written}{',' if ends_with_comma else ''}{tail}"


def _remove(text: str, box: Box, key: str) -> str:
    """Without a member, the white space before it, and one comma."""
    members = list(box.members.values())
    index = list(box.members).index(key)
    is_last = index == len(members) - 1
    start, end = len(text[: members[index].start].rstrip()), members[index].end
    head, tail = text[:start], text[end:]
    comma = _comma(text, end, box.end if is_last else members[index + 1].start)
    if comma is not None:
        tail = text[end:comma] + text[comma + 1 :]
    elif index and (comma := _comma(text, members[index - 1].end, start)) is not None:
        head = text[:comma] + text[comma + 1 : start]
    return head + _joint(head[box.begin :], tail, is_last)


def _joint(before: str, tail: str, is_last: bool) -> str:
    """The tail, so that no comment swallows it and an object on one line stays on one."""
    space = tail[: len(tail) - len(tail.lstrip())]
    if "//" in before.rpartition("\n")[2]:
        return tail if "\n" in space else "\n" + tail
    return tail.lstrip() if is_last and "\n" not in before else tail


def _holds_only(text: str, box: Box, key: str) -> bool:
    member = box.members[key]
    around = text[box.begin + 1 : member.start] + text[member.end : box.end]
    return not around.strip(" \t\n,")


def _box(plain: str, at: int, bracket: str | None = None) -> Box:
    if bracket and plain[at] != bracket:
        wanted = {"{": "an object", "[": "a list"}[bracket]
        raise Broken(f"there should be {wanted} here", plain.count("\n", 0, at) + 1)
    members: dict[str, Member] = {}
    position = _skip(plain, at + 1)
    while plain[position] not in "}]":
        key, value = str(position), position
        if plain[at] == "{":
            key, colon = cast("tuple[str, int]", _decode(plain, position))
            value = _skip(plain, _skip(plain, colon) + 1)
        content, end = cast("tuple[object, int]", _decode(plain, value))
        if plain[at] == "[":
            key = _id(content) or key
        members[key] = Member(position, value, end)
        position = _skip(plain, end)
        if plain[position] == ",":
            position = _skip(plain, position + 1)
    return Box(at, members, position)


def _id(value: object) -> str | None:
    if isinstance(value, dict):
        return cast("dict[str, str]", value).get("id")
    return None


def _plain(text: str) -> str:
    """The same text with spaces for comments and trailing commas."""
    return _TRAILING_COMMA.sub(_blank, _COMMENT.sub(_blank, text))


def _blank(found: re.Match[str]) -> str:
    return found[1] or re.sub(r"[^\n]", " ", found[0])


def _comma(text: str, start: int, end: int) -> int | None:
    """Where a comma is between two members."""
    found = _COMMENT.sub(_blank, text[start:end]).find(",")
    return start + found if found >= 0 else None


def _render(text: str, at: int, value: object) -> str:
    written = json.dumps(value, indent=_unit(text), ensure_ascii=False)
    return written.replace("\n", "\n" + _indent(text, at))


def _skip(plain: str, at: int) -> int:
    """Over white space."""
    found = _SPACE.match(plain, at)
    return found.end() if found else at


def _unit(text: str) -> str:
    """One step of indentation, as in the rest of the text."""
    found = re.search(r"^[ \t]+(?=\")", text, re.MULTILINE)
    return found[0] if found else "  "


def _indent(text: str, at: int) -> str:
    """That of the line of a position."""
    line = text[text.rfind("\n", 0, at) + 1 :]
    return line[: len(line) - len(line.lstrip(" \t"))]
