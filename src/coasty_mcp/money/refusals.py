"""Refusals of requests that could cost too much, which name what would fit."""

from ..api.errors import SpendLimit
from .prices import Price


def too_dear(
    price: Price, setting: str, limit: int | None, spent: int, fits: int, set_aside: int
) -> SpendLimit:
    """Return the error for a price that does not fit into what a setting leaves.

    Args:
        price: What the request costs at most.
        setting: max_credits, which the caller gave, or COASTY_MAX_CREDITS.
        limit: The value of the setting.
        spent: Credits.
        fits: The credits that are left.
        set_aside: Credits for what is under way.
    """
    aside = f", {set_aside} set aside for what is under way" if set_aside else ""
    so_far = "" if setting == "max_credits" else f" ({spent} spent{aside}: {fits} left)"
    cost = "What this can cost has no bound"
    if price.most is not None:
        cost = f"This could cost {price.most} credits"
    return SpendLimit(
        f"{cost}, and {setting} is {limit}{so_far}.",
        limit=limit,
        spent=spent,
        estimate=price.most,
        set_aside=set_aside,
        setting=setting,
        suggestion=price.bound or None,
        **{price.argument or "argument": price.fitting(fits)},
    )
