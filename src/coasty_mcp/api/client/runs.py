"""Tasks that Coasty's own agent carries out: `/runs`."""

from collections.abc import AsyncGenerator

from ..wire import runs as wire
from ..wire.tasks import StartTask
from .events import stream_events
from .paths import segment
from .transport import Transport, new_key


class Runs:
    """Start, watch and steer agent runs."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._send = transport.send

    async def start(
        self, run: wire.StartRun, key: str | None = None, max_credits: int | None = None
    ) -> wire.Run:
        """Start a run; 5 credits for each step (v1: 8), `max_steps` of them at most."""
        return await self._send(
            "POST",
            "/runs",
            wire.Run,
            body=run,
            key=key or new_key(),
            max_credits=max_credits,
            known=run.model_dump(include={"machine_id", "task", "max_steps"}),
        )

    async def start_task(
        self, task: StartTask, key: str | None = None, max_credits: int | None = None
    ) -> wire.Run:
        """Start a machine, a run on it, and destroy the machine afterwards.

        5 credits for each step (v1: 8), and the machine's hours besides.
        """
        return await self._send(
            "POST", "/tasks", wire.Run, body=task, key=key or new_key(), max_credits=max_credits
        )

    async def list(self, limit: int, status: wire.Status | None = None) -> wire.RunList:
        """List up to `limit` runs (1 to 200), newest first."""
        query = {"limit": limit, "status": status}
        return await self._send("GET", "/runs", wire.RunList, query=query)

    async def get(self, run_id: str) -> wire.Run:
        """Return one run; RunNotFound for an unknown id."""
        return await self._send("GET", f"/runs/{segment(run_id)}", wire.Run)

    async def list_screenshots(
        self,
        run_id: str,
        after_index: int | None,
        limit: int,
        *,
        include_image: bool = False,
    ) -> wire.RunScreenshotList:
        """List what the agent saw, oldest first, after that one; at most 10 with their pictures."""
        shown = "true" if include_image else None
        query = {"after_index": after_index, "limit": limit, "include_image": shown}
        path = f"/runs/{segment(run_id)}/screenshots"
        return await self._send("GET", path, wire.RunScreenshotList, query=query)

    async def cancel(self, run_id: str) -> wire.Run:
        """Cancel a run; InvalidState when it has finished."""
        return await self._send("POST", f"/runs/{segment(run_id)}/cancel", wire.Run)

    async def resume(self, run_id: str, resume: wire.ResumeRun) -> wire.Run:
        """Let a run go on that waits for a person; NotAwaitingHuman for any other."""
        return await self._send("POST", f"/runs/{segment(run_id)}/resume", wire.Run, body=resume)

    def stream_events(self, run_id: str, after: int = 0) -> AsyncGenerator[wire.RunEvent]:
        """Yield each event after that number once and in order, until the last."""
        return stream_events(self._transport, f"/runs/{segment(run_id)}/events", after)
