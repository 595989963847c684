"""COASTY_ACTION_POLICY: a file that is not understood keeps the server from starting."""

import os
from pathlib import Path

import pytest

from coasty_mcp.server.build import build_server
from coasty_mcp.settings import Settings, WrongSetting
from coasty_mcp.tools.catalog import TOOLSETS


def start(file: Path) -> None:
    build_server(Settings(sandbox=True, action_policy=file), TOOLSETS)


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("", "it is no JSON"),
        ("{blocked", "it is no JSON"),
        ("[]", "holds no action policy"),
        ('{"blocked": ["click"]}', "There is no argument blocked"),
        ('{"blocked_actions": ["clik"]}', "Did you mean click"),
        ('{"blocked_actions": "click"}', "blocked_actions must be a list"),
        ('{"allowed_actions": []}', "allowed_actions must be a list"),
        ('{"allowed_actions": ["drag"], "blocked_actions": ["drag"]}', "both allowed and blocked"),
        ('{"max_actions": 0}', "max_actions must be a whole number from 1"),
        ('{"coordinate_bounds": {"min_x": 1}}', "coordinate_bounds"),
        ("{}", "forbids nothing"),
        ('{"block_window_close": null}', "forbids nothing"),
        ('{"blocked_keys": ["' + "a" * 1_000_000 + '"]}', "more than 1,000,000 bytes"),
    ],
)
def test_a_policy_that_is_not_understood_is_a_wrong_setting(
    tmp_path: Path, written: str, problem: str
) -> None:
    file = tmp_path / "policy.json"
    file.write_text(written)
    with pytest.raises(WrongSetting, match=problem) as refused:
        start(file)
    assert str(refused.value).startswith("COASTY_ACTION_POLICY names ")


def test_a_policy_that_cannot_be_read_is_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match="No such file"):
        start(tmp_path / "none.json")
    with pytest.raises(WrongSetting, match="not a regular file"):
        start(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no FIFOs here")
def test_a_fifo_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(WrongSetting, match="not a regular file"):
        start(tmp_path / "fifo")


def test_a_policy_that_is_understood_lets_the_server_start(tmp_path: Path) -> None:
    (tmp_path / "policy.json").write_text('{"block_window_close": true}')
    start(tmp_path / "policy.json")
