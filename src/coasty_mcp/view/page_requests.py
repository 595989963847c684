"""Answers what the page of the live view asks: to see, to stop, to act, to hand back."""

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from ..api.errors import InvalidRequest
from ..api.untrusted import printable, visible_lines
from ..api.wire.actions import MachineAction
from ..api.wire.runs import ResumeRun
from ..screens import Picture, fit_for_model
from ..server.context import AppContext
from ..server.json_values import has_usual_numbers
from ..server.machine_control import THIS_COMPUTER
from ..settings import Settings, flag

PersonCommand = Literal["click", "double_click", "type", "key_press", "key_combo", "scroll", "drag"]
"""What a person does with the mouse and the keyboard of a page."""
STEPS_AT_ONCE = 5
MOST_RUNS = 50
LONGEST_TEXT = 600
"""Characters of a step's result on the page."""

Kind = Literal[
    "state",
    "frame",
    "act",
    "take_over",
    "hand_back",
    "stop",
    "release",
    "start",
    "end",
    "terminate",
    "consent",
    "runs",
]
WATCHING = frozenset[Kind]({"state", "frame", "stop", "release", "hand_back", "consent"})
"""What a page does that only watches."""


READING = WATCHING | {"runs"}
"""What a page does that changes nothing; to hand back does not where no run goes on with it."""


class PageRequest(BaseModel):
    """One thing that a page asks for; which fields count depends on the kind."""

    model_config = ConfigDict(extra="forbid", strict=True)

    kind: Kind
    machine_id: Annotated[str, Field(max_length=200)]
    """Empty on a page that was opened only to ask something."""
    page: Annotated[str, Field(max_length=64)] = ""
    """A random name that the page gave itself."""
    after: int = 0
    """The number of the last step that the page knows."""
    known: Annotated[str, Field(max_length=64)] = ""
    """The digest of the frame that the page shows."""
    command: Annotated[str, Field(max_length=20)] = ""
    parameters: dict[str, Any] = Field(default_factory=dict[str, Any])
    note: Annotated[str, Field(max_length=2000)] = ""
    question: int = 0
    agreed: bool = False
    run: Annotated[str, Field(max_length=128)] = ""
    """The run that is to go on when the person hands back."""


Answer = tuple[dict[str, Any], Picture | None]


async def answer(app: AppContext, request: PageRequest) -> Answer:
    """Return facts as JSON, and a picture where there is a new one.

    Raises:
        CoastyError: the request cannot be carried out.
    """
    if request.machine_id == THIS_COMPUTER and request.kind not in WATCHING:
        raise InvalidRequest("This computer is only watched here: use its own mouse and keyboard.")
    if app.settings.read_only and (request.kind not in READING or request.run):
        raise InvalidRequest(
            f"This server only reads ({flag('read_only')}): its page only watches."
        )
    return await HANDLERS[request.kind](app, request)


async def _state(app: AppContext, request: PageRequest) -> Answer:
    held = app.control.seen(request.machine_id, request.page)
    facts = {
        **(await _machine_facts(app, request.machine_id) if request.machine_id else {}),
        "holder": held.holder,
        "mine": held.holder == "person" and held.page == request.page,
        "wanted": held.wanted,
        "mode": app.settings.mode,
        "spent": app.budget.spent,
        "limit": app.settings.max_credits,
        "steps": [_shortened(each) for each in _steps(app, request)],
        "questions": _questions(app),
    }
    return facts, None


def _questions(app: AppContext) -> list[dict[str, Any]]:
    waiting = app.questions.waiting() if app.questions else []
    return [{"number": each.number, "text": each.text} for each in waiting]


async def _machine_facts(app: AppContext, machine_id: str) -> dict[str, Any]:
    if machine_id == THIS_COMPUTER:
        return {"name": "This computer", "status": "running", "until": None, "only_watched": True}
    machine = (await app.api.machines.get(machine_id)).machine
    return {
        "name": visible_lines(machine.display_name),
        "status": machine.status,
        "until": machine.auto_destroy_at,
        "only_watched": app.settings.read_only,
    }


def _steps(app: AppContext, request: PageRequest) -> list[dict[str, Any]]:
    if not app.activity:
        return []
    return app.activity.since(request.machine_id, request.after, STEPS_AT_ONCE)


def _shortened(step: dict[str, Any]) -> dict[str, Any]:
    arguments = {name: printable(_short(each)) for name, each in step["arguments"].items()}
    return {**step, "text": step["text"][:LONGEST_TEXT], "arguments": arguments}


def _short(argument: Any) -> Any:
    text = argument if isinstance(argument, str) else json.dumps(argument, ensure_ascii=False)
    return argument if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT]


async def _frame(app: AppContext, request: PageRequest) -> Answer:
    """Look at the machine; nothing of it is kept."""
    whole = await _picture(app, request.machine_id)
    digest = hashlib.sha256(whole.data).hexdigest()[:32]
    if digest == request.known:
        return {"digest": digest}, None
    size = {"width": whole.size.width, "height": whole.size.height}
    return {"digest": digest, **size}, await fit_for_model(whole)


async def _picture(app: AppContext, machine_id: str) -> Picture:
    if machine_id == THIS_COMPUTER:
        require_own_screen(app.settings)
        with closing(app.watched_screen()) as screen:
            return (await screen.look()).picture
    taken = await app.api.machines.take_screenshot(machine_id)
    return Picture.from_base64(taken.image_b64)


def require_own_screen(settings: Settings) -> None:
    """Let the person watch this computer's own screen.

    Raises:
        InvalidRequest: its user did not allow it, or the server is not theirs alone.
    """
    if not (settings.allow_local_control and settings.transport == "stdio"):
        raise InvalidRequest(
            "Name a machine: this computer's own screen is shown only over stdio and with "
            f"{flag('allow_local_control')}."
        )


async def _act(app: AppContext, request: PageRequest) -> Answer:
    app.control.require_page(request.machine_id, request.page)
    if request.command not in get_args(PersonCommand):
        raise InvalidRequest("A page clicks, types, presses keys, scrolls and drags.")
    if not has_usual_numbers(request.parameters):
        raise InvalidRequest("A page acts within the screen.")
    action = MachineAction.model_validate(
        {"command": request.command, "parameters": request.parameters}
    )
    done = await app.api.actions.execute(request.machine_id, action, None)
    return {"success": done.success}, None


async def _take_over(app: AppContext, request: PageRequest) -> Answer:
    app.control.take_over(request.machine_id, request.page)
    return {}, None


async def _hand_back(app: AppContext, request: PageRequest) -> Answer:
    app.control.hand_back(request.machine_id, request.page, request.note)
    if request.run:
        await app.api.runs.resume(request.run, ResumeRun(note=request.note or None))
    return {}, None


async def _runs(app: AppContext, request: PageRequest) -> Answer:
    """Return the runs on the machine that wait for a person, and why."""
    waiting = (await app.api.runs.list(MOST_RUNS, "awaiting_human")).data
    runs = [
        {"id": each.id, "reason": visible_lines(each.awaiting_human_reason or "")}
        for each in waiting
        if each.machine_id == request.machine_id
    ]
    return {"runs": runs}, None


async def _stop(app: AppContext, request: PageRequest) -> Answer:
    app.control.stop(request.machine_id)
    return {}, None


async def _release(app: AppContext, request: PageRequest) -> Answer:
    app.control.release(request.machine_id)
    return {}, None


async def _start(app: AppContext, request: PageRequest) -> Answer:
    return {"status": (await app.api.machines.start(request.machine_id)).status}, None


async def _end(app: AppContext, request: PageRequest) -> Answer:
    return {"status": (await app.api.machines.stop(request.machine_id)).status}, None


async def _terminate(app: AppContext, request: PageRequest) -> Answer:
    return {"status": (await app.api.machines.terminate(request.machine_id)).status}, None


async def _consent(app: AppContext, request: PageRequest) -> Answer:
    asked = app.questions
    if not (asked and asked.answer(request.question, agreed=request.agreed)):
        raise InvalidRequest("Nobody waits for this answer any more.")
    return {}, None


HANDLERS: Mapping[Kind, Callable[[AppContext, PageRequest], Awaitable[Answer]]] = {
    "state": _state,
    "frame": _frame,
    "act": _act,
    "take_over": _take_over,
    "hand_back": _hand_back,
    "stop": _stop,
    "release": _release,
    "start": _start,
    "end": _end,
    "terminate": _terminate,
    "consent": _consent,
    "runs": _runs,
}
