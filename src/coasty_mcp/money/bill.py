"""What one call of a tool was charged, however many requests it made."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass
class Bill:
    """The sum of the charges in one task."""

    charged: int | None = None
    """Credits; None if it asked for nothing that is billed."""
    remaining: int | None = None
    """Credits left in the wallet, if the API said so."""


_bill = ContextVar[Bill | None]("bill", default=None)


@contextmanager
def billing() -> Generator[Bill]:
    """Add up everything that is charged in this task meanwhile."""
    token = _bill.set(bill := Bill())
    try:
        yield bill
    finally:
        _bill.reset(token)


def add_charge(charged: int, remaining: int | None) -> None:
    """Add credits to the bill of this task, if there is one."""
    if bill := _bill.get():
        bill.charged = (bill.charged or 0) + charged
        bill.remaining = remaining
