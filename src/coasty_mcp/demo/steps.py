"""The steps of the demo, in order: the calls that a model would make, printed as they happen."""

from dataclasses import replace
from time import monotonic

import anyio
from mcp import Client

from ..hosts.config_entry import ServerCommand
from ..hosts.host import KEY_VARIABLE, SERVER_NAME
from ..hosts.launcher import start_server
from ..hosts.own_command import own_command
from .narrator import Narrator
from .pictures import FOLDER, changed_share, make_folder, save_picture
from .prediction_loop import GOAL, reach_goal
from .tool_client import Answer, DemoFailed, ToolClient

RUN_TIMEOUT = 10
POLL_INTERVAL = 0.5
"""Seconds."""
SECRET_CHARACTERS = 10
"""How much of a secret is shown."""


async def run_steps() -> None:
    """Start the server and go through all steps; raises `DemoFailed`."""
    make_folder()
    narrator = Narrator()
    introduce(narrator)
    narrator.step("Start the server and ask for its tools")
    started = monotonic()
    own = own_command()
    async with Client(start_server(replace(own, sandbox=True), FOLDER)) as session:
        tools = (await session.list_tools()).tools
        names = f"from {tools[0].name} to {tools[-1].name}"
        narrator.line(f"tools/list: {len(tools)} tools, {names}", monotonic() - started)
        client = ToolClient(session)
        machine_id = await provision(client, narrator)
        await work_on(machine_id, client, narrator)
        await run_command(machine_id, client, narrator)
        schedule_id = await create_schedule(machine_id, client, narrator)
        await run_now(schedule_id, client, narrator)
        await count_credits(client, narrator)
        await make_a_mistake(machine_id, client, narrator)
        await terminate(machine_id, client, narrator)
    conclude(narrator, own, client.calls, monotonic() - started)


def introduce(narrator: Narrator) -> None:
    narrator.title("Coasty MCP demo")
    narrator.paragraph(
        "MCP is how an AI app, such as Claude Desktop or Cursor, gives tools to its model. The "
        "tools of this server are a computer in the cloud: the model sees its screen, uses its "
        "mouse and keyboard, and can set up work for later."
    )
    narrator.paragraph(
        "Here the demo plays the app and the model. The server is the real one; its cloud is "
        "simulated on this computer: no account, no network, no cost."
    )


async def provision(client: ToolClient, narrator: Narrator) -> str:
    narrator.step("Get a Linux desktop")
    answer = await client.call("coasty_provision_machine", display_name="demo-desk")
    machine = answer.content["machine"]
    narrator.line(f"{answer.tool}: {machine['id']} is {machine['status']}", answer.seconds)
    return machine["id"]


async def work_on(machine_id: str, client: ToolClient, narrator: Narrator) -> None:
    """Do the main job: look, reach a goal, look again; raises `DemoFailed`."""
    narrator.step("Look at its screen")
    before = await client.call("coasty_take_machine_screenshot", machine_id=machine_id)
    narrator.line(f"{before.tool}: {save_picture(before.picture, 'before')}", before.seconds)

    narrator.step("Reach a goal: ask what to do next, do it, look again")
    narrator.quote(GOAL)
    predictions = await reach_goal(machine_id, client, narrator)
    actions = sum(len(prediction["actions"]) for prediction in predictions[:-1])
    narrator.line(
        f"coasty_predict: {len(predictions)} predictions; "
        f"coasty_execute_machine_action: {actions} actions"
    )

    narrator.step("See where a prediction wants to click")
    fullest = max(predictions, key=lambda prediction: len(prediction["actions"]))
    shot = fullest["screenshot_id"]
    drawn = await client.call("coasty_predict", screenshot_id=shot, instruction=GOAL, preview=True)
    file, number = save_picture(drawn.picture, "predicted"), predictions.index(fullest) + 1
    narrator.line(f"{drawn.tool}: {file}, prediction {number} drawn", drawn.seconds)

    narrator.step("Look at the screen again")
    after = await client.call("coasty_take_machine_screenshot", machine_id=machine_id)
    share = changed_share(before.picture, after.picture)
    if not share:
        raise DemoFailed("The desktop looks as it did before.")
    file = save_picture(after.picture, "after")
    narrator.line(f"{after.tool}: {file}, {share:.0%} is new", after.seconds)


async def run_command(machine_id: str, client: ToolClient, narrator: Narrator) -> None:
    narrator.step("Run a terminal command on the machine")
    command = "uname -a && uptime"
    answer = await client.call(
        "coasty_run_terminal_command", machine_id=machine_id, command=command
    )
    exit_code = answer.content["exit_code"]
    narrator.line(f"{answer.tool}: {command}, exit code {exit_code}", answer.seconds)
    narrator.quote(answer.content["output"])


async def create_schedule(machine_id: str, client: ToolClient, narrator: Narrator) -> str:
    narrator.step("Let an agent work there every day, and whenever a webhook is called")
    created = await client.call(
        "coasty_create_schedule",
        name="morning briefing",
        machine_id=machine_id,
        task_prompt='Open the text editor and type "Good morning".',
        frequency="daily",
        time="09:00",
        timezone="America/New_York",
    )
    schedule = created.content
    narrator.line(f"{created.tool}: daily, next at {schedule['next_run_at']}", created.seconds)
    added = await client.call("coasty_add_trigger", schedule_id=schedule["id"], kind="webhook")
    secret = f"{added.content['webhook_secret'][:SECRET_CHARACTERS]}..."
    narrator.line(
        f"{added.tool}: a URL to call, and a secret to sign the calls with, shown only this once "
        f"({secret})",
        added.seconds,
    )
    return schedule["id"]


async def run_now(schedule_id: str, client: ToolClient, narrator: Narrator) -> None:
    narrator.step("Run it now, and read its history")
    run = await client.call("coasty_run_schedule_now", schedule_id=schedule_id)
    narrator.line(f"{run.tool}: {run.content['message']}", run.seconds)
    with narrator.waiting("The agent is at work"):
        history = await finished_history(schedule_id, client)
    for each in history.content["data"]:
        took = f"{each['status']} in {each['duration_seconds']} s"
        narrator.line(f"{history.tool}: {each['trigger']} run, {took}", history.seconds)


async def finished_history(schedule_id: str, client: ToolClient) -> Answer:
    """Return the runs once the newest of them has ended; raises `DemoFailed`."""
    with anyio.move_on_after(RUN_TIMEOUT):
        while True:
            history = await client.call("coasty_list_schedule_runs", schedule_id=schedule_id)
            if history.content["data"][0]["status"] != "running":
                return history
            await anyio.sleep(POLL_INTERVAL)
    raise DemoFailed(f"The schedule's run has not ended after {RUN_TIMEOUT} s.")


async def count_credits(client: ToolClient, narrator: Narrator) -> None:
    narrator.step("See what it cost")
    answer = await client.call("coasty_get_credits")
    used, left = answer.content["period_credits"], answer.content["balance_credits"]
    narrator.line(
        f"{answer.tool}: {used} credits used, {left} left (1 credit = 1 cent)", answer.seconds
    )


async def make_a_mistake(machine_id: str, client: ToolClient, narrator: Narrator) -> None:
    narrator.step("Make a mistake, and read what the model reads then")
    answer = await client.try_call(
        "coasty_execute_machine_action", machine_id=machine_id, command="dubble_click"
    )
    code = answer.content["error"]["code"]
    narrator.line(f"{answer.tool}: error {code}", answer.seconds)
    narrator.quote(answer.text)


async def terminate(machine_id: str, client: ToolClient, narrator: Narrator) -> None:
    narrator.step("Give the desktop back")
    answer = await client.call("coasty_terminate_machine", machine_id=machine_id)
    narrator.line(f"{answer.tool}: {machine_id} is {answer.content['status']}", answer.seconds)


def conclude(narrator: Narrator, own: ServerCommand, calls: int, seconds: float) -> None:
    narrator.title(f"\nDone: {calls} tool calls in {seconds:.1f} s")
    narrator.paragraph(f"See before.jpg, predicted.jpg and after.jpg in {FOLDER.resolve()}")
    narrator.paragraph(
        "To give these tools to your own model, add this to the MCP settings of your AI app "
        "(Claude Desktop: Settings, Developer, Edit Config), with your key from "
        "https://coasty.ai/developers:"
    )
    entry = {"command": own.command, "args": own.arguments, "env": {KEY_VARIABLE: "sk-coasty-..."}}
    narrator.code({"mcpServers": {SERVER_NAME: entry}})
    narrator.paragraph(
        'Without a key it can have the simulated cloud: add "--sandbox" to the args, and leave out '
        "env."
    )
