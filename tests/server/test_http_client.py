"""The way to the API is made when it is first needed, and a wrong one is told in words."""

from pathlib import Path

import pytest
from mcp import Client

from coasty_mcp.server.build import build_server
from coasty_mcp.server.http_client import HttpConnection
from coasty_mcp.settings import Settings
from coasty_mcp.tools.catalog import TOOLSETS
from support.mcp_client import Era, error

KEY = "sk-coasty-test-" + "0" * 48
SENTINEL = "5e471e1"


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("ALL_PROXY", f"socks5://a:{SENTINEL}@h", "A SOCKS proxy cannot be used"),
        (
            "ALL_PROXY",
            f"http://a:{SENTINEL}@[::",
            "The address of a proxy",
        ),
        ("SSL_CERT_FILE", "none.pem", "The certificates to trust cannot be read."),
    ],
)
async def test_what_cannot_be_followed_is_told_by_the_first_call(
    era: Era,
    variable: str,
    value: str,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(variable, value)
    server = build_server(Settings.read({"COASTY_API_KEY": KEY}, {}), TOOLSETS)
    async with Client(server, mode=era) as model:
        assert (await model.list_tools()).tools
        refused = error(await model.call_tool("coasty_list_machines"))
    assert refused["code"] == "CANNOT_CONNECT"
    assert refused["message"].startswith(said)
    assert "coasty-mcp doctor" in refused["suggestion"]
    assert SENTINEL not in str(refused)


async def test_it_is_closed_once_and_made_anew_when_it_is_needed_again() -> None:
    connection = HttpConnection(Settings(sandbox=True))
    await connection.close()
    first = connection.http
    assert connection.http is first
    await connection.close()
    assert first.is_closed
    assert not connection.http.is_closed
