"""harbor's own validator of trajectories, over recordings that the installed command makes.

harbor needs Python 3.12 or newer, which uv looks for on the PATH, and fetches where it can.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import Any

from mcp import Client, StdioServerParameters

from coasty_mcp.recording.room import sessions
from coasty_mcp.sandbox import SANDBOX_KEY
from support.command_process import COMMAND, coasty_mcp, listening
from support.mcp_client import structured

HARBOR = "harbor==0.26.0"
VALIDATOR = ("uv", "tool", "run", "--quiet", "--python", ">=3.12", "--from", HARBOR, "python", "-m")
FORM = [
    {"command": "browser_open", "parameters": {"url": "https://example.com/contact"}},
    {"command": "browser_type", "parameters": {"selector": "#name", "text": "Ada </script> ☃"}},
]


async def work(*flags: str) -> str:
    """Look, act, predict and fail in a session; return the run of an agent that was started."""
    everything = [*flags, "--toolsets", "all"]
    async with Client(StdioServerParameters(command=COMMAND, args=everything)) as model:
        started = await model.call_tool("coasty_provision_machine", {"display_name": "desk"})
        on: dict[str, Any] = {"machine_id": structured(started)["machine"]["id"]}
        await model.call_tool("coasty_take_machine_screenshot", on)
        wanted = {**on, "instruction": "Open the browser"}
        predicted = structured(await model.call_tool("coasty_predict", wanted))
        whole = {**on, "prediction_id": predicted["prediction_id"]}
        await model.call_tool("coasty_execute_machine_action", whole)
        acting = {**on, "actions": FORM, "return_screenshot": True}
        await model.call_tool("coasty_execute_machine_action", acting)
        await model.call_tool("coasty_get_connection", on)
        await model.call_tool("coasty_get_machine", {"machine_id": "mch_none"})
        run = await model.call_tool("coasty_start_run", {**on, "task": "Open the browser."})
        run_id = structured(run)["id"]
        await model.call_tool("coasty_watch_run", {"run_id": run_id})
        return run_id


def record_all(folder: Path, key: str) -> None:
    """Leave three recordings: of a session, of one that is redacted, and of an agent's run."""
    with listening("sandbox") as api:
        flags = ["--base-url", api.url, "--api-key-file", key]
        recording = ["--record-dir", str(folder)]
        run_id = asyncio.run(work(*flags, *recording))
        asyncio.run(work(*flags, *recording, "--record-redact"))
        made = coasty_mcp(*flags, "replay", str(folder), "--run", run_id)
        print(made.stdout or made.stderr, end="")


def validated(trajectory: Path) -> subprocess.CompletedProcess[str]:
    command = [*VALIDATOR, "harbor.utils.trajectory_validator", str(trajectory)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def spoil(trajectory: Path) -> None:
    """Put a field into a trajectory that the format does not know."""
    record = json.loads(trajectory.read_text(encoding="utf-8"))
    record["steps"][0]["surprise"] = True
    trajectory.write_text(json.dumps(record), encoding="utf-8")


def faults(folder: Path) -> Iterator[str]:
    """Yield what harbor says against the recordings; a spoilt one must be refused."""
    recordings = [each / "trajectory.json" for each in sessions(folder)]
    if len(recordings) != 3:
        yield f"{len(recordings)} of 3 recordings were made"
    for each in recordings:
        said = validated(each)
        print(said.stdout, end="")
        if said.returncode:
            yield said.stderr
    spoil(recordings[0])
    if not validated(recordings[0]).returncode:
        yield "an unknown field is not refused: the validator looks at nothing"


def main() -> bool:
    with TemporaryDirectory() as folder, NamedTemporaryFile("w", suffix=".key") as key:
        key.write(SANDBOX_KEY)
        key.flush()
        record_all(Path(folder), key.name)
        found = [*faults(Path(folder))]
    print("\n".join(found) or "ok")
    return not found


sys.exit(not main())
