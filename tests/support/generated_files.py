"""The only place where `--accept-snapshots` writes."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REWRITTEN = (
    "tests/snapshots/*.json",
    "tests/snapshots/marks.png",
    "README.md",
    "docs/*.md",
    "host_configs/*",
    "packaging/mcpb/manifest.json",
)
"""What is generated and committed, whole or in parts."""


def is_current(path: Path, fresh: str, config: pytest.Config) -> bool:
    """Return whether the file holds this; with `--accept-snapshots` it does afterwards."""
    accept(path, fresh.encode(), config)
    return path.exists() and path.read_text(encoding="utf-8") == fresh


def accept(path: Path, fresh: bytes, config: pytest.Config) -> None:
    """Write the file, with `--accept-snapshots`."""
    if config.getoption("--accept-snapshots"):
        inside = path.relative_to(ROOT)
        assert any(inside.match(pattern) for pattern in REWRITTEN), f"{inside} is not generated"
        path.write_bytes(fresh)
