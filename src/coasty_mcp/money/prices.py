"""What a request costs at most, in credits: 1 credit is 1 US cent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..screens import BOX, Picture, Size

if TYPE_CHECKING:
    from ..wire.predict import GroundRequest, PredictRequest
    from ..wire.runs import StartRun
    from ..wire.sessions import CreateSession, SessionInfo
    from ..wire.workflows import StartWorkflowRun

PREDICT, GROUND, SESSION, SESSION_PREDICT, SNAPSHOT = 5, 3, 10, 4, 1
TRAJECTORY = 2  # for each earlier picture
HD = 1  # for each picture over 1280x720
V1 = 3
LONG_PROMPT, LONG = 1, 500  # characters
STEP, V1_STEP = 5, 8  # of a run
MOST_EARLIER = 20  # pictures that a session remembers


@dataclass(frozen=True)
class Price:
    most: int
    allowed: int | None = None
    """What the caller is willing to pay."""
    step: int = 0
    """Of a run: what each of its steps costs."""


FREE = Price(0)


def of_predict(asked: PredictRequest) -> int:
    earlier = [Picture.decode(step.screenshot).size for step in asked.trajectory]
    return PREDICT + _surcharges(asked, [_screen(asked), *earlier])


def of_ground(asked: GroundRequest) -> int:
    return GROUND + HD * (not _screen(asked).fits(BOX))


def of_run(run: StartRun, allowed: int | None) -> Price:
    step = V1_STEP if run.cua_version == "v1" else STEP
    return Price(run.max_steps * step, allowed, step)


def of_workflow(
    run: StartWorkflowRun, allowed: int | None, room: int | None
) -> tuple[StartWorkflowRun, Price]:
    """With the budget that the room allows, if it does not suffice for all that may happen."""
    from ..dsl import worst_case  # most servers offer no workflows

    dearest = worst_case(run.definition, run.max_iterations).credits if run.definition else None
    bounds = [bound for bound in (dearest, run.budget_cents or None) if bound is not None]
    most = min(bounds, default=0 if room is None else max(room, STEP))
    if room is None or most == 0:
        return run, Price(most, allowed, STEP)
    budget = min(most, room) if room >= STEP else most
    return run.model_copy(update={"budget_cents": budget}), Price(budget, allowed, STEP)


@dataclass
class SessionPrice:
    """Of the next prediction in a session."""

    session: CreateSession
    steps: int = 0

    @classmethod
    def unseen(cls, info: SessionInfo) -> SessionPrice:
        """Of a session that somebody else began: it may remember all, and have long prompts."""
        from ..wire.sessions import CreateSession

        width, _, height = info.screen_size.partition("x")
        session = CreateSession(
            cua_version="v1" if info.cua_version == "v1" else None,
            screen_width=int(width),
            screen_height=int(height),
            instructions="?" * (LONG + 1),
            max_trajectory_length=MOST_EARLIER,
        )
        return cls(session, info.step_count)

    @property
    def most(self) -> int:
        earlier = min(self.steps, self.session.max_trajectory_length)
        screens = [_screen(self.session)] * (1 + earlier)
        return SESSION_PREDICT + _surcharges(self.session, screens)


def _surcharges(asked: PredictRequest | CreateSession, pictures: Sequence[Size]) -> int:
    """Of the current picture and those before it."""
    long = any(len(prompt or "") > LONG for prompt in (asked.system_prompt, asked.instructions))
    return (
        TRAJECTORY * (len(pictures) - 1)
        + HD * sum(not size.fits(BOX) for size in pictures)
        + V1 * (asked.cua_version == "v1")
        + LONG_PROMPT * long
    )


def _screen(asked: PredictRequest | GroundRequest | CreateSession) -> Size:
    """What is not said may be large."""
    return Size(asked.screen_width or BOX.width + 1, asked.screen_height or BOX.height + 1)
