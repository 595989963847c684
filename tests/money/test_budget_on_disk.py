"""With a folder for its state, the count of what was spent outlives the process."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from coasty_mcp.api.errors import SpendLimit
from coasty_mcp.api.wire.machines import MachineStatus
from coasty_mcp.money import Budget, SpendLog
from coasty_mcp.money.prices import Price
from coasty_mcp.server.build import build_server
from coasty_mcp.settings import Settings
from coasty_mcp.tools.catalog import TOOLSETS
from support.mcp_client import LIVE_KEY
from support.spending import charged, used


def test_the_count_goes_on_after_a_restart(tmp_path: Path) -> None:
    key = "sk-coasty-live-secret"
    used(Budget(10, SpendLog(tmp_path, key)), 6, 6)
    again = Budget(10, SpendLog(tmp_path, key))
    assert again.spent == 6
    with pytest.raises(SpendLimit):
        used(again, 5, 5)
    used(Budget(10, SpendLog(tmp_path, "another key")), 5, 5)
    assert len(list(tmp_path.iterdir())) == 2


def test_servers_that_run_at_once_share_one_count(tmp_path: Path) -> None:
    ours, theirs = (Budget(100, SpendLog(tmp_path, "key")) for _ in range(2))
    for _ in range(5):
        used(ours, 8, 5)
        used(theirs, 8, 5)
    assert ours.room() == theirs.room() == 50
    with ours.reserving(Price(45)):
        with pytest.raises(SpendLimit):
            used(theirs, 8, 8)
        assert ours.room() == 5


def test_what_has_no_bound_takes_nothing_of_the_limit_of_others(tmp_path: Path) -> None:
    unlimited, limited = (Budget(limit, SpendLog(tmp_path, "key")) for limit in (None, 10))
    with unlimited.reserving(Price(None, ongoing=True)) as settle:
        assert limited.room() == 10
        settle(MachineStatus(machine_id="mch_1", status="running"))
    assert limited.room() == 10


def test_the_file_names_no_key_and_is_the_users_own(tmp_path: Path) -> None:
    state = tmp_path / "coasty" / "state"
    used(Budget(10, SpendLog(state, "sk-coasty-live-secret")), 6, 6)
    [file] = state.iterdir()
    assert "secret" not in file.name + file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_a_torn_line_harms_no_other(tmp_path: Path) -> None:
    journal = SpendLog(tmp_path, "key")
    with journal.file.open("a") as file:
        file.write('{"open": "half')
    used(Budget(10, SpendLog(tmp_path, "key")), 6, 6)
    assert Budget(10, SpendLog(tmp_path, "key")).spent == 6
    for line in ("[1]", "5", '{"open": 1}'):
        journal.file.write_text(f"{journal.file.read_text()}{line}\n")
    assert Budget(10, SpendLog(tmp_path, "key")).spent == 6


def test_a_disk_that_is_full_does_not_lose_a_paid_answer(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ledger = Budget(10, SpendLog(tmp_path, "key"))
    with ledger.reserving(Price(6)) as settle:
        [file] = tmp_path.iterdir()
        file.unlink()
        file.mkdir()
        settle(charged(6))
    assert ledger.spent == 6
    assert "cannot be written down" in caplog.text


def test_an_unknown_folder_for_the_state_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings = Settings(api_key=SecretStr(LIVE_KEY), state_dir=tmp_path / "file" / "state")
    with pytest.raises(ValueError, match="COASTY_STATE_DIR"):
        build_server(settings, TOOLSETS)
