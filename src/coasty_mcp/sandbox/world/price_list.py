"""What things cost, in credits: 1 credit is 1 US cent."""

from collections.abc import Sequence
from dataclasses import dataclass

from ...api.wire.predict import PredictRequest
from ...api.wire.sessions import CreateSession

RUNNING = {"linux": 5, "windows": 9}  # an hour
STOPPED = 1  # an hour
PROVISION_MINIMUM_BALANCE = 20  # must be in the wallet, is not taken
SNAPSHOT = 1
PREDICT = 5
SESSION = 10
SESSION_PREDICT = 4
GROUND = 3
TRAJECTORY = 2  # for each earlier picture
HD = 1  # for each picture
V1 = 3
LONG_PROMPT = 1
LONG = 500  # characters
NOT_HD = (1280, 720)

MACHINE_PRICING = {
    "currency": "USD",
    "credit_value_cents": 1,
    "runtime": {
        system: {"running_credits_per_hour": running, "stopped_credits_per_hour": STOPPED}
        for system, running in RUNNING.items()
    },
    "one_time": {"snapshot_credits": SNAPSHOT, "provision_credits": 0},
    "provision_minimum_balance_credits": PROVISION_MINIMUM_BALANCE,
    "billing": {"granularity": "minute", "rounding": "down"},
    "ttl_minutes": {"min": 5, "max": 10_080, "credits": 0},
}


@dataclass(frozen=True)
class Line:
    """One line of a bill."""

    item: str
    price: int
    count: int | None = None

    def shown(self) -> dict[str, str | int]:
        many = {"count": self.count} if self.count else {}
        return {"item": self.item, "credits": self.price, **many}


Sizes = Sequence[tuple[int, int]]


def predict_lines(
    asked: PredictRequest | CreateSession, pictures: Sizes, base: int = PREDICT
) -> list[Line]:
    """Return the bill; `pictures` has the sizes of the current one and of the trajectory's."""
    steps = len(pictures) - 1
    prompts = (asked.system_prompt, asked.instructions)
    long = any(len(prompt or "") > LONG for prompt in prompts)
    lines = [
        Line("base", base),
        Line("trajectory", TRAJECTORY * steps, steps),
        _hd(pictures),
        Line("engine", V1 if asked.cua_version == "v1" else 0),
        Line("custom_prompt", LONG_PROMPT if long else 0),
    ]
    return [line for line in lines if line.price]


def ground_lines(pictures: Sizes) -> list[Line]:
    return [line for line in (Line("base", GROUND), _hd(pictures)) if line.price]


def _hd(pictures: Sizes) -> Line:
    large = sum(width > NOT_HD[0] or height > NOT_HD[1] for width, height in pictures)
    return Line("hd_images", HD * large, large)
