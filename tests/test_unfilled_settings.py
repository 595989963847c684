"""Placeholders of hosts that stayed in a configuration, in the place of a bound."""

import pytest

from coasty_mcp.settings import Settings, WrongSetting, variable
from coasty_mcp.settings.values import BOUNDS

LEFT = ["${LIMIT}", "${env:LIMIT}", "${input:limit}", " $LIMIT", "%LIMIT%", "'<limit>'", "{{ x }}"]


@pytest.mark.parametrize("name", BOUNDS)
def test_a_placeholder_that_no_host_filled_in_lifts_no_bound(name: str) -> None:
    for left in LEFT:
        with pytest.raises(WrongSetting, match="a placeholder that was not filled in"):
            Settings.read({variable(name): left}, {})
        with pytest.raises(WrongSetting, match="a placeholder that was not filled in"):
            Settings.read({}, {name: left})


def test_what_is_empty_is_not_set() -> None:
    assert Settings.read({variable(name): " " for name in BOUNDS}, {}) == Settings()
