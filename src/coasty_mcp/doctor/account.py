"""What the API says about the key: whether it is valid, its wallet, its scopes."""

from collections.abc import AsyncGenerator

from ..api.client import Coasty
from ..api.client.scopes import learn_scopes
from ..api.errors import CoastyError, InsufficientScope
from ..api.errors.base import DEVELOPERS
from .finding import Finding, failed

LEAST_CREDITS = 20
"""Credits that the API wants to see before it starts a machine, a schedule or a trigger."""


async def check_account(api: Coasty) -> AsyncGenerator[Finding]:
    """Say whether the API accepts the key, then what is in its wallet and which scopes it has."""
    try:
        await api.predictions.list_models()  # for any key
    except InsufficientScope:
        pass  # the key is valid, which is all that this asks
    except CoastyError as error:
        yield failed("authentication", error)
        return
    mode, scopes = await learn_scopes(api)
    kind = "" if mode == "unknown" else f" as a {mode} key"
    yield Finding("authentication", "ok", f"accepted{kind}")
    yield await _check_wallet(api)
    yield _check_scopes(scopes)


async def _check_wallet(api: Coasty) -> Finding:
    try:
        usage = await api.account.get_usage()
    except InsufficientScope:
        found = "not to be seen, as the key lacks the scope usage"
        return Finding("wallet", "warn", found, _mint_key("it"))
    except CoastyError as error:
        return failed("wallet", error)
    cents = usage.wallet_balance_cents  # and credits
    found = f"{cents} credits (${cents / 100:.2f})"
    if cents < LEAST_CREDITS and usage.receipt.key_kind != "test":
        needed = f"machines and schedules need {LEAST_CREDITS} credits to start"
        fix = f"Add funds at {DEVELOPERS}: {needed}."
        return Finding("wallet", "warn", found, fix)
    return Finding("wallet", "ok", found)


def _check_scopes(scopes: dict[str, bool]) -> Finding:
    has = ", ".join(scope for scope, held in scopes.items() if held) or "none"
    lacks = ", ".join(scope for scope, held in scopes.items() if not held)
    if lacks:
        return Finding("scopes", "warn", f"has {has}; lacks {lacks}", _mint_key("those you need"))
    return Finding("scopes", "ok", f"has {has}")


def _mint_key(scopes: str) -> str:
    return f"Mint a key with {scopes} at {DEVELOPERS}: keys are not upgraded in place."
