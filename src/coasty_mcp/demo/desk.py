"""One machine of the demo, used through the tools."""

import json
from typing import Any

import anyio

from .narrator import Narrator
from .pictures import save_picture
from .tool_client import DemoFailed, ToolClient

PATIENCE = 10
"""Seconds for a program to open its window."""
POLL_INTERVAL = 0.2
LONGEST_LINE = 60


class Desk:
    """One machine, used through the tools."""

    def __init__(self, client: ToolClient, narrator: Narrator, machine_id: str) -> None:
        self.client, self.narrator, self.machine_id = client, narrator, machine_id

    async def do(self, command: str, **parameters: object) -> dict[str, Any]:
        """Carry out a command, and return its result; raises `DemoFailed`."""
        answer = await self.client.call(
            "coasty_execute_machine_action",
            machine_id=self.machine_id,
            command=command,
            parameters=parameters,
        )
        shown = " ".join(str(value) for value in parameters.values()).partition("\n")[0]
        self.narrator.line(f"{command} {shown}"[:LONGEST_LINE], answer.seconds)
        return answer.content.get("result") or shown_result(answer.text)

    async def show(self, name: str) -> None:
        seen = await self.client.call("coasty_take_machine_screenshot", machine_id=self.machine_id)
        self.narrator.line(f"{seen.tool}: {save_picture(seen.picture, name)}", seen.seconds)

    async def window(self, title: str) -> None:
        """Return when a window with that in its title is there; raises `DemoFailed`."""
        with anyio.move_on_after(PATIENCE):
            while True:
                found = await self.client.call(
                    "coasty_execute_machine_action",
                    machine_id=self.machine_id,
                    command="list_windows",
                )
                if any(title in each["title"] for each in found.content["result"]["windows"]):
                    return
                await anyio.sleep(POLL_INTERVAL)
        raise DemoFailed(f"No window called {title} has opened.")


def shown_result(text: str) -> dict[str, Any]:
    """Return the result that stands in a text, as it does where a picture comes along."""
    lines = [line.removeprefix("| ") for line in text.splitlines() if line.startswith("| {")]
    return json.loads(lines[0]) if lines else {}
