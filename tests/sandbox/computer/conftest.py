"""What the tests of the simulated computer share."""

import pytest

from support.computer_user import User


@pytest.fixture
def user() -> User:
    """Return someone at a computer that was just started."""
    return User()
