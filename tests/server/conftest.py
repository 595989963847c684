"""What the tests of the server share."""

import pytest

from coasty_mcp.sandbox import World
from coasty_mcp.sandbox.world.machines import Machine
from support.mcp_client import new_machine


@pytest.fixture
def ours(world: World) -> Machine:
    """Return a machine of the live key."""
    return new_machine(world.accounts["live"])
