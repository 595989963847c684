"""The pictures that the agent of a run saw, page by page, and a line about each."""

from collections.abc import AsyncGenerator
from hashlib import sha256

from ..api.client import Coasty
from ..api.errors import CoastyError
from ..api.untrusted import named
from ..api.wire import runs as wire
from ..screens import Picture

PAGE = 10
"""The most pictures that the API sends at once."""


async def run_pages(
    api: Coasty, run_id: str, after: int | None
) -> AsyncGenerator[wire.RunScreenshotList]:
    """Yield pages with pictures until the last; each must lead further than the one before."""
    while True:
        page = await api.runs.list_screenshots(run_id, after, PAGE, include_image=True)
        page.data = [each for each in page.data if after is None or each.index > after]
        yield page
        said = page.has_more if page.has_more is not None else len(page.data) >= PAGE
        if not (page.data and said):
            return
        after = page.data[-1].index


def picture_of(shot: wire.RunScreenshot) -> Picture | None:
    """Return the picture, if there is one and it is what the API says of it."""
    try:
        picture = Picture.from_base64(shot.image_b64) if shot.image_b64 else None
    except CoastyError:
        picture = None
    damaged = picture and shot.sha256 and sha256(picture.data).hexdigest() != shot.sha256.lower()
    if damaged or (shot.image_b64 and not picture):
        shot.image_unavailable = "it is damaged"
        return None
    if not picture:
        shot.image_unavailable = shot.image_unavailable or "none was sent"
    return picture


def screenshot_line(shot: wire.RunScreenshot) -> str:
    """Return `3 · attempt 1, step 4 · 1920x1080 · 2026-05-01T08:30:00Z`."""
    place = [f"{name} {value}" for name in ("attempt", "step") if (value := getattr(shot, name))]
    size = f"{shot.width}x{shot.height}" if shot.width and shot.height else ""
    degraded = "degraded: the capture failed, this is an older picture" if shot.degraded else ""
    missing = f"no picture: {named(shot.image_unavailable)}" if shot.image_unavailable else ""
    time_taken = named(shot.taken_at) if shot.taken_at else ""
    parts = (str(shot.index), ", ".join(place), size, time_taken, degraded, missing)
    return " · ".join(filter(None, parts))
