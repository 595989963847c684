"""What the agent of a run saw, fetched from the API and put into the form of a recording."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from mcp.types import CallToolResult, ImageContent, TextContent

from ..api.client import Coasty
from ..api.errors import CoastyError
from ..api.untrusted import named
from ..api.wire.runs import RunScreenshot
from ..recording import FinishedCall
from ..server.build import app_context
from ..server.http_client import HttpConnection
from ..server.observation import recorder
from ..settings import Settings
from ..tools.run_pictures import picture_of, run_pages, screenshot_line
from ..tools.run_screenshots import coasty_get_run_screenshots
from .recordings import Recording, ReplayStopped


async def record_run(
    settings: Settings, run_id: str, folder: Path, connection: HttpConnection | None = None
) -> Recording:
    """Record the screenshots of a run, a step for each; the recording is a folder in `folder`.

    A test may pass a connection to its own API.

    Raises:
        ReplayStopped: the API refuses, the run has none, or not all of them could be written.
    """
    notes = f"What the agent of run {named(run_id)} saw before each of its decisions."
    record = replace(recorder(settings, folder), transport=f"run {named(run_id)}", notes=notes)
    count = 0
    try:
        async with _connected(settings, connection or HttpConnection(settings)) as api:
            async for page in run_pages(api, run_id, None):
                for shot in page.data:
                    record(_as_call(shot, run_id))
                    count += 1
    except CoastyError as error:
        raise ReplayStopped(str(error)) from error
    recording = Recording.read(record.path) if record.path else None
    if not count:
        raise ReplayStopped(f"Run {named(run_id)} has no screenshots.")
    if not recording or len(recording.steps) < count:
        raise ReplayStopped(f"Not all of the {count} screenshots could be written to {folder}.")
    return recording


@asynccontextmanager
async def _connected(settings: Settings, connection: HttpConnection) -> AsyncGenerator[Coasty]:
    app = app_context(settings, connection, live=False)
    try:
        yield app.api
    finally:
        await app.close()


def _as_call(shot: RunScreenshot, run_id: str) -> FinishedCall:
    """Return the call that would show this screenshot, as finished when it was taken."""
    picture = picture_of(shot)
    images = [ImageContent(data=picture.base64, mime_type=picture.mime_type)] if picture else []
    return FinishedCall(
        coasty_get_run_screenshots.__name__,
        {"run_id": run_id, "index": shot.index},
        CallToolResult(content=[*images, TextContent(text=screenshot_line(shot))]),
        _taken_at(shot),
        seconds=0,
    )


def _taken_at(shot: RunScreenshot) -> datetime:
    with suppress(ValueError):
        return datetime.fromisoformat((shot.taken_at or "").replace("Z", "+00:00"))
    return datetime.now(UTC)
