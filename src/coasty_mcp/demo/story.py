"""What the demo does, in order: the calls that a model would make, told as they happen."""

import sys
from time import monotonic

import anyio
from mcp import Client, StdioServerParameters

from .album import FOLDER, changed, keep, prepare
from .goal import GOAL, reach_goal
from .host import Answer, DemoFailed, Host
from .narrator import Narrator

COMMAND, ARGUMENTS = sys.executable, ["-m", "coasty_mcp"]
LONGEST_RUN = 10  # seconds
PAUSE = 0.5
SHOWN_OF_SECRET = 10


async def tell() -> None:
    prepare()
    say = Narrator()
    introduce(say)
    say.step("Start the server and ask for its tools")
    started = monotonic()
    server = StdioServerParameters(command=COMMAND, args=[*ARGUMENTS, "--sandbox"])
    async with Client(server) as client:
        tools = (await client.list_tools()).tools
        names = f"from {tools[0].name} to {tools[-1].name}"
        say.line(f"tools/list: {len(tools)} tools, {names}", monotonic() - started)
        host = Host(client)
        machine_id = await provision(host, say)
        await work_on(machine_id, host, say)
        await run_command(machine_id, host, say)
        schedule_id = await create_schedule(machine_id, host, say)
        await run_now(schedule_id, host, say)
        await count_credits(host, say)
        await make_a_mistake(machine_id, host, say)
        await terminate(machine_id, host, say)
    conclude(say, host.calls, monotonic() - started)


def introduce(say: Narrator) -> None:
    say.title("Coasty MCP demo")
    say.paragraph(
        "MCP is how an AI app, such as Claude Desktop or Cursor, gives tools to its model. The "
        "tools of this server are a computer in the cloud: the model sees its screen, uses its "
        "mouse and keyboard, and can set up work for later."
    )
    say.paragraph(
        "Here the demo plays the app and the model. The server is the real one; its cloud is "
        "simulated on this computer: no account, no network, no cost."
    )


async def provision(host: Host, say: Narrator) -> str:
    say.step("Get a Linux desktop")
    answer = await host.call("coasty_provision_machine", display_name="demo-desk")
    machine = answer.facts["machine"]
    say.line(f"{answer.tool}: {machine['id']} is {machine['status']}", answer.seconds)
    return machine["id"]


async def work_on(machine_id: str, host: Host, say: Narrator) -> None:
    """The main job."""
    say.step("Look at its screen")
    before = await host.call("coasty_take_machine_screenshot", machine_id=machine_id)
    say.line(f"{before.tool}: {keep(before.picture, 'before')}", before.seconds)

    say.step("Reach a goal: ask what to do next, do it, look again")
    say.quote(GOAL)
    predictions = await reach_goal(machine_id, host, say)
    actions = sum(len(prediction["actions"]) for prediction in predictions[:-1])
    say.line(
        f"coasty_predict: {len(predictions)} predictions; "
        f"coasty_execute_machine_action: {actions} actions"
    )

    say.step("See where a prediction wants to click")
    fullest = max(predictions, key=lambda prediction: len(prediction["actions"]))
    shot = fullest["screenshot_id"]
    drawn = await host.call("coasty_predict", screenshot_id=shot, instruction=GOAL, preview=True)
    file, number = keep(drawn.picture, "predicted"), predictions.index(fullest) + 1
    say.line(f"{drawn.tool}: {file}, prediction {number} drawn", drawn.seconds)

    say.step("Look at the screen again")
    after = await host.call("coasty_take_machine_screenshot", machine_id=machine_id)
    share = changed(before.picture, after.picture)
    if not share:
        raise DemoFailed("The desktop looks as it did before.")
    file = keep(after.picture, "after")
    say.line(f"{after.tool}: {file}, {share:.0%} is new", after.seconds)


async def run_command(machine_id: str, host: Host, say: Narrator) -> None:
    say.step("Run a terminal command on the machine")
    command = "uname -a && uptime"
    answer = await host.call("coasty_run_terminal_command", machine_id=machine_id, command=command)
    exit_code = answer.facts["exit_code"]
    say.line(f"{answer.tool}: {command}, exit code {exit_code}", answer.seconds)
    say.quote(answer.facts["output"])


async def create_schedule(machine_id: str, host: Host, say: Narrator) -> str:
    say.step("Let an agent work there every day, and whenever a webhook is called")
    created = await host.call(
        "coasty_create_schedule",
        name="morning briefing",
        machine_id=machine_id,
        task_prompt="Summarize the news in the text editor.",
        frequency="daily",
        time="09:00",
        timezone="America/New_York",
    )
    schedule = created.facts
    say.line(f"{created.tool}: daily, next at {schedule['next_run_at']}", created.seconds)
    added = await host.call("coasty_add_trigger", schedule_id=schedule["id"], kind="webhook")
    secret = f"{added.facts['webhook_secret'][:SHOWN_OF_SECRET]}..."
    say.line(
        f"{added.tool}: a URL to call, and a secret to sign the calls with, shown only this once "
        f"({secret})",
        added.seconds,
    )
    return schedule["id"]


async def run_now(schedule_id: str, host: Host, say: Narrator) -> None:
    say.step("Run it now, and read its history")
    run = await host.call("coasty_run_schedule_now", schedule_id=schedule_id)
    say.line(f"{run.tool}: {run.facts['message']}", run.seconds)
    with say.waiting("The agent is at work"):
        history = await finished_history(schedule_id, host)
    for each in history.facts["data"]:
        took = f"{each['status']} in {each['duration_seconds']} s"
        say.line(f"{history.tool}: {each['trigger']} run, {took}", history.seconds)


async def finished_history(schedule_id: str, host: Host) -> Answer:
    """The runs, once the newest of them has ended."""
    with anyio.move_on_after(LONGEST_RUN):
        while True:
            history = await host.call("coasty_list_schedule_runs", schedule_id=schedule_id)
            if history.facts["data"][0]["status"] != "running":
                return history
            await anyio.sleep(PAUSE)
    raise DemoFailed(f"The schedule's run has not ended after {LONGEST_RUN} s.")


async def count_credits(host: Host, say: Narrator) -> None:
    say.step("See what it cost")
    answer = await host.call("coasty_get_credits")
    used, left = answer.facts["period_credits"], answer.facts["balance_credits"]
    say.line(f"{answer.tool}: {used} credits used, {left} left (1 credit = 1 cent)", answer.seconds)


async def make_a_mistake(machine_id: str, host: Host, say: Narrator) -> None:
    say.step("Make a mistake, and read what the model reads then")
    answer = await host.attempt(
        "coasty_execute_machine_action", machine_id=machine_id, command="dubble_click"
    )
    code = answer.facts["error"]["code"]
    say.line(f"{answer.tool}: error {code}", answer.seconds)
    say.quote(answer.text)


async def terminate(machine_id: str, host: Host, say: Narrator) -> None:
    say.step("Give the desktop back")
    answer = await host.call("coasty_terminate_machine", machine_id=machine_id)
    say.line(f"{answer.tool}: {machine_id} is {answer.facts['status']}", answer.seconds)


def conclude(say: Narrator, calls: int, seconds: float) -> None:
    say.title(f"\nDone: {calls} tool calls in {seconds:.1f} s")
    say.paragraph(f"See before.jpg, predicted.jpg and after.jpg in {FOLDER.resolve()}")
    say.paragraph(
        "To give these tools to your own model, add this to the MCP settings of your AI app "
        "(Claude Desktop: Settings, Developer, Edit Config), with your key from "
        "https://coasty.ai/developers:"
    )
    key = {"COASTY_API_KEY": "sk-coasty-..."}
    say.code({"mcpServers": {"coasty": {"command": COMMAND, "args": ARGUMENTS, "env": key}}})
    say.paragraph(
        'Without a key it can have the simulated cloud: add "--sandbox" to the args, and leave out '
        "env."
    )
