"""What the API says about the key: whether it is one, what is in its wallet, what it may do."""

from collections.abc import AsyncGenerator

from ..api.client import Coasty
from ..api.client.scopes import learn_scopes
from ..api.errors import CoastyError, InsufficientScope
from ..api.errors.base import DEVELOPERS
from .finding import Finding, failure

GATE = 20
"""Credits that have to be there before a machine, a schedule or a trigger starts."""


async def ask(api: Coasty) -> AsyncGenerator[Finding]:
    try:
        await api.predictions.list_models()  # for any key
    except InsufficientScope:
        pass  # it is known, which is what was asked
    except CoastyError as error:
        yield failure("authentication", error)
        return
    mode, scopes = await learn_scopes(api)
    kind = "" if mode == "unknown" else f" as a {mode} key"
    yield Finding("authentication", "ok", f"accepted{kind}")
    yield await _wallet(api)
    yield _scopes(scopes)


async def _wallet(api: Coasty) -> Finding:
    try:
        usage = await api.account.get_usage()
    except InsufficientScope:
        found = "not to be seen, as the key lacks the scope usage"
        return Finding("wallet", "warn", found, _mint("it"))
    except CoastyError as error:
        return failure("wallet", error)
    cents = usage.wallet_balance_cents  # and credits
    found = f"{cents} credits (${cents / 100:.2f})"
    if cents < GATE and usage.receipt.key_kind != "test":
        fix = f"Add funds at {DEVELOPERS}: machines and schedules need {GATE} credits to start."
        return Finding("wallet", "warn", found, fix)
    return Finding("wallet", "ok", found)


def _scopes(scopes: dict[str, bool]) -> Finding:
    has = ", ".join(scope for scope, held in scopes.items() if held) or "none"
    lacks = ", ".join(scope for scope, held in scopes.items() if not held)
    if lacks:
        return Finding("scopes", "warn", f"has {has}; lacks {lacks}", _mint("those you need"))
    return Finding("scopes", "ok", f"has {has}")


def _mint(scopes: str) -> str:
    return f"Mint a key with {scopes} at {DEVELOPERS}: keys are not upgraded in place."
