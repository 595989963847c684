"""What is measured of one server in one round. Milliseconds, megabytes and bytes."""

import asyncio
import base64
import json
import time
from collections.abc import Callable, Mapping
from statistics import median

from bpe_openai import get_encoding
from httpx2 import AsyncClient

from . import http
from .form import filling
from .servers import FLOOR, OURS, Subject
from .wire import Era, Json, Server, running

Figures = dict[str, float]

STARTS = 3
CALLS = 150
AT_ONCE = 32
CALLERS = 8
PICTURES = 25
SMALL, LARGE = "mch_1280x720", "mch_1920x1080"


def now() -> float:
    """Return the time in milliseconds, from an arbitrary start."""
    return 1000 * time.perf_counter()


def typical(measured: Callable[[], float], times: int) -> float:
    """Return the median of that many measurements."""
    return median(measured() for _ in range(times))


def started(subject: Subject, variables: Mapping[str, str], era: Era) -> float:
    """Return the milliseconds from nothing to the list of tools."""
    since = now()
    with running(subject.command, variables, era) as server:
        server.ask("tools/list")
        return now() - since


def listing(subject: Subject, variables: Mapping[str, str], era: Era) -> Figures:
    """Measure the memory of a server that has listed its tools, and what the tools take."""
    with running(subject.command, variables, era) as server:
        tools = server.ask("tools/list")["tools"]
        return {"ready": server.megabytes(), "tokens": tokens(tools)}


def tokens(tools: list[Json]) -> int:
    """Count what a model's context holds of them: names, descriptions and input schemas."""
    encoding = get_encoding("o200k_base")
    return sum(
        len(encoding.encode(text))
        for tool in tools
        for text in (
            tool["name"],
            tool["description"],
            json.dumps(tool["inputSchema"], separators=(",", ":")),
        )
    )


def calling(subject: Subject, variables: Mapping[str, str], era: Era) -> Figures:
    """Measure one call after another, then many at once."""
    tool, arguments = subject.lists, subject.arguments
    with running(subject.command, variables, era) as server:
        assert not server.call(tool, **arguments).get("isError")
        one = typical(lambda: server.milliseconds(tool, **arguments), CALLS)
        together = [burst(server, tool, arguments) for _ in range(CALLS // AT_ONCE)]
        rate = 1000 * AT_ONCE / median(max(each) for each in together)
        return {"call": one, "calls/s": rate}


def waiting(subject: Subject, variables: Mapping[str, str], era: Era) -> Figures:
    """Measure many calls at once, to an API that takes its time."""
    with running(subject.command, variables, era) as server:
        burst(server, subject.lists, {})
        waited = [each for _ in range(5) for each in burst(server, subject.lists, {})]
        return {"slow call": median(waited)}


def burst(
    server: Server, tool: str, arguments: Mapping[str, object], calls: int = AT_ONCE
) -> list[float]:
    """Return the milliseconds of each of many calls that are made at the same time."""
    since = now()
    for _ in range(calls):
        server.send("tools/call", name=tool, arguments=arguments)
    answers: list[float] = []
    for _ in range(calls):
        assert server.receive()
        answers.append(now() - since)
    return answers


def looking(subject: Subject, variables: Mapping[str, str], era: Era) -> Figures:
    """Measure screenshots that pass through, and eight at once that have to be made smaller."""
    with running(subject.command, variables, era) as server:
        assert not server.call(subject.looks, machine_id=SMALL).get("isError")
        picture = typical(lambda: server.milliseconds(subject.looks, machine_id=SMALL), PICTURES)
        for _ in range(8):
            server.send("tools/call", name=subject.looks, arguments={"machine_id": LARGE})
        for _ in range(8):
            server.receive()
        peak = server.megabytes("VmHWM")
    return {"picture": picture, "peak": peak}


def by_hand(quick: Mapping[str, str], slow: Mapping[str, str]) -> Figures:
    """Measure the requests without any server: fetched with httpx2, the picture decoded too."""
    return asyncio.run(_by_hand(quick)) | asyncio.run(_slow_by_hand(slow))


def _api(variables: Mapping[str, str]) -> AsyncClient:
    headers = {"X-API-Key": variables["COASTY_API_KEY"]}
    return AsyncClient(base_url=variables["COASTY_BASE_URL"], headers=headers)


async def _fetched(api: AsyncClient, path: str) -> float:
    since = now()
    answer = await api.get(path)
    if "screenshot" in path:
        base64.b64decode(answer.json()["image_b64"])
    return now() - since


async def _by_hand(variables: Mapping[str, str]) -> Figures:
    async with _api(variables) as api:

        async def caller() -> None:
            for _ in range(CALLS // CALLERS):
                await _fetched(api, "machines")

        await _fetched(api, "machines")
        shot = f"machines/{SMALL}/screenshot"
        since = now()
        await asyncio.gather(*(caller() for _ in range(CALLERS)))
        return {
            "fetches/s": 1000 * CALLERS * (CALLS // CALLERS) / (now() - since),
            "call": median([await _fetched(api, "machines") for _ in range(CALLS)]),
            "picture": median([await _fetched(api, shot) for _ in range(PICTURES)]),
        }


async def _slow_by_hand(variables: Mapping[str, str]) -> Figures:
    async with _api(variables) as api:

        async def together() -> list[float]:
            return await asyncio.gather(*(_fetched(api, "machines") for _ in range(AT_ONCE)))

        await together()
        return {"slow call": median([each for _ in range(5) for each in await together()])}


def over_http(subject: Subject, variables: Mapping[str, str]) -> Figures:
    """Measure the calls a second of several callers over streamable HTTP."""
    port = http.free_port()
    command = [*subject.command, *subject.over_http, str(port)]
    with http.listening(command, variables, port):
        asked = {"name": subject.lists, "arguments": subject.arguments}
        return {"http/s": asyncio.run(http.rate(port, asked, CALLERS, 2 * CALLS))}


def everything(
    subject: Subject,
    quick: Mapping[str, str],
    slow: Mapping[str, str],
    era: Era,
    by_hand: Figures,
) -> Figures:
    """Measure all figures of a round; the floor has no API to ask."""
    figures: Figures = {"start": typical(lambda: started(subject, quick, era), STARTS)}
    figures |= listing(subject, quick, era) | calling(subject, quick, era)
    if era == "2026-07-28":
        figures |= over_http(subject, quick)
        figures["own http/s"] = 1 / (1 / figures["http/s"] - 1 / by_hand["fetches/s"])
    if subject is not FLOOR:
        figures |= looking(subject, quick, era) | waiting(subject, slow, era)
        figures["own"] = figures["call"] - by_hand["call"]
        figures["own picture"] = figures["picture"] - by_hand["picture"]
    if subject is OURS:
        figures |= filling(era)
    return figures
