"""Wrong lines that no test notices: `.ci/mutants [--sample 100] [--seed 1] [AREA ...]`.

A mutant is the package with one small mistake. The tests of its area run against it; what survives
is printed with its file and line. Mutation tools from PyPI change files in place or wrap functions,
which the signatures of our tools do not stand, and none of them takes a sample.
"""

import argparse
import ast
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory

PACKAGE = Path("src/coasty_mcp")
EVERY_TOOL = "tests/server/test_every_tool.py"
AREAS = {
    "money": ["tests/money", "tests/tools/test_sessions.py", "tests/tools/test_runs.py"],
    "api/client": [
        "tests/api",
        "tests/tools/test_faults.py",
        "tests/tools/test_dialects.py",
        "tests/tools/test_action_policies.py",
        "tests/server/test_secrets.py",
        "tests/tools/test_discovery.py",
        "tests/tools/test_run_screenshots.py",
        "tests/money",
        EVERY_TOOL,
    ],
    "api/errors": [
        "tests/api",
        "tests/tools/test_errors.py",
        "tests/server/test_http_client.py",
        "tests/server/test_published_tools.py",
        "tests/sandbox/test_refusals.py",
        "tests/tools/test_machines.py",
        "tests/tools/test_machines_of_runs.py",
        "tests/money",
        EVERY_TOOL,
    ],
    "server/consent.py": [
        "tests/server/test_consent.py",
        "tests/server/test_what_is_asked.py",
        "tests/server/test_consent_wording.py",
        "tests/view/test_consent_on_page.py",
    ],
    "server/callers.py": ["tests/transports"],
    "transports/http.py": ["tests/transports"],
    "hosts": [
        "tests/hosts",
        "tests/doctor",
        "tests/test_cli.py",
        "tests/server/test_secret_sources.py",
    ],
    "local": ["tests/local"],
    "screens": [
        "tests/screens",
        "tests/tools/test_coordinates.py",
        "tests/tools/test_predict.py",
        "tests/tools/test_regions.py",
        "tests/recording/test_replay.py",
    ],
}
"""Where a wrong line costs most, and the tests that should notice it, quick ones first.

Those that are named after the file come before them."""
PATIENCE = 180
"""Seconds after which tests that do not end have noticed."""

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
NAMING = {"cast", "TypeVar", "ContextVar"}
"""Calls whose first argument does nothing when the program runs."""
NAME = re.compile(r"[A-Za-z][\w./:-]*")
"""Texts that programs read, such as keys and headers; those for people have spaces."""


@dataclass(frozen=True)
class Mutant:
    path: Path
    line: int
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
        self.found: list[tuple[ast.AST, str]] = []
        self.visit(ast.parse(source))

    def text(self, node: ast.AST) -> str:
        return ast.get_source_segment(self.source, node) or ""

    def add(self, node: ast.AST, becomes: str) -> None:
        self.found.append((node, becomes))

    def visit_Compare(self, node: ast.Compare) -> None:
        operator = COMPARED[type(node.ops[0])]
        if len(node.ops) == 1:
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
            self._negate(node.test)
            self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self._negate(node.test)
        self.generic_visit(node)

    def _negate(self, test: ast.expr) -> None:
        if not isinstance(test, ast.Compare | ast.UnaryOp):
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
        number = isinstance(node.value, ast.Constant) and isinstance(node.value.value, int | float)
        if named != "__all__" and not (named.isupper() and number):
            self.visit(node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value:
            self.visit(node.value)

    def visit_Call(self, node: ast.Call) -> None:
        if self.text(node.func) in NAMING:
            node.args = node.args[1:]
        self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> None:
        """Leave annotations alone."""

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for each in [*node.decorator_list, node.args, *node.body]:
            self.visit(each)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Leave decorators alone: whether a dataclass is frozen changes nothing that it does."""
        for each in node.body:
            self.visit(each)


def mutants(path: Path) -> Iterator[Mutant]:
    """Yield the file with each mistake that can be made in it."""
    source = path.read_text(encoding="utf-8")
    for node, becomes in Mistakes(source).found:
        was = ast.get_source_segment(source, node) or ""
        start = _offset(source, node.lineno, node.col_offset)
        mutated = source[:start] + becomes + source[start + len(was) :]
        try:
            compile(mutated, path, "exec")
        except SyntaxError:
            continue
        yield Mutant(path, node.lineno, was.partition("\n")[0], becomes, mutated)


def _offset(source: str, line: int, column: int) -> int:
    lines = source.splitlines(keepends=True)
    before = lines[line - 1].encode()[:column].decode()
    return len("".join(lines[: line - 1])) + len(before)


class Copies:
    """Copies of the package, one for each test run at a time."""

    def __init__(self, folder: Path, number: int) -> None:
        self._free = SimpleQueue[Path]()
        for each in range(number):
            shutil.copytree("src", folder / str(each))
            self._free.put(folder / str(each))

    def passes(self, tests: Sequence[str], mutant: Mutant | None = None) -> bool:
        """Return whether the tests pass, in spite of the mistake if there is one."""
        copy = self._free.get()
        try:
            with _mistaken(copy, mutant) if mutant else nullcontext():
                return passes(copy, tests)
        finally:
            self._free.put(copy)


@contextmanager
def _mistaken(copy: Path, mutant: Mutant) -> Generator[None]:
    file = copy / mutant.path.relative_to("src")
    whole = file.read_text(encoding="utf-8")
    try:
        _write(file, mutant.source)
        yield
    finally:
        _write(file, whole)


def _write(file: Path, source: str) -> None:
    for stale in (file.parent / "__pycache__").glob(f"{file.stem}.*"):
        stale.unlink()
    file.write_text(source, encoding="utf-8")


def passes(package: Path, tests: Sequence[str]) -> bool:
    """Return whether the tests pass with the package from that folder."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n0", "-p", "no:cacheprovider", *tests]
    variables = os.environ | {"PYTHONPATH": str(package.absolute())}
    null = subprocess.DEVNULL
    with subprocess.Popen(
        command, env=variables, stdin=null, stdout=null, stderr=null, start_new_session=True
    ) as process:
        try:
            return process.wait(PATIENCE) == 0
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            return False


def tests_of(mutant: Mutant) -> list[str]:
    """Return the tests that are named after the mutant's file, then those of its area."""
    inside = mutant.path.relative_to(PACKAGE).as_posix()
    named = (str(each) for each in sorted(Path("tests").rglob(f"test_*{mutant.path.stem}*.py")))
    return [*named, *next(tests for name, tests in AREAS.items() if inside.startswith(name))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("areas", nargs="*", default=list(AREAS))
    asked = parser.parse_args()

    places = [PACKAGE / name for name in asked.areas]
    files = [
        file for place in places for file in ([place] if place.is_file() else place.rglob("*.py"))
    ]
    every = [mutant for file in sorted(files) for mutant in mutants(file)]
    sample = random.Random(asked.seed).sample(every, min(asked.sample, len(every)))
    workers = os.cpu_count() or 1
    with TemporaryDirectory() as folder, ThreadPoolExecutor(workers) as pool:
        copies = Copies(Path(folder), workers)

        def lives(mutant: Mutant) -> bool:
            return copies.passes(tests_of(mutant), mutant)

        kept = list(pool.map(copies.passes, (AREAS[name] for name in asked.areas)))
        if not all(kept):
            failing = [name for name, passed in zip(asked.areas, kept, strict=True) if not passed]
            sys.exit(f"mutants: the tests of {', '.join(failing)} fail without any mistake.")
        survivors = 0
        for mutant, survives in zip(sample, pool.map(lives, sample), strict=True):
            survivors += survives
            if survives:
                print(mutant, flush=True)
    share = 1 - survivors / len(sample)
    print(f"{len(sample)} of {len(every)} mutants: {len(sample) - survivors} noticed ({share:.0%})")


if __name__ == "__main__":
    main()
