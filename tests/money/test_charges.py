"""What was charged is what can be believed; what is lost or replayed is counted once."""

import pytest
from httpx2 import Response

from coasty_mcp.api.errors import CoastyError, OutcomeUnknown
from coasty_mcp.api.wire.predict import PredictRequest
from coasty_mcp.api.wire.runs import StartRun
from coasty_mcp.money import Budget
from coasty_mcp.sandbox import World
from support.fakes import Flaky, Lossy
from support.mcp_client import LIVE_KEY
from support.spending import SMALL as GO
from support.spending import client, screen_of


def predicted(usage: object = None, **headers: str) -> Response:
    body: dict[str, object] = {"actions": [], **({} if usage is None else {"usage": usage})}
    return Response(200, json=body, headers=headers)


@pytest.mark.parametrize(
    ("reply", "spent"),
    [
        (predicted(**{"X-Credits-Charged": "7"}), 7),
        (predicted({"credits_charged": 4}, **{"X-Credits-Charged": "7"}), 7),
        (predicted({"credits_charged": 4}), 4),
        (predicted(), 5),
        (predicted({}), 5),
        (predicted(**{"X-Credits-Charged": "-5"}), 5),
        (predicted(**{"X-Credits-Charged": "--5"}), 5),
        (predicted(**{"X-Credits-Charged": "9" * 5000}), 5),
        (predicted(**{"X-Credits-Charged": "9" * 15}), 5),
        (predicted(**{"X-Credits-Charged": "a lot"}), 5),
        (predicted({"credits_charged": -100}), 5),
        (predicted({"credits_charged": 10**12}), 5),
        (predicted({"credits_charged": 3}, **{"X-Coasty-Idempotent-Replay": "true"}), 0),
        (predicted(**{"X-Credits-Charged": "0", "X-Coasty-Key-Kind": "test"}), 0),
        (predicted(**{"X-Coasty-Key-Kind": "test"}), 0),
    ],
)
async def test_what_was_charged_is_what_can_be_believed(reply: Response, spent: int) -> None:
    budget = Budget(50)
    await client(Flaky(reply), budget).predictions.predict(GO)
    assert (budget.spent, budget.room()) == (spent, 50 - spent)


@pytest.mark.parametrize(
    ("body", "headers", "spent"),
    [
        ({"credits_charged": 1}, {}, 1),
        ({}, {}, 1),
        ({"credits_charged": 1}, {"X-Credits-Charged": "2"}, 2),
        ({"credits_charged": 1}, {"X-Coasty-Idempotent-Replay": "true"}, 0),
    ],
)
async def test_a_snapshot_costs_what_its_header_or_else_its_body_says(
    body: dict[str, int], headers: dict[str, str], spent: int
) -> None:
    budget = Budget(50)
    made = Response(200, json={"snapshot_id": "s", **body}, headers=headers)
    await client(Flaky(made), budget).machines.create_snapshot("m")
    assert budget.spent == spent


async def test_a_test_key_pays_nothing_for_a_nominal_price_or_a_lost_answer() -> None:
    budget = Budget(50, free=True)
    api = client(Flaky(predicted({"credits_charged": 5}), *[Response(504)] * 9), budget)
    await api.predictions.predict(GO)
    with pytest.raises(OutcomeUnknown):
        await api.predictions.predict(GO, "mine")
    assert (budget.spent, budget.room()) == (0, 50)


async def test_a_lost_answer_counts_as_its_worst_case_until_it_is_looked_up(
    world: World,
) -> None:
    budget = Budget(50)
    lost, done = Response(504), predicted(**{"X-Credits-Charged": "4"})
    replay = {"X-Credits-Charged": "0", "X-Coasty-Idempotent-Replay": "true"}
    api = client(Flaky(*[lost] * 5, *[lost] * 5, done, predicted(**replay)), budget)
    for key in ("one", "two"):
        with pytest.raises(OutcomeUnknown):
            await api.predictions.predict(GO, key)
    assert (budget.spent, budget.room()) == (0, 40)
    await api.predictions.predict(GO, "one")  # it had not arrived
    assert (budget.spent, budget.room()) == (4, 41)
    await api.predictions.predict(GO, "two")  # it had, and costs nothing again
    assert (budget.spent, budget.room()) == (9, 41)


async def test_an_answer_that_is_looked_up_at_once_costs_what_it_says(world: World) -> None:
    picture = await screen_of(world)
    lossy = Lossy(world, lost=4).client()
    lossy.headers["X-API-Key"] = LIVE_KEY
    budget = Budget(50)
    asked = PredictRequest(screenshot=picture, instruction="Open the browser")
    await client(lossy, budget).predictions.predict(asked)
    assert (budget.spent, budget.room()) == (6, 44)


RUN = {"id": "r", "status": "running"}
FINISHED = {"id": "r", "status": "succeeded", "credits_charged": 15}
REPLAY = {"X-Coasty-Idempotent-Replay": "true"}
START = StartRun(machine_id="m", task="t", max_steps=10)


@pytest.mark.parametrize(
    "replies",
    [
        [Response(200, json=FINISHED)],
        [Response(200, json=RUN), Response(200, json=FINISHED, headers=REPLAY)],
        [Response(200, json=RUN), Response(200, json={"data": [FINISHED]}), None],
    ],
    ids=["ended at once", "a replay says so", "a list says so, and a replay again"],
)
async def test_a_finished_run_keeps_nothing_set_aside(replies: list[Response | None]) -> None:
    again = Response(200, json=FINISHED, headers=REPLAY)
    budget = Budget(120)
    api = client(Flaky(*[reply or again for reply in replies]), budget)
    for number, reply in enumerate(replies):
        listing = number == 1 and reply and b"data" in reply.content
        await (api.runs.list(5) if listing else api.runs.start(START, "mine"))
    assert (budget.spent, budget.room()) == (15, 105)


async def test_a_run_whose_start_was_lost_is_set_aside_when_its_replay_comes() -> None:
    lost, replay = [Response(504)] * 5, Response(200, json=RUN, headers=REPLAY)
    budget = Budget(60)
    api = client(Flaky(*lost, replay), budget)
    with pytest.raises(OutcomeUnknown):
        await api.runs.start(START, "mine")
    assert budget.room() == 10
    await api.runs.start(START, "mine")
    assert budget.room() == 10


async def test_a_success_that_cannot_be_read_counts_as_its_price() -> None:
    budget = Budget(50)
    with pytest.raises(CoastyError, match="actions is missing"):
        await client(Flaky(Response(200, json={"status": "done"})), budget).predictions.predict(GO)
    assert budget.spent == 5
