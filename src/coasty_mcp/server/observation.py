"""Who is told of each call: the recorder, and the page of the live view."""

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from ..recording import CallObserver
from ..settings import Settings

if TYPE_CHECKING:
    from ..recording.activity import Activity
    from ..recording.recorder import Recorder
    from .questions import Questions


class Observation(TypedDict):
    """The fields of an AppContext about those who observe its calls, and are asked."""

    observers: tuple[CallObserver, ...]
    activity: "Activity | None"
    questions: "Questions | None"


def observation(settings: Settings, *, live: bool) -> Observation:
    """Return the observers of one caller; `live` says that a page may show what is done."""
    folder = settings.record_dir
    recorders = (recorder(settings, folder),) if folder else ()
    if not live:
        return {"observers": recorders, "activity": None, "questions": None}
    from ..recording.activity import Activity
    from .questions import Questions

    activity = Activity()
    return {
        "observers": (*recorders, activity),
        "activity": activity,
        "questions": Questions(),
    }


def recorder(settings: Settings, folder: Path) -> "Recorder":
    """Return what records the calls of one session into a folder of its own in that one."""
    from ..recording.recorder import MEGABYTE, Recorder

    return Recorder(
        folder,
        settings.mode,
        version("coasty-mcp"),
        settings.transport,
        most=settings.record_max_mb * MEGABYTE,
        pictures=not settings.record_without_pictures,
        redact=settings.record_redact,
        from_first_success=settings.allow_remote,
    )
