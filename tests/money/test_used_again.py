"""What ended under a name and goes on under it counts anew, in every server."""

from pathlib import Path

import pytest
from httpx2 import Response

from coasty_mcp.api.errors import InvalidState, SpendLimit
from coasty_mcp.money import Budget, Price, SpendLog
from support.fakes import Flaky
from support.mcp_client import LIVE_KEY
from support.spending import charged, client


async def test_a_key_that_was_refused_once_counts_when_it_is_used_again() -> None:
    refused = {"error": {"code": "INVALID_STATE", "message": "Not now."}}
    made = Response(200, json={"snapshot_id": "snap_1"})
    budget = Budget(1)
    api = client(Flaky(Response(409, json=refused), made, made), budget)
    with pytest.raises(InvalidState):
        await api.machines.create_snapshot("mch_1", "a-key")
    await api.machines.create_snapshot("mch_1", "a-key")
    assert budget.spent == 1
    with pytest.raises(SpendLimit):
        await api.machines.create_snapshot("mch_1", "another-key")


def test_what_ended_and_goes_on_under_the_same_name_counts_in_all_servers(tmp_path: Path) -> None:
    one, other = (Budget(100, SpendLog(tmp_path, LIVE_KEY)) for _ in range(2))
    for _ in range(3):
        with one.reserving(Price(10), "run_1") as settle:
            assert other.room() == one.room()
            settle(charged(10))
    assert one.room() == other.room() == Budget(100, SpendLog(tmp_path, LIVE_KEY)).room() == 70
    file = next(tmp_path.iterdir())
    file.write_text(file.read_text().lstrip())  # read from its beginning again
    assert one.room() == other.room() == 70
