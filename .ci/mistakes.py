"""The small mistakes that can be made in a line of Python."""

import ast
import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

COMPARED = {
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.In: "not in",
    ast.NotIn: "in",
    ast.Is: "is not",
    ast.IsNot: "is",
}
COMPUTED = {ast.Add: "-", ast.Sub: "+", ast.Mult: "//", ast.Div: "*", ast.FloorDiv: "*"}
SMALL = 10
"""Numbers below are wrong by one, larger ones, which bound or convert something, by far.

Those with a name of their own are decisions, which tests take by their names.
"""
NAMING = {"cast", "TypeVar", "ParamSpec", "ContextVar"}
"""Calls whose first argument does nothing when the program runs."""
NAME = re.compile(r"[A-Za-z][\w./:-]*")
"""Texts that programs read, such as keys and headers; those for people have spaces."""


@dataclass(frozen=True)
class Mutant:
    path: Path
    line: int
    shows: tuple[int, ...]
    """The lines at which it shows, as far as that is known."""
    was: str
    becomes: str
    source: str
    """The whole file with the mistake."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.was!r} becomes {self.becomes!r}"


class Mistakes(ast.NodeVisitor):
    """Collects the mistakes that can be made in a file: a node, and what stands there instead."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.found: list[tuple[ast.AST, str, tuple[int, ...] | None]] = []
        self._shows: tuple[int, ...] | None = ()
        """Where the mistakes show that are being found; None for their own lines."""
        self.visit(ast.parse(source))

    def text(self, node: ast.AST) -> str:
        return ast.get_source_segment(self.source, node) or ""

    def add(self, node: ast.AST, becomes: str) -> None:
        self.found.append((node, becomes, self._shows))

    def visit_Compare(self, node: ast.Compare) -> None:
        operator = COMPARED[type(node.ops[0])]
        if "monotonic()" in self.text(node):  # no moment is met exactly
            self._negate(node)
        elif len(node.ops) == 1:
            self.add(node, f"{self.text(node.left)} {operator} {self.text(node.comparators[0])}")
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        other = " or " if isinstance(node.op, ast.And) else " and "
        self.add(node, f"({other.join(f'({self.text(each)})' for each in node.values)})")
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if operator := COMPUTED.get(type(node.op)):
            self.add(node, f"({self.text(node.left)} {operator} {self.text(node.right)})")
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.Not):
            self.add(node, f"bool({self.text(node.operand)})")
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        match node.value:
            case bool():
                self.add(node, str(not node.value))
            case int() | float():
                self.add(node, f"({self.text(node)} {'+ 1' if node.value < SMALL else '* 2'})")
            case str() if NAME.fullmatch(node.value) and self.text(node)[:1] in {'"', "'"}:
                self.add(node, repr(f"{node.value}x"))
            case _:
                pass

    def visit_If(self, node: ast.If) -> None:
        if self.text(node.test) != "TYPE_CHECKING":
            self._condition(node.test)
            self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self._condition(node.test)
        self.generic_visit(node)

    def _condition(self, test: ast.expr) -> None:
        if not isinstance(test, ast.Compare | ast.UnaryOp):
            self._negate(test)

    def _negate(self, test: ast.expr) -> None:
        self.add(test, f"(not ({self.text(test)}))")

    def visit_Return(self, node: ast.Return) -> None:
        if node.value and not isinstance(node.value, ast.Constant):
            self.add(node, "return None")
        self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> None:
        self.add(node, "pass")
        self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Constant):  # a docstring
            return
        if not self.text(node).startswith("log."):
            self.add(node, "pass")
            self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        if isinstance(node.targets[0], ast.Attribute | ast.Subscript):
            self.add(node, "pass")
        named = self.text(node.targets[0])
        if named != "__all__" and not (named.isupper() and _is_number(node.value)):
            self._visit_value(node.targets[0], node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value:
            self._visit_value(node.target, node.value)

    def _visit_value(self, target: ast.expr, value: ast.expr) -> None:
        """Visit what a name stands for: outside of functions it shows where that is used."""
        name = re.compile(rf"\b{re.escape(self.text(target))}\b")
        lines = enumerate(self.source.splitlines(), 1)
        shows = tuple(at for at, line in lines if name.search(line) and at != target.lineno)
        with self._showing_at(None if self._shows is None else shows):
            self.visit(value)

    @contextmanager
    def _showing_at(self, lines: tuple[int, ...] | None) -> Generator[None]:
        before, self._shows = self._shows, lines
        yield
        self._shows = before

    def visit_Call(self, node: ast.Call) -> None:
        if self.text(node.func).partition("[")[0] in NAMING:
            node.args = node.args[1:]
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if self.text(node.value) != "Literal":  # a type, which another check holds
            self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> None:
        """Leave annotations alone."""

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.visit(node.args)
        for each in node.decorator_list:
            self.visit(each)
        with self._showing_at(None):
            for each in node.body:
                self.visit(each)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Leave decorators alone: whether a dataclass is frozen changes nothing that it does."""
        for each in node.body:
            self.visit(each)


def _is_number(value: ast.expr) -> bool:
    """Return whether it is numbers alone, and what is computed from them."""
    parts = ast.Name, ast.Tuple, ast.Call, ast.BinOp, ast.operator, ast.expr_context
    return all(
        isinstance(node.value, int | float)
        if isinstance(node, ast.Constant)
        else isinstance(node, parts)
        for node in ast.walk(value)
    )


def mutants(path: Path) -> Iterator[Mutant]:
    """Yield the file with each mistake that can be made in it."""
    source = path.read_text(encoding="utf-8")
    for node, becomes, shows in Mistakes(source).found:
        was = ast.get_source_segment(source, node) or ""
        start = _offset(source, node.lineno, node.col_offset)
        mutated = source[:start] + becomes + source[start + len(was) :]
        try:
            compile(mutated, path, "exec")
        except SyntaxError:
            continue
        places = (node.lineno,) if shows is None else shows
        yield Mutant(path, node.lineno, places, was.partition("\n")[0], becomes, mutated)


def _offset(source: str, line: int, column: int) -> int:
    lines = source.splitlines(keepends=True)
    before = lines[line - 1].encode()[:column].decode()
    return len("".join(lines[: line - 1])) + len(before)
