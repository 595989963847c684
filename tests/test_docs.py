"""What the documents say about tools, settings and folders is written from the code, and true."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from coasty_mcp.hosts.catalogue import HOSTS
from support.generated_docs import FOLDERS, GENERATED, ROOT, refreshed
from support.generated_files import is_current
from test_imports import MAY_IMPORT

DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("*/*.md")]
TESTS = [*(ROOT / "tests").rglob("test_*.py")]


@pytest.mark.parametrize(("file", "marker"), GENERATED)
def test_a_generated_part_of_a_document_is_up_to_date(
    file: str, marker: str, request: pytest.FixtureRequest
) -> None:
    path = ROOT / file
    fresh = refreshed(path.read_text(encoding="utf-8"), marker, GENERATED[file, marker]())
    assert is_current(path, fresh, request.config), "accept it with --accept-snapshots"


def test_every_folder_is_described() -> None:
    assert FOLDERS.keys() == {name for name in MAY_IMPORT if not name.startswith("__")}


def test_the_readme_names_every_host_that_can_be_installed_into() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = readme[readme.index("coasty-mcp install ") : readme.index("`coasty-mcp install` alone")]
    assert not [host.name for host in HOSTS if not re.search(rf"\b{host.name}\b", named)]


def links(path: Path) -> Iterator[str]:
    """Every link of a document that leads to a file of the repository."""
    yield from re.findall(r"\]\((?!\w+:)([^)#\s]+)", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_link_to_a_file_leads_to_one(path: Path) -> None:
    assert not [target for target in links(path) if not (path.parent / target).exists()]


def test_the_tests_that_hold_a_promise_exist() -> None:
    promised = re.findall(r"`(test_\w+)(?:::(test_\w+))?`", (ROOT / "SECURITY.md").read_text())
    assert promised
    for file, name in promised:
        texts = [path.read_text(encoding="utf-8") for path in TESTS if path.stem == file]
        held_by = f"def {name}(" if name else "def test_"
        assert any(held_by in text for text in texts), (file, name)


PROSE = ["CONTRIBUTING.md", "docs/architecture.md", "docs/troubleshooting.md", "SECURITY.md"]


@pytest.mark.parametrize("name", PROSE)
def test_a_file_that_prose_names_is_there(name: str) -> None:
    prose = (ROOT / name).read_text(encoding="utf-8")
    named = re.findall(r"`((?:\w[\w.]*/)+(?:\w+\.\w+)?)`", prose)
    places = (ROOT, ROOT / "src" / "coasty_mcp")
    lost = [path for path in named if not any((place / path).exists() for place in places)]
    assert set(lost) <= {"tests/snapshots/coasty_get_health.json"}


def test_the_worked_example_fits_the_files_that_it_changes() -> None:
    example = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("```")[1]
    for part in example.split("--- a/")[1:]:
        name, *lines = part.splitlines()
        there = (ROOT / name).read_text(encoding="utf-8").splitlines()
        before, after = ({line[1:] for line in lines if line[:1] in {" ", sign}} for sign in "-+")
        assert before <= set(there) or after <= set(there), name


def test_only_what_is_generated_can_be_accepted(
    pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pytestconfig.option, "accept_snapshots", True)
    with pytest.raises(AssertionError, match="is not generated"):
        is_current(ROOT / "src" / "new.py", "", pytestconfig)
    others = [path for path in TESTS if path != Path(__file__)]
    assert not [path for path in others if ".getoption(" in path.read_text(encoding="utf-8")]
