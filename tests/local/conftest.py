"""The X server of a test file, and the window that notes what it gets."""

from collections.abc import Generator

import pytest

from support.local_window import LocalWindow, x_server


@pytest.fixture(scope="module")
def display() -> Generator[str]:
    """Return the name of an X server; a file may have another kind of its own."""
    with x_server() as name:
        yield name


@pytest.fixture(scope="module")
def opened(display: str) -> Generator[LocalWindow]:
    with LocalWindow() as window:
        yield window


@pytest.fixture
def window(opened: LocalWindow) -> LocalWindow:
    opened.reset()
    return opened


@pytest.fixture
def soon_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for a screen to come to rest."""
    monkeypatch.setattr("coasty_mcp.local.loop.SETTLE_SECONDS", 0)
