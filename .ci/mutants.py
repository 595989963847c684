"""Wrong lines that no test notices: `.ci/mutants [--sample 100] [--seed 1] [AREA ...]`.

A mutant is the package with one small mistake. The whole suite runs once, to learn which tests come
to which line; those run against the mutant, and what survives is printed with its file and line.
Mutation tools from PyPI change files in place or wrap functions, which the signatures of our tools
do not stand, and none of them takes a sample.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Generator, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from itertools import accumulate, chain
from multiprocessing import get_context
from operator import itemgetter
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

import pytest
from coverage import CoverageData

from mistakes import Mutant, mutants

PACKAGE = Path("src/coasty_mcp")
AREAS = [
    "money",
    "api/client",
    "api/errors",
    "server/consent.py",
    "server/callers.py",
    "transports/http.py",
    "hosts",
    "local",
    "screens",
]
"""Where a wrong line costs most."""
LONGEST = 30.0
"""Seconds of tests that a mutant is given at most near its file, and as much elsewhere."""
PATIENCE = 90
"""Seconds after which tests that do not end have noticed."""
PYTEST = ["-q", "-p", "no:cacheprovider"]


class Suite:
    """What the tests do when nothing is wrong: to which lines they come, in how many seconds."""

    def __init__(self, folder: Path) -> None:
        """Run them all."""
        data, report = folder / "coverage", folder / "report.xml"
        settings = folder / "settings"
        settings.write_text(f"[run]\ndata_file = {data}\n", encoding="utf-8")
        measured = [f"--cov={PACKAGE}", f"--cov-config={settings}", "--cov-context=test"]
        reports = ["--cov-report=", f"--junitxml={report}"]
        subprocess.run([sys.executable, "-m", "pytest", *PYTEST, *measured, *reports])
        coverage = CoverageData(str(data))
        coverage.read()
        self._coming = cache(lambda path: coverage.contexts_by_lineno(str(path.absolute())))
        self.tests = set[str]()
        self._seconds = dict[str, float]()
        self._texts = {str(file): file.read_text("utf-8") for file in Path("tests").rglob("*.py")}
        for case in ElementTree.parse(report).iter("testcase"):
            test = f"{case.attrib['classname'].replace('.', '/')}.py::{case.attrib['name']}"
            self.tests.add(test)
            if not len(case):  # neither failed nor skipped
                self._seconds[test] = float(case.attrib["time"])

    def tests_of(self, mutant: Mutant) -> list[str]:
        """Return the tests that come to where the mistake shows, near and quick ones first.

        Which ones feel what is done at the start, or in a process of its own, nobody measures: all
        tests near it may.
        """
        lines = self._coming(mutant.path)
        contexts = chain.from_iterable(lines.get(line, ()) for line in mutant.shows)
        coming = {context.rpartition("|")[0] for context in contexts} - {""}
        near = self._near(mutant)
        measured = coming and mutant.shows == (mutant.line,)
        more = set[str]() if measured else near - coming
        return [test for each in (coming & near, coming - near, more) for test in self._quick(each)]

    def _near(self, mutant: Mutant) -> set[str]:
        """Return the tests of the same folder, and those whose file holds the mistaken text."""
        folder = f"tests/{mutant.path.relative_to(PACKAGE).parts[0]}/"
        text = mutant.was.strip("\"'")
        files = {
            file
            for file, whole in self._texts.items()
            if file.startswith(folder) or (text != mutant.was and text in whole)
        }
        return {test for test in self._seconds if test.partition("::")[0] in files}

    def _quick(self, tests: Set[str]) -> list[str]:
        """Return the quickest of the tests, which take as long as a mutant may take."""
        ordered = sorted(tests & self._seconds.keys(), key=self._seconds.__getitem__)
        spent = accumulate(self._seconds[test] for test in ordered)
        return [test for test, sum_ in zip(ordered, spent, strict=True) if sum_ < LONGEST]


class Copies:
    """Copies of the package, one for each test run at a time."""

    def __init__(self, folder: Path, number: int, suite: Suite) -> None:
        self._suite = suite
        self._free = SimpleQueue[Path]()
        for each in range(number):
            shutil.copytree("src", folder / str(each))
            self._free.put(folder / str(each))

    def notice(self, mutant: Mutant) -> bool:
        """Return whether a test fails because of the mistake."""
        copy = self._free.get()
        try:
            with _mistaken(copy, mutant):
                return _fails(copy, Chosen(self._suite.tests_of(mutant), self._suite.tests))
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


class Chosen:
    """Runs the chosen ones of all tests, in this order, after those that a mistake made new."""

    def __init__(self, tests: Sequence[str], of: Set[str]) -> None:
        self.files = sorted({test.partition("::")[0] for test in tests})
        self._places = dict.fromkeys(of, -1) | {test: at for at, test in enumerate(tests, 1)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        places = [(self._places.get(item.nodeid, 0), item) for item in items]
        items[:] = [item for place, item in sorted(places, key=itemgetter(0)) if place >= 0]


def _fails(package: Path, tests: Chosen) -> bool:
    process = get_context("spawn").Process(target=_run, args=(package, tests))
    process.start()
    process.join(PATIENCE)
    if process.is_alive():
        os.killpg(process.pid or 0, 9)
        process.join()
    return process.exitcode not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)


def _run(package: Path, tests: Chosen) -> None:
    """Run the tests with the package from that folder, and end as they end."""
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(null, standard)
    sys.path.insert(0, str(package))
    os.environ["PYTHONPATH"] = str(package)  # for processes that tests start
    sys.exit(pytest.main([*PYTEST, "-x", "-n0", *tests.files], plugins=[tests]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("areas", nargs="*", default=AREAS)
    asked = parser.parse_args()

    places = [PACKAGE / name for name in asked.areas]
    files = [
        file for place in places for file in ([place] if place.is_file() else place.rglob("*.py"))
    ]
    every = [mutant for file in sorted(files) for mutant in mutants(file)]
    sample = random.Random(asked.seed).sample(every, min(asked.sample, len(every)))
    workers = os.cpu_count() or 1
    with TemporaryDirectory() as folder, ThreadPoolExecutor(workers) as pool:
        copies = Copies(Path(folder), workers, Suite(Path(folder)))
        survivors = 0
        for mutant, noticed in zip(sample, pool.map(copies.notice, sample), strict=True):
            if not noticed:
                survivors += 1
                print(mutant, flush=True)
    share = 1 - survivors / len(sample)
    print(f"{len(sample)} of {len(every)} mutants: {len(sample) - survivors} noticed ({share:.0%})")


if __name__ == "__main__":
    main()
