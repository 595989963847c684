"""Money: what a request costs at most, what was spent, and the limit that holds."""

from . import prices
from .bill import Bill
from .budget import Budget
from .prices import FREE
from .spend_log import SpendLog

__all__ = ["FREE", "Bill", "Budget", "SpendLog", "prices"]
