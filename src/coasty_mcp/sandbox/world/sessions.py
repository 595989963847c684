"""Sessions: predictions that remember the pictures before them."""

from collections import deque
from datetime import datetime, timedelta

from ...api.errors import RateLimited, SessionNotFound
from ...api.wire import sessions as wire
from .clock import iso
from .predictions import NEWEST
from .state import Collection

IDLE = timedelta(seconds=7200)  # so long a session stays without being used
MOST = 10  # at once; the API's own figure depends on the tier


class Session:
    def __init__(self, session_id: str, wanted: wire.CreateSession, now: datetime) -> None:
        self.id = session_id
        self.wanted = wanted
        self.engine = wanted.cua_version or NEWEST
        self.screen = (wanted.screen_width, wanted.screen_height)
        self.created_at = now
        self.steps = 0
        self.spent = 0
        self.seen = deque[tuple[int, int]](maxlen=wanted.max_trajectory_length)
        """The sizes of the pictures that go along with the next one."""
        self.renew(now)

    def renew(self, now: datetime) -> None:
        self.expires_at = now + IDLE

    def reset(self, now: datetime) -> None:
        self.steps = 0
        self.seen.clear()
        self.renew(now)

    def remember(self, picture: tuple[int, int], price: int, now: datetime) -> None:
        self.steps += 1
        self.spent += price
        self.seen.append(picture)
        self.renew(now)

    def info(self) -> wire.SessionInfo:
        return wire.SessionInfo(
            session_id=self.id,
            cua_version=self.engine,
            screen_size=f"{self.screen[0]}x{self.screen[1]}",
            step_count=self.steps,
            created_at=iso(self.created_at),
            expires_at=iso(self.expires_at),
            total_credits_used=self.spent,
        )


class Sessions(Collection[Session]):
    noun, missing = "session", SessionNotFound

    def must_have_room(self) -> None:
        if len(self._kept) >= MOST:
            first = min(session.expires_at for session in self._kept.values())
            wait = max(1, int((first - self.world.now()).total_seconds()))
            message = f"{MOST} sessions are open, and no more can be: close one."
            raise RateLimited(message, retry_after=wait)

    def open(self, wanted: wire.CreateSession) -> Session:
        session = Session(self.world.new_id("ses"), wanted, self.world.now())
        self._kept[session.id] = session
        return session

    def close(self, session_id: str) -> None:
        del self._kept[self.get(session_id).id]

    def advance(self, now: datetime) -> None:
        for session in self.newest_first():
            if session.expires_at <= now:
                del self._kept[session.id]
