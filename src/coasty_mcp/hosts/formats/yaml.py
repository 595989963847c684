"""YAML edited by whole lines; ruamel.yaml parses it and gives the positions."""

import json
import re
from collections.abc import Callable
from io import StringIO
from textwrap import indent
from typing import Protocol, TypeVar, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from ..errors import InvalidDocument
from ..host import KeyPath

T = TypeVar("T")


class Mark(Protocol):
    """A position in the text, counted from 0."""

    index: int
    line: int
    column: int


class Node(Protocol):
    """A node of ruamel.yaml: a scalar, sequence or mapping with its positions."""

    id: str
    value: object
    flow_style: bool | None
    start_mark: Mark
    end_mark: Mark


class Parser(Protocol):
    """The part of ruamel.yaml that is used here; its own types leave this open."""

    def load(self, stream: str, /) -> object: ...
    def compose(self, stream: str, /) -> Node | None: ...
    def dump(self, data: object, stream: StringIO, /) -> None: ...


class Problem(Protocol):
    """A syntax error of ruamel.yaml."""

    problem: str
    problem_mark: Mark


def read(text: str) -> object:
    """Parse YAML; raises `InvalidDocument`."""
    content = _checked(_parser().load, text)
    return {} if content is None else content


def _checked(parse: Callable[[str], T], text: str) -> T:
    """Return what the parser makes of the text; raises `InvalidDocument`."""
    try:
        return parse(text)
    except MarkedYAMLError as error:
        found = cast("Problem", error)
        why, *_ = found.problem.split(" with value ")  # of a key that is there twice
        raise InvalidDocument(why, found.problem_mark.line + 1) from error
    except YAMLError as error:
        raise InvalidDocument(str(error).splitlines()[0]) from error


def put(text: str, path: KeyPath, value: dict[str, object]) -> str:
    """Return the text with the value as the first of its parent.

    At another place, a comment could come to stand beside a value that it is not about.
    """
    parent, name = path
    members = _root(text)
    if parent not in members:
        return _ended(text) + _render({parent: {name: value}}, 0)
    key, content = members[parent]
    inside = _members(content) if content.value else {}
    if name in inside:
        _members(inside[name][1])
        return put(drop(text, path), path, value)
    if content.id == "mapping" and content.flow_style:
        begin = content.start_mark.index + 1
        written = json.dumps({name: value})[1:-1] + (", " if inside else "")
        return text[:begin] + written + text[begin:]
    columns = [first.start_mark.column for first, _ in inside.values()]
    written = _render({name: value}, columns[0] if columns else key.start_mark.column + 2)
    begin = _next_line(text, key)
    return _ended(text[:begin]) + written + text[begin:]


def drop(text: str, path: KeyPath) -> str:
    """Return the text without the value, and without the parent if it held nothing else."""
    parent, name = path
    owner, content = _root(text)[parent]
    inside = _members(content)
    key, value = inside[name]
    begin = key.start_mark.index
    if content.flow_style:
        return text[:begin] + re.sub(r"^\s*,\s*", "", text[value.end_mark.index :])
    deeper = re.compile(rf"(([ \t]*\n)* {{{key.start_mark.column + 1}}}.*(\n|$))*")
    block = deeper.match(text, _next_line(text, key))
    end = block.end() if block else begin
    begin -= key.start_mark.column
    if len(inside) > 1:
        return text[:begin] + text[end:]
    return text[: owner.start_mark.index] + text[_next_line(text, owner) : begin] + text[end:]


def _parser(kind: str = "safe") -> Parser:
    return cast("Parser", YAML(typ=kind, pure=True))


def _root(text: str) -> dict[str, tuple[Node, Node]]:
    root = _checked(_parser().compose, text)
    return _members(root) if root else {}


def _members(node: Node) -> dict[str, tuple[Node, Node]]:
    """Return the nodes of a mapping, keys and values, by key; raises `InvalidDocument`."""
    if node.id != "mapping":
        raise InvalidDocument("there should be a mapping here", node.start_mark.line + 1)
    pairs = cast("list[tuple[Node, Node]]", node.value)
    return {str(key.value): (key, value) for key, value in pairs}


def _render(content: object, column: int) -> str:
    stream = StringIO()
    _parser("rt").dump(content, stream)
    return indent(stream.getvalue(), " " * column)


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else text + "\n"


def _next_line(text: str, node: Node) -> int:
    """Return where the line after the first line of a node begins, or would begin."""
    start = node.start_mark.index
    return start + len(text[start:].partition("\n")[0]) + 1
