"""One machine for all tests of a file."""

from collections.abc import Generator

import pytest

from coasty_mcp.sandbox import World
from support.real_desk import Desk, require_real_desktop


@pytest.fixture(scope="module")
def desk() -> Generator[Desk]:
    require_real_desktop()
    world = World(desktops="real")
    try:
        yield Desk.started(world)
    finally:
        world.close()
