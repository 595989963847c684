"""Signing and checking webhooks."""

import hmac

import pytest

from coasty_mcp.api.errors import InvalidSignature
from coasty_mcp.api.webhooks import sign, verify

SECRET = "whsec_test_secret_123"
BODY = b'{"event":"run.succeeded","run_id":"run_123","status":"succeeded"}'
THEN = 1_750_000_000
HEX = "5f70978eab52dbf5838da76e5eb6c6c465560ce8e746ed8e6113c159d8bbb2d4"
HEADER = f"t={THEN},v1={HEX}"


def test_a_signature_is_the_one_that_other_coasty_clients_make() -> None:
    assert sign(SECRET, BODY, THEN) == HEADER


@pytest.mark.parametrize("body", [b"", b"\x00\xff", "Grüße".encode()])
def test_any_bytes_are_signed_as_they_are(body: bytes) -> None:
    expected = hmac.new(SECRET.encode(), b"1750000000." + body, "sha256").hexdigest()
    assert sign(SECRET, body, THEN) == f"t=1750000000,v1={expected}"


@pytest.mark.parametrize("now", [THEN, THEN - 300, THEN + 300, THEN + 0.5])
def test_a_fresh_signature_passes(now: float) -> None:
    verify(SECRET, BODY, HEADER, now)


def test_a_space_after_the_comma_does_no_harm() -> None:
    verify(SECRET, BODY, HEADER.replace(",", ", "), THEN)


@pytest.mark.parametrize("now", [THEN - 301, THEN + 301])
def test_a_signature_from_another_time_is_refused(now: float) -> None:
    with pytest.raises(InvalidSignature, match="more than 300 s away"):
        verify(SECRET, BODY, HEADER, now)


def test_the_tolerance_can_be_widened() -> None:
    verify(SECRET, BODY, HEADER, THEN + 3600, tolerance=3600)


@pytest.mark.parametrize(
    ("secret", "body", "header"),
    [
        (SECRET, BODY + b" ", HEADER),
        ("whsec_another", BODY, HEADER),
        (SECRET, BODY, f"t={THEN + 1},v1={HEX}"),
        (SECRET, BODY, f"t={THEN},v1={'0' * 64}"),
    ],
    ids=["another body", "another secret", "another time", "made up"],
)
def test_a_signature_of_something_else_is_refused(secret: str, body: bytes, header: str) -> None:
    with pytest.raises(InvalidSignature, match="does not fit"):
        verify(secret, body, header, THEN)


@pytest.mark.parametrize(
    "header",
    ["", HEX, f"v1={HEX}", f"t={THEN}", f"t=now,v1={HEX}", f"t=-1,v1={HEX}", f"{HEADER},", "ü"],
)
def test_a_header_of_another_form_is_refused(header: str) -> None:
    with pytest.raises(InvalidSignature, match="not of the form"):
        verify(SECRET, BODY, header, THEN)
