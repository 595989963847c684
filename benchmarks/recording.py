"""What recording adds to a call: `uv run python -m benchmarks.recording`.

1,000 calls with a picture each are recorded, one after the other. Of the time on the clock, a busy
computer is a part; the time of this process is what recording itself takes.
"""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from mcp.types import CallToolResult, ImageContent, TextContent

from coasty_mcp.recording import FinishedCall
from coasty_mcp.recording.recorder import Recorder
from coasty_mcp.screens import Picture, fit_for_api

from .pictures import screen

CALLS = 1_000
TEXT = "shot_1280x720_of_1920x1080_k3f9 · screen of mch_1, 1280x720 shown of 1920x1080"


def call_with(picture: Picture) -> FinishedCall:
    image = ImageContent(data=picture.base64, mime_type=picture.mime_type)
    return FinishedCall(
        "coasty_execute_machine_action",
        {"machine_id": "mch_1", "command": "click", "parameters": {"x": 640, "y": 360}},
        CallToolResult(content=[image, TextContent(text=TEXT)]),
        datetime.now(UTC),
        0.5,
    )


def recorded(call: FinishedCall, folder: Path) -> tuple[list[float], list[float]]:
    """Return the milliseconds of each call, on the clock and of this process."""
    recorder = Recorder(folder, "sandbox", "0")
    clock, own = list[float](), list[float]()
    for _ in range(CALLS):
        begin, own_begin = time.perf_counter(), time.process_time()
        recorder(call)
        clock.append((time.perf_counter() - begin) * 1000)
        own.append((time.process_time() - own_begin) * 1000)
    return clock, own


def main() -> None:
    print("| picture | this process, median, ms | on the clock | 95 of 100 within | record, MB |")
    print("|---|---|---|---|---|")
    large = Picture.from_bytes(screen(1280, 720))
    fitted = asyncio.run(fit_for_api(Picture.from_bytes(screen(1920, 1080)), hd=False))
    for picture in (fitted, large):
        with TemporaryDirectory() as folder:
            clock, own = recorded(call_with(picture), Path(folder))
            size = sum(each.stat().st_size for each in Path(folder).rglob("*") if each.is_file())
        name = f"{picture.mime_type}, {len(picture.base64) // 1000} kB of base64"
        within = quantiles(clock, n=20)[-1]
        figures = f"{median(own):.2f} | {median(clock):.2f} | {within:.2f} | {size / 1e6:.0f}"
        print(f"| {name} | {figures} |")


if __name__ == "__main__":
    main()
