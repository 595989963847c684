"""`coasty-mcp demo --desktop real`: a text is written and a form filled in with real programs.

The demo takes the part of a model that sees: it acts by the coordinates of what is on the screen.
"""

from dataclasses import replace
from time import monotonic

import anyio
from mcp import Client

from ..hosts.launcher import start_server
from ..hosts.own_command import own_command
from .desk import PATIENCE, POLL_INTERVAL, Desk
from .form import fill_in_form
from .narrator import Narrator
from .pictures import FOLDER, make_folder
from .tool_client import Answer, DemoFailed, ToolClient

NOTE = "/home/user/Documents/note.txt"
TEXT = "Real programs, on a real screen."
EDITOR = f'"$(command -v mousepad l3afpad gedit featherpad leafpad | head -1)" {NOTE} &'


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


def conclude(narrator: Narrator, calls: int, seconds: float) -> None:
    narrator.title(f"\nDone: {calls} tool calls in {seconds:.1f} s")
    narrator.paragraph(f"See editor.jpg, form.jpg and ordered.jpg in {FOLDER.resolve()}")
    narrator.paragraph(
        "To give such a desktop to your own model, start the server with "
        "--sandbox --sandbox-desktop real."
    )
