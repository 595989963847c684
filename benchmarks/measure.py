"""What is measured of one server in one round. Seconds, megabytes and bytes."""

import asyncio
import base64
import json
import time
from collections.abc import Callable, Mapping
from statistics import median

from httpx2 import AsyncClient

from . import http
from .servers import FLOOR, OURS, Subject
from .wire import Era, Server, running

Figures = dict[str, float]

CALLS = 200
AT_ONCE = 32
PICTURES = 20
SMALL, LARGE = "1280x720", "1920x1080"


def typical(measured: Callable[[], float], times: int) -> float:
    return median(measured() for _ in range(times))


def started(subject: Subject, variables: Mapping[str, str], era: Era) -> float:
    """From nothing to the list of tools."""
    since = time.perf_counter()
    with running(subject.command, variables, era) as server:
        server.ask("tools/list")
        return time.perf_counter() - since


def listing(subject: Subject, variables: Mapping[str, str], era: Era) -> Figures:
    """The list of tools: how long it takes once warm, and how large it is."""

    def ask() -> float:
        since = time.perf_counter()
        server.send("tools/list")
        server.receive()
        return time.perf_counter() - since

    with running(subject.command, variables, era) as server:
        server.send("tools/list")
        figures = {"list bytes": float(len(server.receive())), "ready": server.megabytes()}
        return {**figures, "list": typical(ask, CALLS)}


def calling(subject: Subject, variables: Mapping[str, str], era: Era) -> Figures:
    """One call after another, then many at once."""
    tool, arguments = (subject.lists, {}) if subject.lists else ("echo_0", {"text": "hello"})
    with running(subject.command, variables, era) as server:
        assert not server.call(tool, **arguments).get("isError")
        one = typical(lambda: server.seconds(tool, **arguments), CALLS)
        together = [_burst(server, tool, arguments) for _ in range(CALLS // AT_ONCE)]
        rate = AT_ONCE / median(max(each) for each in together)
        return {"call": one, "calls/s": rate}


def waiting(subject: Subject, variables: Mapping[str, str], era: Era) -> Figures:
    """Many calls at once, to an API that takes its time."""
    with running(subject.command, variables, era) as server:
        _burst(server, subject.lists, {})
        waited = [each for _ in range(5) for each in _burst(server, subject.lists, {})]
        return {"slow call": median(waited)}


def _burst(server: Server, tool: str, arguments: Mapping[str, object]) -> list[float]:
    """How long each of many calls takes that are made at the same time."""
    since = time.perf_counter()
    for _ in range(AT_ONCE):
        server.send("tools/call", name=tool, arguments=arguments)
    answers: list[float] = []
    for _ in range(AT_ONCE):
        assert server.receive()
        answers.append(time.perf_counter() - since)
    return answers


def looking(subject: Subject, variables: Mapping[str, str], era: Era) -> Figures:
    """Screenshots that pass through, and eight at once that have to be made smaller."""
    with running(subject.command, variables, era) as server:
        asked = {"machine_id": SMALL}
        server.send("tools/call", name=subject.looks, arguments=asked)
        answer = server.receive()
        picture = typical(lambda: server.seconds(subject.looks, **asked), PICTURES)
        for _ in range(8):
            server.send("tools/call", name=subject.looks, arguments={"machine_id": LARGE})
        for _ in range(8):
            server.receive()
        peak = server.megabytes("VmHWM")
    return {
        "picture": picture,
        "picture bytes": float(len(answer)),
        "picture text": float(_text(answer)),
        "peak": peak,
    }


def _text(answer: bytes) -> int:
    """Bytes of base64 in text and structured content."""
    result = json.loads(answer)["result"]
    texts = [part.get("text", "") for part in result["content"]]
    besides = json.dumps(result.get("structuredContent") or {})
    return sum(len(text) for text in [*texts, besides] if len(text) > 10_000)


def by_hand(variables: Mapping[str, str]) -> Figures:
    """The same requests without any server: fetched with httpx2, the picture decoded too."""
    return asyncio.run(_by_hand(variables))


async def _by_hand(variables: Mapping[str, str]) -> Figures:
    headers = {"X-API-Key": variables["COASTY_API_KEY"]}
    async with AsyncClient(base_url=variables["COASTY_BASE_URL"], headers=headers) as api:

        async def fetched(path: str) -> float:
            since = time.perf_counter()
            answer = await api.get(path)
            if "screenshot" in path:
                base64.b64decode(answer.json()["image_b64"])
            return time.perf_counter() - since

        await fetched("machines")
        shot = f"machines/{SMALL}/screenshot"
        return {
            "call": median([await fetched("machines") for _ in range(CALLS)]),
            "picture": median([await fetched(shot) for _ in range(PICTURES)]),
        }


def over_http(subject: Subject, variables: Mapping[str, str]) -> Figures:
    port = http.free_port()
    with http.listening(http.over_http(subject, port), variables, port):
        calls = CALLS * 2 if subject is OURS else CALLS // 10
        return {"http calls/s": asyncio.run(http.rate(port, subject.lists, 8, calls))}


def everything(
    subject: Subject, quick: Mapping[str, str], slow: Mapping[str, str], era: Era
) -> Figures:
    """All of a round; the floor has no API to ask."""
    figures = {"start": typical(lambda: started(subject, quick, era), 3)}
    figures |= listing(subject, quick, era) | calling(subject, quick, era)
    if subject is not FLOOR:
        figures |= looking(subject, quick, era) | waiting(subject, slow, era)
        if era == "2026-07-28":
            figures |= over_http(subject, quick)
    return figures
