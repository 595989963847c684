"""The prepaid money of an account, in credits: 1 credit is 1 US cent."""

from ...api.errors import InsufficientCredits


class Wallet:
    """A wallet in cents. `free` ones belong to test keys: nothing is ever refused or taken."""

    def __init__(self, cents: int, *, free: bool) -> None:
        self.cents = cents
        self.free = free

    @property
    def is_empty(self) -> bool:
        return not self.free and self.cents == 0

    def require(self, price: int) -> None:
        """Require that there is that much, without taking it."""
        if not self.free and self.cents < price:
            message = f"Need {price} credits, have {self.cents}."
            raise InsufficientCredits(message, required=price, balance=self.cents)

    def charge(self, price: int) -> int:
        """Take all of it, and return what was taken: 0 from a free wallet."""
        self.require(price)
        return self.drain(price)

    def drain(self, price: int) -> int:
        """Take as much of it as there is, and return what was taken."""
        taken = 0 if self.free else min(price, self.cents)
        self.cents -= taken
        return taken

    def refund(self, price: int) -> None:
        self.cents += price
