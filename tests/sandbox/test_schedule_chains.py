"""Schedules that start one another in the sandbox."""

from itertools import pairwise

import pytest
from httpx2 import Response

from support.schedule_sandbox import ScheduleClient, refused


@pytest.fixture
def api() -> ScheduleClient:
    return ScheduleClient()


async def chain(api: ScheduleClient, source: str, target: str, **more: object) -> Response:
    body = {"kind": "chain", "source_schedule_id": source.rpartition("/")[2], **more}
    return await api.call("POST", f"{target}/triggers", body)


@pytest.mark.parametrize(
    ("event", "task", "fires"),
    [
        ("on_complete", "Open the text editor.", True),
        ("on_complete", "[fail]", False),
        ("on_failure", "Open the text editor.", False),
        ("on_failure", "[fail]", True),
        ("on_any", "Open the text editor.", True),
        ("on_any", "[fail]", True),
    ],
)
async def test_the_end_of_one_schedule_starts_another(
    api: ScheduleClient, event: str, task: str, fires: bool
) -> None:
    source, target = await api.schedule(task_prompt=task), await api.schedule()
    made = (await chain(api, source, target, event=event)).json()
    assert (made["source_schedule_id"], made["event"]) == (source.rpartition("/")[2], event)
    await api.ok("POST", f"{source}/run", {})
    assert await api.runs(target) == []
    api.clock.pass_by(seconds=3)
    runs = [(run["status"], run["trigger"]) for run in await api.runs(target)]
    assert runs == ([("running", "triggered")] if fires else [])


async def test_a_chain_of_five_links_runs_to_its_end_in_order(api: ScheduleClient) -> None:
    paths = [await api.schedule() for _ in range(6)]
    for source, target in pairwise(paths):
        assert (await chain(api, source, target)).status_code == 200
    await api.ok("POST", f"{paths[0]}/run", {})
    api.clock.pass_by(seconds=18)
    runs = [run for path in paths for run in await api.runs(path)]
    assert [run["executed_at"][17:19] for run in runs] == ["00", "03", "06", "09", "12", "15"]
    assert {run["status"] for run in runs} == {"completed"}


async def test_a_sixth_link_is_refused_at_either_end(api: ScheduleClient) -> None:
    paths = [await api.schedule() for _ in range(7)]
    for source, target in pairwise(paths[1:]):
        await chain(api, source, target)
    for source, target in [(paths[0], paths[1]), (paths[6], paths[0])]:
        assert refused(await chain(api, source, target)) == (422, "VALIDATION_ERROR")


async def test_a_chain_never_leads_back_to_itself(api: ScheduleClient) -> None:
    first, second = await api.schedule(), await api.schedule()
    assert refused(await chain(api, first, first)) == (422, "VALIDATION_ERROR")
    await chain(api, first, second)
    reply = await chain(api, second, first)
    assert refused(reply) == (422, "VALIDATION_ERROR")
    assert "source_schedule_id" in reply.json()["error"]["details"][0]["loc"]
    assert (await api.ok("GET", f"{first}/triggers"))["data"] == []


@pytest.mark.parametrize("off", ["trigger", "schedule"])
async def test_a_chain_does_not_start_what_is_switched_off(api: ScheduleClient, off: str) -> None:
    source, target = await api.schedule(), await api.schedule()
    await chain(api, source, target, enabled=off != "trigger")
    if off == "schedule":
        await api.ok("POST", f"{target}/pause")
    await api.ok("POST", f"{source}/run", {})
    api.clock.pass_by(seconds=3)
    assert await api.runs(target) == []
