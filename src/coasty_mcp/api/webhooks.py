"""Signed webhooks: `sign` makes the Coasty-Signature header of a body, `verify` checks one.

The header is `t=<unix seconds>,v1=<hex HMAC-SHA256 of "<t>.<body>">`, keyed with the secret that
the API shows once.
"""

import re
from hashlib import sha256
from hmac import compare_digest, new

from .errors import InvalidSignature

SIGNATURE_HEADER = "Coasty-Signature"
FORM = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})")


def sign(secret: str, body: bytes, timestamp: int) -> str:
    """Return the Coasty-Signature header for the body; `timestamp` is in Unix seconds."""
    signed = f"{timestamp}.".encode() + body
    return f"t={timestamp},v1={new(secret.encode(), signed, sha256).hexdigest()}"


def verify(secret: str, body: bytes, header: str, now: float, tolerance: int = 300) -> None:
    """Check that the header fits the body and is at most `tolerance` seconds old.

    Raises:
        InvalidSignature: It does not, with the reason.
    """
    parts = FORM.fullmatch(header.replace(" ", ""))
    if not parts:
        raise InvalidSignature("The signature header is not of the form t=<seconds>,v1=<hex>.")
    timestamp = int(parts[1])
    if abs(now - timestamp) > tolerance:
        raise InvalidSignature(f"The signature is more than {tolerance} s away from now.")
    if not compare_digest(sign(secret, body, timestamp), parts[0]):
        raise InvalidSignature("The signature does not fit this body and secret.")
