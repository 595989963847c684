"""What predictions cost with their surcharges, and each next one in a session, in credits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..api.errors import CoastyError
from ..screens import BOX, Picture, Size

if TYPE_CHECKING:
    from ..api.wire.predict import GroundRequest, PredictRequest
    from ..api.wire.sessions import CreateSession, SessionInfo

SESSION_PREDICT = 4
TRAJECTORY = 2  # for each earlier picture
HD = 1  # for each picture over 1280x720
V1 = 3
LONG_PROMPT, LONG = 1, 500  # characters
MAX_EARLIER = 20  # pictures that a session remembers


@dataclass
class SessionPrice:
    """The price of the next prediction in a session, which grows with the pictures in it."""

    session: CreateSession
    steps: int = 0
    under_way: int = 0
    """Predictions that were sent and are not answered yet: each makes the next one dearer."""
    hd: bool = False
    """Whether a picture of it was larger than the session's screen, and over 1280x720."""

    @classmethod
    def of(cls, info: SessionInfo) -> SessionPrice:
        """Return the worst case for a session that was created elsewhere."""
        from ..api.wire.sessions import CreateSession

        width, _, height = info.screen_size.partition("x")
        sizes = {"screen_width": width, "screen_height": height}
        session = CreateSession(
            cua_version="v1" if info.cua_version in ("v1", "") else None,
            instructions="?" * (LONG + 1),
            max_trajectory_length=MAX_EARLIER,
        ).model_copy(
            update={
                name: int(each)
                for name, each in sizes.items()
                if each.isdecimal() and len(each) < 6
            }
        )
        return cls(session, info.step_count)

    def most(self, screenshot: str) -> int:
        """Return the credits that a prediction costs which is sent now."""
        earlier = min(self.steps + self.under_way, self.session.max_trajectory_length)
        hd = self.hd or may_be_hd(self.session, screenshot)
        return SESSION_PREDICT + surcharges(self.session, [hd] * (1 + earlier))


def is_hd(screenshot: str) -> bool:
    """Return whether a picture in base64 is over 1280x720, as far as it can be read."""
    try:
        return not Picture.from_base64(screenshot).size.fits(BOX)
    except CoastyError:
        return False  # the API does not read it either


def surcharges(asked: PredictRequest | CreateSession, pictures: Sequence[bool]) -> int:
    """Return the surcharges for the current picture and those before it: HD or not."""
    long = any(len(prompt or "") > LONG for prompt in (asked.system_prompt, asked.instructions))
    return (
        TRAJECTORY * (len(pictures) - 1)
        + HD * sum(pictures)
        + V1 * (asked.cua_version == "v1")
        + LONG_PROMPT * long
    )


def may_be_hd(asked: PredictRequest | GroundRequest | CreateSession, screenshot: str) -> bool:
    """Return whether a picture can cost more; one whose size is not given can."""
    width, height = asked.screen_width, asked.screen_height
    return is_hd(screenshot) or not (width and height and Size(width, height).fits(BOX))
