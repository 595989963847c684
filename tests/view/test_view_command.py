"""`coasty-mcp view`: the page without a host, from a process of its own."""

from collections.abc import Generator
from pathlib import Path

import httpx2
import pytest

from coasty_mcp.money import SpendLog
from coasty_mcp.sandbox import SANDBOX_KEY
from coasty_mcp.server.machine_control import MachineControl
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


def machine_id_at(api: str) -> str:
    listed = httpx2.get(f"{api}/machines", headers={"X-API-Key": SANDBOX_KEY}).json()
    return listed["data"][0]["id"]


@pytest.fixture
def account(api: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """The flags that lead there; no browser is opened."""
    monkeypatch.setenv("PATH", "")
    key = tmp_path / "key"
    key.write_text(SANDBOX_KEY)
    key.chmod(0o600)
    return "--base-url", api, "--api-key-file", str(key)


async def test_it_shows_a_machine_rings_for_attention_and_stops_the_model_of_another_server(
    account: tuple[str, ...], tmp_path: Path
) -> None:
    with listening("view", "desk", *account, "--state-dir", str(tmp_path)) as view:
        async with httpx2.AsyncClient() as http:
            assert (await http.get(view.url)).status_code == 200
            page = Visitor(http, view.url)
            state = await page.ask("state")
            assert (state["name"], state["status"]) == ("desk", "running")
            elsewhere = MachineControl(SpendLog(tmp_path, SANDBOX_KEY, "-control"))
            elsewhere.ask(machine_id_at(account[1]), "Log in")
            assert view.output.readline() == "Ctrl-C ends it.\n"
            assert view.output.readline() == '\aThe model asks you: "Log in"\n'
            await page.ask("stop")
            assert elsewhere.held() == {machine_id_at(account[1])}


def test_a_machine_that_there_is_not_ends_it_with_those_there_are(account: tuple[str, ...]) -> None:
    ended = coasty_mcp("view", "desk 2", *account)
    assert ended.returncode == 1
    [line] = ended.stderr.splitlines()
    assert "No machine is called desk 2. There are: mch_" in line
    assert line.endswith("(desk, running).")
