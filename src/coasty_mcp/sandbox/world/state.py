"""What the sandbox remembers. Plain objects: they know nothing of HTTP, and raise our errors."""

from collections.abc import Iterable
from datetime import datetime
from random import Random
from typing import ClassVar, Generic, TypeVar
from uuid import UUID

import anyio

from ...api.errors import CoastyError
from .api_keys import Key, Minted, Mode, unminted
from .background import Background, Sleep
from .clock import Clock, system_clock
from .computers import Desktops
from .idempotency import IdempotencyStore
from .rate_limits import RateLimiter
from .usage_counts import UsageCounter
from .wallet import Wallet

PATIENCE = 25.0  # seconds that a repeat waits for the first request with its idempotency key


class World:
    """Everything there is: the same on every run with the same seed and clock."""

    def __init__(
        self,
        seed: int = 0,
        clock: Clock = system_clock,
        boot_seconds: float = 0.0,
        wallet_cents: int = 10_000,
        rate_per_minute: int = 600,
        patience: float = PATIENCE,
        pace: float = 0.05,
        sleep: Sleep = anyio.sleep,
        desktops: Desktops = "drawn",
        network: bool = False,
    ) -> None:
        """Make a world.

        `pace` is the seconds that an agent takes for a step, `network` what real desktops reach.
        """
        self.seed = seed
        self.now = clock
        self.boot_seconds = boot_seconds
        self.pace = pace
        self.sleep = sleep
        self.desktops: Desktops = desktops
        self.network = network
        self.background = Background()
        self.rates = RateLimiter(rate_per_minute)
        self.minted: dict[str, Minted] = {}
        self._randoms: dict[str, Random] = {}
        self.accounts: dict[Mode, Account] = {
            "test": Account(self, "test", Wallet(wallet_cents, free=True), patience),
            "live": Account(self, "live", Wallet(wallet_cents, free=False), patience),
        }

    def random_hex(self, kind: str, digits: int) -> str:
        """Return digits of that kind's own sequence: more of one does not change the others."""
        random = self._randoms.setdefault(kind, Random(f"{self.seed}/{kind}"))  # noqa: S311
        return f"{random.getrandbits(4 * digits):0{digits}x}"

    def new_id(self, prefix: str, digits: int = 12) -> str:
        return f"{prefix}_{self.random_hex(prefix, digits)}"

    def new_uuid(self, kind: str) -> str:
        return str(UUID(self.random_hex(kind, 32), version=4))

    def close(self) -> None:
        """End what is real in it."""
        for account in self.accounts.values():
            account.close()

    def mint(self, scopes: Iterable[str], mode: Mode = "test", name: str = "") -> str:
        """Return a new key that may do just that."""
        text = f"sk-coasty-{mode}-{self.random_hex('secret_key', 48)}"
        key = Key(text, mode, frozenset(scopes))
        self.minted[text] = Minted(key, self.new_id("key"), name, self.now())
        return text

    def key(self, text: str) -> Key:
        """Return the key that was sent, unless it opens nothing."""
        minted = self.minted.get(text)
        return minted.use(self.now()) if minted else unminted(text)


AnyArea = TypeVar("AnyArea", bound="Area")


class Account:
    """What the keys of one mode share, and those of the other never see."""

    def __init__(self, world: World, mode: Mode, wallet: Wallet, patience: float) -> None:
        self.world = world
        self.mode: Mode = mode
        self.wallet = wallet
        self.usage = UsageCounter()
        self.attempts = IdempotencyStore(patience)
        self._areas: dict[type[Area], Area] = {}

    @property
    def is_test(self) -> bool:
        return self.mode == "test"

    def new_id(self, prefix: str) -> str:
        """Return a new id: `mch_test_4f2a...` for test keys, a UUID for live ones."""
        if self.is_test:
            return self.world.new_id(f"{prefix}_test")
        return self.world.new_uuid(prefix)

    def area(self, kind: type[AnyArea]) -> AnyArea:
        """Return this account's one `kind`, made when first asked for: `area(Machines)`."""
        area = self._areas.get(kind)
        if not isinstance(area, kind):
            area = self._areas[kind] = kind(self)
        return area

    def close(self) -> None:
        for area in list(self._areas.values()):
            area.shut_down()

    def advance(self, now: datetime) -> None:
        """Let everything happen that was due by now."""
        for area in list(self._areas.values()):
            area.advance(now)


class Area:
    """What one area of the API keeps in an account."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.world = account.world

    def advance(self, now: datetime) -> None:
        """Let everything happen that was due by now; called before every request of the account."""

    def shut_down(self) -> None:
        """End what goes on outside of this process."""


Item = TypeVar("Item")


class Collection(Area, Generic[Item]):
    """An area of things that are found by their id."""

    noun: ClassVar[str]
    missing: ClassVar[type[CoastyError]]

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self._kept: dict[str, Item] = {}

    def newest_first(self) -> list[Item]:
        return list(reversed(self._kept.values()))

    def find(self, item_id: str) -> Item | None:
        return self._kept.get(item_id)

    def get(self, item_id: str) -> Item:
        """Return the item.

        Raises:
            CoastyError: there is none with that id; `missing` is its class.
        """
        if item_id not in self._kept:
            raise self.missing(f"There is no {self.noun} {item_id}.")
        return self._kept[item_id]
