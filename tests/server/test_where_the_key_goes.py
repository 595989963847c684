"""The key goes to the API, by the proxy that the user has set, and to nobody else."""

import ssl
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import trustme
from mcp import Client
from mcp.types import PromptReference
from pydantic import SecretStr

from coasty_mcp.server.build import build_server
from coasty_mcp.server.http_client import connect
from coasty_mcp.settings import Settings
from coasty_mcp.tools.catalog import TOOLSETS
from support.asked_person import Person
from support.fakes import Flaky
from support.mcp_client import Clock, error, seated, structured, text

KEY = "sk-coasty-test-" + "5e9712e1" * 6


class Elsewhere(BaseHTTPRequestHandler):
    """Remembers who asked for what, and answers like the API, or passes people on."""

    requests: list[tuple[str, str, str | None]]
    location = ""

    def do_GET(self) -> None:
        self.requests.append((self.command, self.path, self.headers.get("X-API-Key")))
        body = b'{"data": []}'
        self.send_response(307 if self.location else 200)
        if self.location:
            self.send_header("Location", self.location)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_CONNECT(self) -> None:
        self.requests.append((self.command, self.path, self.headers.get("X-API-Key")))
        self.send_error(502)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@contextmanager
def web(location: str = "", tls: ssl.SSLContext | None = None) -> Generator[ThreadingHTTPServer]:
    handler = type("Here", (Elsewhere,), {"requests": [], "location": location})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def requests(server: ThreadingHTTPServer) -> list[tuple[str, str, str | None]]:
    return server.RequestHandlerClass.requests  # pyright: ignore[reportAttributeAccessIssue, reportFunctionMemberAccess]


def settings(url: str) -> Settings:
    return Settings(api_key=SecretStr(KEY), base_url=url, timeout=5)


async def listed(url: str) -> Any:
    where = settings(url)
    sleep = Clock().sleep
    async with connect(where) as http, seated(http=http, settings=where, sleep=sleep) as model:
        return await model.call_tool("coasty_list_machines", {})


async def test_a_key_that_cannot_be_used_is_sent_on_no_way() -> None:
    api = Flaky()
    broken = Settings(api_key=SecretStr("sk-coasty-live-\u201cor not"), confirm="always")
    server = build_server(broken, TOOLSETS, api.client())
    async with Client(server, elicitation_callback=Person()) as model:
        prompt = PromptReference(name="start_automation_session")
        found = await model.complete(prompt, {"name": "machine_id", "value": ""})
        refused = await model.call_tool("coasty_stop_machine", {"machine_id": "mch_1"})
    assert found.completion.values == []
    assert error(refused)["code"] == "NOT_CONFIGURED"
    assert api.requests == []


async def test_a_redirect_is_not_followed_and_the_key_stays_here() -> None:
    with web() as other, web(f"http://127.0.0.1:{other.server_port}/v1/machines") as api:
        refused = await listed(f"http://127.0.0.1:{api.server_port}/v1")
    assert error(refused)["code"] == "UNEXPECTED_REPLY"
    assert requests(api)
    assert requests(other) == []


async def test_a_proxy_is_used_unless_the_host_is_exempt(monkeypatch: pytest.MonkeyPatch) -> None:
    with web() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.server_port}")
        refused = await listed("https://api.invalid/v1")
        seen = list(requests(proxy))
        monkeypatch.setenv("NO_PROXY", "api.invalid")
        direct = await listed("https://api.invalid/v1")
    assert error(refused)["code"] == "UNREACHABLE"
    assert set(seen) == {("CONNECT", "api.invalid:443", None)}
    assert error(direct)["code"] == "UNREACHABLE"
    assert requests(proxy) == seen


async def test_an_own_authority_is_trusted_only_when_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls, authority = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), tmp_path / "authority.pem"
    ours = trustme.CA()
    # its types mention pyOpenSSL, which is not here
    ours.issue_cert("127.0.0.1").configure_cert(tls)  # pyright: ignore[reportUnknownMemberType]
    ours.cert_pem.write_to_path(authority)
    with web(tls=tls) as api:
        url = f"https://127.0.0.1:{api.server_port}/v1"
        for switch in ("PYTHONHTTPSVERIFY", "SSL_VERIFY", "COASTY_VERIFY"):
            monkeypatch.setenv(switch, "0")
        refused = await listed(url)
        assert requests(api) == []
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        trusted = await listed(url)
    assert "its certificate is not trusted" in text(refused)
    assert structured(trusted)["data"] == []


def test_no_setting_switches_verification_off() -> None:
    assert not [name for name in Settings.model_fields if "verify" in name or "insecure" in name]
