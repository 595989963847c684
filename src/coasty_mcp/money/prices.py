"""What a request costs at most, in credits: 1 credit is 1 US cent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from ..screens import BOX, Picture, Size

if TYPE_CHECKING:
    from ..api.client.spending import ApiRequest
    from ..api.wire.predict import GroundRequest, PredictRequest
    from ..api.wire.runs import StartRun
    from ..api.wire.sessions import CreateSession, SessionInfo
    from ..api.wire.workflows import StartWorkflowRun

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


def price_of(request: ApiRequest, sessions: SessionPrices) -> Price:
    """What the request costs at most, in credits."""
    body, allowed = cast("Any", request.body), request.max_credits
    match request.method, *_path(request):
        case "POST", "predict":
            return Price(_of_predict(body), allowed)
        case "POST", "ground":
            return Price(_of_ground(body), allowed)
        case "POST", "sessions":
            return Price(SESSION, allowed)
        case "POST", "sessions", session_id, "predict":
            return Price(sessions.most(session_id), allowed)
        case "POST", "runs":
            return _of_run(body, allowed)
        case ("POST", "workflows", "runs") | ("POST", "workflows", _, "runs"):
            return Price(_most_of_workflow(body, None), allowed, STEP)
        case "POST", "machines", _, "snapshot":
            return Price(SNAPSHOT, allowed)
        case _:
            return FREE


def _path(request: ApiRequest) -> list[str]:
    return request.path.strip("/").split("/")


def _of_predict(asked: PredictRequest) -> int:
    earlier = [Picture.decode(step.screenshot).size for step in asked.trajectory]
    return PREDICT + _surcharges(asked, [_screen(asked), *earlier])


def _of_ground(asked: GroundRequest) -> int:
    return GROUND + HD * (not _screen(asked).fits(BOX))


def _of_run(run: StartRun, allowed: int | None) -> Price:
    step = V1_STEP if run.cua_version == "v1" else STEP
    return Price(run.max_steps * step, allowed, step)


def bounded(run: StartWorkflowRun, room: int | None) -> StartWorkflowRun:
    """The run with the budget that the room allows, if that is less than what may happen."""
    most = _most_of_workflow(run, room)
    if room is None or most == 0:
        return run
    return run.model_copy(update={"budget_cents": min(most, room) if room >= STEP else most})


def _most_of_workflow(run: StartWorkflowRun, room: int | None) -> int:
    """Of a saved workflow without a budget nothing is known: as much as there is room for."""
    from ..api.workflows import worst_case  # most servers offer no workflows

    dearest = worst_case(run.definition, run.max_iterations).credits if run.definition else None
    bounds = [bound for bound in (dearest, run.budget_cents or None) if bound is not None]
    return min(bounds, default=0 if room is None else max(room, STEP))


@dataclass
class SessionPrices:
    """What the next prediction in each session that was seen costs."""

    _seen: dict[str, SessionPrice] = field(default_factory=dict[str, "SessionPrice"])

    def __contains__(self, session_id: str) -> bool:
        return session_id in self._seen

    def most(self, session_id: str) -> int:
        return self._seen[session_id].most

    def observe(self, request: ApiRequest, reply: Any) -> None:
        """Sessions grow dearer with each step, until they are closed."""
        match request.method, *_path(request):
            case "POST", "sessions":
                self._seen[reply.session_id] = SessionPrice(cast("CreateSession", request.body))
            case "GET", "sessions", session_id if session_id not in self._seen:
                self._seen[session_id] = SessionPrice.unseen(reply)
            case "POST", "sessions", session_id, "predict":
                self._seen[session_id].steps = reply.step
            case "DELETE", "sessions", session_id:
                self._seen.pop(session_id, None)
            case _:
                pass


@dataclass
class SessionPrice:
    """Of the next prediction in a session."""

    session: CreateSession
    steps: int = 0

    @classmethod
    def unseen(cls, info: SessionInfo) -> SessionPrice:
        """Of a session that somebody else began: it may remember all, and have long prompts."""
        from ..api.wire.sessions import CreateSession

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
