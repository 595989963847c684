"""`coasty-mcp demo --desktop real`: a text is written and a form filled in with real programs.

The demo takes the part of a model that sees: it acts by the coordinates of what is on the screen.
"""

import json
import re
from dataclasses import replace
from time import monotonic
from typing import Any

import anyio
from mcp import Client

from ..hosts.launcher import own_command, start_server
from .narrator import Narrator
from .pictures import FOLDER, make_folder, save_picture
from .tool_client import Answer, DemoFailed, ToolClient

POINT = re.compile(r" x=(\d+) y=(\d+)(?: |$)")
NOTE = "/home/user/Documents/note.txt"
TEXT = "Real programs, on a real screen."
EDITOR = f'"$(command -v mousepad l3afpad gedit featherpad leafpad | head -1)" {NOTE} &'
PAGE = "/home/user/form.html"
FORM = """<!doctype html><title>Order</title><style>body {font: 20px sans-serif; margin: 60px}
input, select, button {font: inherit; display: block; margin: 6px 0 24px}</style>
<form onsubmit="result.textContent = `Thank you, ${n.value}: ${s.value}, ` +
  (c.checked ? 'with' : 'without') + ' milk.'; return false">
<label>Your name <input id=n></label>
<label>Milk <input id=c type=checkbox></label>
<label>Drink <select id=s><option>Tea<option>Coffee</select></label>
<button>Order</button></form><p id=result></p>"""
ORDERED = "Thank you, Ada: Coffee, with milk."
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


async def run_steps() -> None:
    """Start the server and go through all steps; raises `DemoFailed`."""
    make_folder()
    narrator, started = Narrator(), monotonic()
    narrator.title("Coasty MCP demo, on a real desktop")
    narrator.paragraph(
        "The server is the real one, and so is the desktop: an X server and programs of this "
        "computer, in a cage without its files and its network. No account, no cost."
    )
    own = own_command()
    arguments = (*own.args, "--sandbox-desktop", "real")
    command = replace(own, sandbox=True, args=arguments)
    async with Client(start_server(command, FOLDER)) as session:
        client = ToolClient(session)
        narrator.step("Get a Linux desktop")
        made = await client.call("coasty_provision_machine", display_name="demo-desk")
        machine = made.content["machine"]
        narrator.line(f"{made.tool}: {machine['id']} is {machine['status']}", made.seconds)
        desk = Desk(client, narrator, machine["id"])
        await write_note(desk)
        await fill_in_form(desk)
        narrator.step("Give the desktop back")
        gone = await client.call("coasty_terminate_machine", machine_id=machine["id"])
        narrator.line(f"{gone.tool}: {machine['id']} is {gone.content['status']}", gone.seconds)
    conclude(narrator, client.calls, monotonic() - started)


async def write_note(desk: Desk) -> None:
    desk.narrator.step("Write a text in the editor, save it, and read the file")
    await desk.do("file_write", path=NOTE, content="")
    opened: Answer = await desk.client.call(
        "coasty_run_terminal_command", machine_id=desk.machine_id, command=EDITOR
    )
    desk.narrator.line(f"{opened.tool}: the editor, in the background", opened.seconds)
    await desk.window("note.txt")
    await desk.do("type", text=TEXT)
    await desk.do("key_combo", keys=["ctrl", "s"])
    await desk.show("editor")
    with anyio.move_on_after(PATIENCE):
        while not (read := await desk.do("file_read", path=NOTE))["content"]:
            await anyio.sleep(POLL_INTERVAL)
        if read["content"].strip() == TEXT:
            desk.narrator.quote(read["content"])
            return
    raise DemoFailed("The editor has not saved what was typed.")


async def fill_in_form(desk: Desk) -> None:
    desk.narrator.step("Open a page in Chromium, and fill in its form with mouse and keyboard")
    await desk.do("file_write", path=PAGE, content=FORM)
    await desk.do("browser_open", url=PAGE)
    found = await desk.do("browser_get_clickables")
    name, milk, drink, order = (_middle(each) for each in found["clickables"])
    await desk.do("click", **name)
    await desk.do("type", text="Ada")
    await desk.do("click", **milk)
    await desk.do("click", **drink)
    await desk.do("key_press", keys=["down", "enter"])
    await desk.show("form")
    await desk.do("click", **order)
    await desk.do("browser_wait", selector="#result:not(:empty)")
    await desk.show("ordered")
    answer = await desk.do("browser_execute", script="result.textContent")
    if answer["value"] != ORDERED:
        raise DemoFailed(f"The page answers something else: {answer['value']!r}.")
    desk.narrator.quote(answer["value"])


def shown_result(text: str) -> dict[str, Any]:
    """Return the result that stands in a text, as it does where a picture comes along."""
    lines = [line.removeprefix("| ") for line in text.splitlines() if line.startswith("| {")]
    return json.loads(lines[0]) if lines else {}


def _middle(element: str) -> dict[str, int]:
    """Return the point of a line such as `0 field Name x=951 y=382 #name`."""
    point = POINT.search(element)
    if not point:
        raise DemoFailed(f"The page has an element without a place: {element!r}.")
    return {"x": int(point[1]), "y": int(point[2])}


def conclude(narrator: Narrator, calls: int, seconds: float) -> None:
    narrator.title(f"\nDone: {calls} tool calls in {seconds:.1f} s")
    narrator.paragraph(f"See editor.jpg, form.jpg and ordered.jpg in {FOLDER.resolve()}")
    narrator.paragraph(
        "To give such a desktop to your own model, start the server with "
        "--sandbox --sandbox-desktop real."
    )
