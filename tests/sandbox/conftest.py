"""Runs of the sandbox, for the tests about them."""

import pytest

from coasty_mcp.sandbox import World
from support.run_sandbox import FOR_EVER, RunClient


@pytest.fixture
def api() -> RunClient:
    """Return a client in front of a world of its own."""
    return RunClient()


@pytest.fixture
def slow() -> RunClient:
    """Return one whose runs are still at their first step when a test looks."""
    return RunClient(World(pace=FOR_EVER))
