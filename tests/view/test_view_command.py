"""`coasty-mcp view`: the page without a host, from a process of its own."""

from collections.abc import Generator
from pathlib import Path

import httpx2
import pytest

from coasty_mcp.sandbox import SANDBOX_KEY
from support.command_process import coasty_mcp, listening
from support.watched import Visitor


@pytest.fixture(scope="module")
def api() -> Generator[str]:
    """A sandbox on a port, with a machine called desk."""
    with listening("sandbox") as sandbox:
        made = httpx2.post(
            f"{sandbox.url}/machines",
            headers={"X-API-Key": SANDBOX_KEY},
            json={"display_name": "desk", "desktop_enabled": True},
        )
        made.raise_for_status()
        yield sandbox.url


@pytest.fixture
def account(api: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """The flags that lead there; no browser is opened."""
    monkeypatch.setenv("PATH", "")
    key = tmp_path / "key"
    key.write_text(SANDBOX_KEY)
    key.chmod(0o600)
    return "--base-url", api, "--api-key-file", str(key)


async def test_a_machine_is_shown_by_its_name(account: tuple[str, ...]) -> None:
    with listening("view", "desk", *account) as view:
        async with httpx2.AsyncClient() as http:
            assert (await http.get(view.url)).status_code == 200
            state = await Visitor(http, view.url).ask("state")
            assert (state["name"], state["status"]) == ("desk", "running")


def test_a_machine_that_there_is_not_ends_it_with_those_there_are(account: tuple[str, ...]) -> None:
    ended = coasty_mcp("view", "desk 2", *account)
    assert ended.returncode == 1
    [line] = ended.stderr.splitlines()
    assert "No machine is called desk 2. There are: mch_" in line
    assert line.endswith("(desk, running).")
