"""A call whose answer was lost is neither done nor paid for twice."""

import pytest

from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.sandbox.world.machines import Machines
from support.mcp_client import (
    LIVE_KEY,
    Clock,
    Era,
    error,
    new_machine,
    picture,
    structured,
    text,
    written_call,
)
from support.socket_upstream import (
    KEYED,
    Move,
    Upstream,
    carries_out,
    facing,
    never_answers,
    refuses,
    resets_after,
)

UNAVAILABLE = refuses(503, "SERVICE_UNAVAILABLE", retryable=True)
SHORT = 0.3
ACT = "coasty_execute_machine_action"


class Lossy:
    """The moves of an API that does all it is asked to, on a live account."""

    def __init__(self, world: World) -> None:
        sandbox = sandbox_client(world, LIVE_KEY)
        self.account = world.accounts["live"]
        self.done = carries_out(sandbox)
        self.lost = carries_out(sandbox, resets_after())
        self.unheard = carries_out(sandbox, never_answers)

    @property
    def machines(self) -> list[str]:
        return [machine.id for machine in self.account.area(Machines).newest_first()]


@pytest.fixture
def api(world: World) -> Lossy:
    return Lossy(world)


async def test_an_answer_that_is_lost_every_time_is_found_under_its_key(
    api: Lossy, clock: Clock, era: Era
) -> None:
    upstream = Upstream(*[api.lost] * 4, api.done)
    async with upstream.listening() as url, facing(url, clock, era=era, key=LIVE_KEY) as model:
        started = await model.call_tool(*KEYED)
    assert [structured(started)["machine"]["id"]] == api.machines
    assert [asked.method for asked in upstream.asked[:5]] == ["POST"] * 4 + ["GET"]


async def test_an_answer_that_never_comes_is_found_under_its_key(api: Lossy, clock: Clock) -> None:
    upstream = Upstream(api.unheard, api.done)
    async with upstream.listening() as url, facing(url, clock, SHORT, key=LIVE_KEY) as model:
        started = await model.call_tool(*KEYED)
    assert [structured(started)["machine"]["id"]] == api.machines


async def test_going_on_as_the_error_says_leads_to_the_first_result(
    api: Lossy, clock: Clock, era: Era
) -> None:
    upstream = Upstream(*[api.lost] * 5, api.done)
    name, arguments = "coasty_provision_machine", {"display_name": "bot"}
    async with upstream.listening() as url, facing(url, clock, era=era, key=LIVE_KEY) as model:
        failed = error(await model.call_tool(name, arguments))
        assert failed["code"] == "OUTCOME_UNKNOWN"
        assert failed["retryable"] is failed["retry_with_same_idempotency_key"] is True
        key = failed["idempotency_key"]
        assert f'Call again with idempotency_key="{key}" and the same' in failed["suggestion"]
        again = await model.call_tool(name, {**arguments, "idempotency_key": key})
    assert [structured(again)["machine"]["id"]] == api.machines


@pytest.mark.parametrize(
    ("tool", "goal"),
    [
        ("coasty_predict", {"instruction": "Open the browser"}),
        ("coasty_ground", {"element": "Browser icon"}),
    ],
)
async def test_a_prediction_is_repeated_with_the_picture_it_was_asked_for(
    api: Lossy, clock: Clock, tool: str, goal: dict[str, str]
) -> None:
    """The machine's screen has changed meanwhile: a new picture would be another request."""
    machine = new_machine(api.account)
    wallet = api.account.wallet.cents
    upstream = Upstream(api.done, *[api.lost] * 5, api.done)
    tools = (tool, ACT)
    async with upstream.listening() as url, facing(url, clock, tools=tools, key=LIVE_KEY) as model:
        failed = await model.call_tool(tool, {"machine_id": machine.id, **goal})
        paid = wallet - api.account.wallet.cents
        assert paid > 0
        facts = error(failed)
        going_on = {name: facts[name] for name in ("idempotency_key", "screenshot_id")}
        for name, value in going_on.items():
            assert f'{name}="{value}"' in text(failed)
        changes = {"machine_id": machine.id, "command": "browser_open"}
        assert not (await model.call_tool(ACT, changes)).is_error
        again = await model.call_tool(tool, {**goal, **going_on})
    assert structured(again)["screenshot_id"] == going_on["screenshot_id"]
    assert wallet - api.account.wallet.cents == paid


@pytest.mark.parametrize("fault", [UNAVAILABLE, resets_after()], ids=["busy", "broken off"])
async def test_a_machine_that_was_started_is_told_although_nobody_knows_how_it_is(
    clock: Clock, fault: Move
) -> None:
    api = Lossy(World(clock=clock.now, boot_seconds=30))
    upstream = Upstream(api.done, *[fault] * 4, api.done)
    tools = ("coasty_get_machine",)
    async with upstream.listening() as url, facing(url, clock, tools=tools, key=LIVE_KEY) as model:
        started = structured(await model.call_tool(*KEYED))
        name, arguments = written_call(started["next"])
        now = structured(await model.call_tool(name, arguments))
    assert [started["machine"]["id"]] == [now["machine"]["id"]] == api.machines
    assert started["machine"]["status"] == "creating"


@pytest.mark.parametrize("fault", [UNAVAILABLE, resets_after()], ids=["busy", "broken off"])
async def test_an_action_that_was_carried_out_is_told_although_nobody_saw_it(
    api: Lossy, clock: Clock, fault: Move
) -> None:
    machine = new_machine(api.account)
    look = "coasty_take_machine_screenshot"
    upstream = Upstream(api.done, *[fault] * 4, api.done)
    action = {"machine_id": machine.id, "command": "browser_open", "return_screenshot": True}
    async with (
        upstream.listening() as url,
        facing(url, clock, tools=(ACT, look), key=LIVE_KEY) as model,
    ):
        done = await model.call_tool(ACT, action)
        assert text(done).startswith(f"Done: browser_open on {machine.id}.")
        assert "Warning: It was done, but cannot be seen: " in text(done)
        name, arguments = written_call(structured(done)["next"])
        assert picture(await model.call_tool(name, arguments))
