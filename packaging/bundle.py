"""Builds the extension for Claude Desktop: `python packaging/bundle.py dist/coasty-mcp.mcpb`.

It holds the source alone: the host brings uv, and uv brings Python and what we depend on.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

ROOT = Path(__file__).parents[1]
TOP_LEVEL_FILES = ROOT / "packaging" / "mcpb"
BUILD_FILES = ("pyproject.toml", "README.md", "LICENSE")


def contents() -> Iterator[tuple[str, Path]]:
    """Yield each name in the bundle with the file that goes there."""
    for path in sorted(TOP_LEVEL_FILES.iterdir()):
        yield path.name, path
    for name in BUILD_FILES:
        yield name, ROOT / name
    for path in sorted((ROOT / "src").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(ROOT).as_posix(), path


def build(bundle: Path) -> None:
    """Write the bundle: the same bytes each time, without dates and in one order."""
    bundle.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(bundle, "w") as file:
        for name, path in contents():
            file.writestr(ZipInfo(name), path.read_bytes(), ZIP_DEFLATED)


if __name__ == "__main__":
    build(Path(sys.argv[1]))
