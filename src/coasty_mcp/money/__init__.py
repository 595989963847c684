"""Money: what a request costs at most, what was spent, and the limit that holds."""

from . import prices
from .journal import Journal
from .ledger import Bill, Ledger
from .prices import FREE, Price

__all__ = ["FREE", "Bill", "Journal", "Ledger", "Price", "prices"]
