"""What the doctor finds on the way to the API: proxy, certificates, name, port and clock."""

import re
import ssl
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import trustme

from coasty_mcp.doctor import Finding
from support.doctor_run import HEALTHY, LIVE, MODELS, SENTINEL, diagnosed, facing
from support.socket_upstream import Upstream, answers, never_answers, refuses


@pytest.fixture(autouse=True)
def network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a proxy, whatever this computer has."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


async def unreachable(home: Path, url: str) -> Finding:
    found = await diagnosed(home, {"COASTY_BASE_URL": url, "COASTY_API_KEY": LIVE})
    assert found["api"].status == "fail"
    assert "authentication" not in found
    return found["api"]


async def test_a_name_that_nobody_knows(tmp_path: Path) -> None:
    api = await unreachable(tmp_path, "https://nowhere.invalid/v1")
    assert "nowhere.invalid could not be reached: there is no such host" in api.found
    assert "HTTPS_PROXY" in api.fix


async def test_a_port_where_nothing_listens(tmp_path: Path) -> None:
    async with Upstream().listening() as url:
        pass
    api = await unreachable(tmp_path, url)
    assert "nothing answers at that address" in api.found
    assert "Check the port" in api.fix


def certified(valid_until: datetime | None = None) -> tuple[trustme.CA, ssl.SSLContext]:
    """An authority that nobody knows yet, and a server that it vouches for."""
    authority, server = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate = authority.issue_cert("127.0.0.1", not_after=valid_until)
    # its types mention pyOpenSSL, which is not here
    certificate.configure_cert(server)  # pyright: ignore[reportUnknownMemberType]
    return authority, server


async def test_a_certificate_that_nobody_knows(tmp_path: Path) -> None:
    _, server = certified()
    upstream = Upstream(HEALTHY)
    async with upstream.listening(server) as url:
        api = await unreachable(tmp_path, url)
    assert "its certificate is not trusted" in api.found
    assert "SSL_CERT_FILE" in api.fix
    assert upstream.asked == []


async def test_an_expired_certificate_may_be_a_wrong_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, server = certified(valid_until=datetime.now(UTC) - timedelta(days=1))
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    async with Upstream(HEALTHY).listening(server) as url:
        api = await unreachable(tmp_path, url)
    assert "Set this computer's clock" in api.fix


async def test_a_company_s_certificates_are_named_and_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, server = certified()
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(file)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    async with Upstream(HEALTHY, MODELS).listening(server) as url:
        found = await diagnosed(tmp_path, {"COASTY_BASE_URL": url, "COASTY_API_KEY": LIVE})
    assert found["certificates"].found == f"those in {file} (SSL_CERT_FILE)"
    assert found["api"].status == "ok"


@pytest.mark.parametrize(
    ("content", "why"),
    [(None, "it is not there"), ("none", "there is no certificate in it")],
)
async def test_certificates_that_cannot_be_read(
    content: str | None, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "authority.pem"
    if content:
        file.write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    found = await diagnosed(tmp_path, {"COASTY_API_KEY": LIVE})
    assert found["certificates"].found.endswith(f"(SSL_CERT_FILE) cannot be used: {why}")
    assert "api" not in found


async def test_a_proxy_is_named_without_its_password_and_blamed_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Upstream().listening() as closed:
        address = closed.removeprefix("http://").removesuffix("/v1")
    monkeypatch.setenv("HTTP_PROXY", f"http://anna:{SENTINEL}@{address}")
    found = await diagnosed(tmp_path, {"COASTY_BASE_URL": "http://coasty.invalid/v1"})
    assert found["proxy"].found == f"http://{address} (HTTP_PROXY)"
    assert f"Look first at the proxy http://{address}" in found["api"].fix


async def test_a_proxy_that_wants_a_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Upstream(answers(407, b"")).listening() as url:
        monkeypatch.setenv("HTTPS_PROXY", url.removesuffix("/v1"))
        api = await unreachable(tmp_path, "https://coasty.invalid/v1")
    assert "407" in api.found
    assert "Look first at the proxy" in api.fix


async def test_an_exception_from_the_proxy_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    found = await facing(tmp_path, HEALTHY, MODELS)
    assert found["proxy"].found == "none for 127.0.0.1, as NO_PROXY says"
    assert found["api"].status == "ok"


@pytest.mark.parametrize(
    ("proxy", "said"),
    [(f"socks5://a:{SENTINEL}@h", "SOCKS"), (f"http://a:{SENTINEL}@[::", "is no URL")],
)
async def test_a_proxy_that_cannot_be_used(
    proxy: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    assert said in (await unreachable(tmp_path, "https://coasty.invalid/v1")).found


@pytest.mark.parametrize("status", [200, 404, 302])
async def test_an_address_where_something_else_is(status: int, tmp_path: Path) -> None:
    found = await facing(tmp_path, answers(status, b"<h1>Welcome</h1>"))
    assert f"answered {status}, but not as the Coasty API does" in found["api"].found
    assert "COASTY_BASE_URL" in found["api"].fix


async def test_an_api_that_is_down_is_a_failure_of_its_own(tmp_path: Path) -> None:
    upstream = Upstream(refuses(503, "SERVICE_UNAVAILABLE"))
    async with upstream.listening() as url:
        api = await unreachable(tmp_path, url)
    assert api.found == "It says SERVICE_UNAVAILABLE"
    assert len(upstream.asked) == 1


async def test_an_api_that_is_slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coasty_mcp.doctor.network.SLOW_ANSWER", 0)
    assert (await facing(tmp_path, HEALTHY, MODELS))["api"].status == "warn"


async def test_an_api_that_never_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coasty_mcp.doctor.api.ANSWER_TIMEOUT", 0.1)
    assert "did not answer in time" in (await facing(tmp_path, never_answers))["api"].found


@pytest.mark.parametrize(
    ("hours", "status", "found"),
    [
        (0, "ok", r"[01] s (behind|ahead of) the API's"),
        (1, "warn", r"3[56]\d\d s behind the API's"),
        (-1, "warn", r"3[56]\d\d s ahead of the API's"),
    ],
)
async def test_a_wrong_clock_is_told_apart(
    hours: int, status: str, found: str, tmp_path: Path
) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(hours=hours), usegmt=True)
    there = answers(200, {"status": "ok"}, {"Date": date})
    clock = (await facing(tmp_path, there, MODELS))["clock"]
    assert clock.status == status
    assert re.fullmatch(found, clock.found)


async def test_a_date_that_is_none_is_passed_over(tmp_path: Path) -> None:
    there = answers(200, {"status": "ok"}, {"Date": "today"})
    assert "clock" not in await facing(tmp_path, there, MODELS)
