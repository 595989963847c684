"""One request, as a route's handler sees it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from pydantic import ValidationError
from starlette.datastructures import QueryParams
from starlette.requests import Request as HttpRequest

from ...api.errors import InvalidLimit, InvalidStatusFilter
from ...api.wire.base import Request
from ..world.api_keys import Key
from ..world.state import Account, World
from ..world.validation import invalid_body

Body = TypeVar("Body", bound=Request)

LEAST, MOST = 1, 200  # of a list
NUMBER = re.compile(r"-?[0-9]{1,9}")


@dataclass
class Call:
    request: HttpRequest
    world: World
    request_id: str
    raw: bytes = b""
    """The body as it came."""
    identity: Key | None = None
    """None on the public routes."""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    """Of the answer."""
    charged: int = 0
    repeatable: bool = False
    """Whether a repeat with the same idempotency key is safe."""

    @property
    def key(self) -> Key:
        if not self.identity:
            raise LookupError("A public route has no key.")
        return self.identity

    @property
    def account(self) -> Account:
        return self.world.accounts[self.key.mode]

    @property
    def now(self) -> datetime:
        return self.world.now()

    @property
    def path(self) -> dict[str, str]:
        """Return what stands in the place of `{machine_id}` and the like."""
        return self.request.path_params

    @property
    def query(self) -> QueryParams:
        return self.request.query_params

    def permit(self, *scopes: str) -> None:
        """Require scopes that depend on the body; a route's own are checked already."""
        self.key.permit(*scopes)

    def body(self, model: type[Body]) -> Body:
        try:
            return model.model_validate_json(self.raw)
        except ValidationError as error:
            raise invalid_body(error) from error

    def limit(self, default: int = 50) -> int:
        given = self.query.get("limit", str(default))
        limit = int(given) if NUMBER.fullmatch(given) else given
        if isinstance(limit, str) or not LEAST <= limit <= MOST:
            message = f"limit must be from {LEAST} to {MOST}."
            raise InvalidLimit(message, actual=limit, min=LEAST, max=MOST)
        return limit

    def status(self, options: Sequence[str]) -> str | None:
        """The status that was asked for; None for all."""
        status = self.query.get("status")
        if status is not None and status not in options:
            message = f"Runs have no status {status}."
            raise InvalidStatusFilter(message, valid_options=list(options))
        return status

    def charge(self, price: int) -> int:
        """Take the price before the work; return what was taken, which is 0 for test keys.

        It goes back when the handler fails afterwards.
        """
        wallet = self.account.wallet
        self.charged += wallet.charge(price)
        self.headers["X-Credits-Charged"] = str(self.charged)
        self.headers["X-Credits-Remaining"] = str(wallet.cents)
        return self.charged

    def refund(self) -> None:
        if self.charged:
            wallet = self.account.wallet
            wallet.refund(self.charged)
            self.headers["X-Credits-Refunded"] = str(self.charged)
            self.headers["X-Credits-Remaining"] = str(wallet.cents)
            self.charged, self.repeatable = 0, False
