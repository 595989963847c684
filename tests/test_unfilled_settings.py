"""Placeholders of hosts that stayed in a configuration, in the place of a bound."""

import pytest

from coasty_mcp.settings import Settings, WrongSetting, variable
from coasty_mcp.settings.values import BOUNDS

LIFTS_NOTHING = {
    *("api_key", "api_key_file", "base_url", "sandbox_desktop", "sandbox_network"),
    *("allow_local_control", "image_format", "files_dir", "secrets_file", "secrets_command"),
    *("timeout", "log_level", "log_file", "transport", "host", "port", "allow_remote"),
    *("allowed_host", "record_dir", "request_state_key"),
}
"""The settings without which nothing more is done, spent or kept."""
LEFT = ["${LIMIT}", "${env:LIMIT}", "${input:limit}", " $LIMIT", "%LIMIT%", "'<limit>'", "{{ x }}"]


@pytest.mark.parametrize("name", BOUNDS)
def test_a_placeholder_that_no_host_filled_in_lifts_no_bound(name: str) -> None:
    for left in LEFT:
        with pytest.raises(WrongSetting, match="a placeholder that was not filled in"):
            Settings.read({variable(name): left}, {})
        with pytest.raises(WrongSetting, match="a placeholder that was not filled in"):
            Settings.read({}, {name: left})


def test_of_each_setting_it_is_known_whether_it_bounds_something() -> None:
    assert set(BOUNDS) | LIFTS_NOTHING == set(Settings.model_fields)
    assert not LIFTS_NOTHING & set(BOUNDS)


def test_what_is_empty_is_not_set() -> None:
    assert Settings.read({variable(name): " " for name in BOUNDS}, {}) == Settings()
