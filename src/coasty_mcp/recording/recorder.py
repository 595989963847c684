"""Records the calls of one session into a folder, as they happen."""

import logging
from base64 import b64decode
from binascii import Error
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

from .finished_call import FinishedCall
from .marks import ScreenMarks
from .privacy import without_secrets, without_typed_text
from .room import MEGABYTE, make_room
from .session_folder import SessionFolder
from .steps import Session, atif_step, osworld_line, page_step, picture_names

CHECK_EVERY = 10 * MEGABYTE
"""Bytes written between two looks at how much room all recordings take."""

OF_A_MODEL = "What a model did through coasty-mcp. The model itself is not part of the record."

log = logging.getLogger(__name__)


@dataclass
class Recorder:
    """Writes each finished call down; what goes wrong ends the record with a warning, never a call.

    The session's folder is made with the first call.
    """

    folder: Path
    mode: str
    version: str
    transport: str = "stdio"
    most: int = 500 * MEGABYTE
    """Bytes of all recordings in the folder."""
    pictures: bool = True
    redact: bool = False
    from_first_success: bool = False
    """Whether failures before the first success are left out: a made-up key gets no folder."""
    notes: str = OF_A_MODEL
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    _session: SessionFolder | None = field(default=None, init=False)
    _marks: ScreenMarks = field(default_factory=ScreenMarks, init=False)
    _steps: int = field(default=0, init=False)
    _credits: int = field(default=0, init=False)
    _checked: int = field(default=0, init=False)
    _ended: bool = field(default=False, init=False)

    def __call__(self, call: FinishedCall) -> None:
        """Record a call."""
        if self._ended or (self.from_first_success and not self._steps and call.error_code):
            return
        try:
            self._record(call)
        except OSError as error:
            self._end(f"cannot be written: {error.strerror}")
        except Error as error:
            self._end(f"cannot hold a picture that is not base64: {error}")

    @property
    def path(self) -> Path | None:
        """The session's folder, once it is made."""
        return self._session and self._session.path

    def _record(self, call: FinishedCall) -> None:
        session = self._session = self._session or self._begin()
        clean = without_secrets(call)
        clean = without_typed_text(clean) if self.redact else clean
        self._steps += 1
        self._credits += call.credits
        landed = self._marks.of(clean)
        pictures = clean.pictures if self.pictures else []
        names = picture_names(pictures, self._steps)
        for name, picture in zip(names, pictures, strict=True):
            session.add_picture(name, b64decode(picture.data, validate=True))
        session.add_step(
            atif_step(clean, self._steps, names, landed),
            osworld_line(clean, self._steps, names),
            page_step(clean, landed.marks),
            pictures[-1] if pictures else None,
            self._credits,
        )
        self._keep_within_room(session)

    def _begin(self) -> SessionFolder:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{self.now().strftime('%Y-%m-%dT%H-%M-%S')}_{token_hex(3)}"
        facts = Session(
            id=name,
            transport=self.transport,
            mode=self.mode,
            version=self.version,
            notes=self.notes,
        )
        return SessionFolder(self.folder / name, facts)

    def _keep_within_room(self, session: SessionFolder) -> None:
        if self._checked and session.bytes - self._checked < min(CHECK_EVERY, self.most // 20):
            return
        self._checked = session.bytes
        if not make_room(self.folder, session.path, self.most):
            self._end("takes all the room that recordings may have (--record-max-mb)")

    def _end(self, why: str) -> None:
        log.warning("This session is no longer recorded: its record %s.", why)
        self._ended = True
