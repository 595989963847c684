"""Lists that are too long for a model: the newest in full, the others by their ids."""

import json

import pytest

from coasty_mcp.sandbox import World
from coasty_mcp.settings import Settings
from support.mcp_client import Era, new_machine, new_schedule, seated, structured, text

SHOWN = 10_000
"""Characters of a result that every host shows."""


@pytest.fixture
def crowded(world: World) -> World:
    """200 machines, and a schedule for each."""
    account = world.accounts["test"]
    for number in range(200):
        machine = new_machine(account, display_name=f"desk number {number}")
        new_schedule(account, machine, name=f"schedule number {number}")
    return world


@pytest.mark.parametrize("what", ["machine", "schedule"])
async def test_a_long_list_fits_and_says_how_to_get_the_rest(
    era: Era, crowded: World, what: str
) -> None:
    async with seated(era, crowded) as model:
        listed = await model.call_tool(f"coasty_list_{what}s", {"limit": 200})
        said = structured(listed)
        others = [each for ids in said["others"].values() for each in ids]
        one = await model.call_tool(f"coasty_get_{what}", {f"{what}_id": others[-1]})
    assert len(text(listed)) < SHOWN
    assert len(json.dumps(said)) < SHOWN
    assert len({each["id"] for each in said["data"]} | {*others}) == 200
    assert all(each in text(listed) for each in others)
    assert said["warnings"][0].endswith(f"coasty_get_{what} tells all of one.")
    assert not one.is_error


async def test_the_newest_are_told_in_full_and_the_others_by_their_state(crowded: World) -> None:
    async with seated(world=crowded) as model:
        said = structured(await model.call_tool("coasty_list_machines", {"limit": 200}))
    names = [each["display_name"] for each in said["data"]]
    assert names == [f"desk number {199 - number}" for number in range(len(names))]
    assert [*said["others"]] == ["running"]


async def test_things_too_long_for_structured_content_still_have_a_line_each(world: World) -> None:
    step = {"id": "s", "type": "task", "machine_id": "m", "task": "Read it. " * 300}
    definition = {"steps": [step]}
    settings = Settings(sandbox=True, toolsets=("workflows",))
    async with seated(world=world, settings=settings) as model:
        for number in range(4):
            wanted = {"name": f"long {number}", "slug": f"long-{number}", "definition": definition}
            made = await model.call_tool("coasty_create_workflow", wanted)
            assert not made.is_error, text(made)
        listed = await model.call_tool("coasty_list_workflows")
    said = structured(listed)
    assert len(json.dumps(said)) < SHOWN
    assert len(said["data"]) + sum(map(len, said["others"].values())) == 4
    assert all(f"long {number}" in text(listed) for number in range(4))
    assert "coasty_get_workflow tells all of one." in text(listed)


async def test_a_list_that_fits_is_told_in_full(world: World) -> None:
    for name in "abc":
        new_machine(world.accounts["test"], display_name=name)
    async with seated(world=world) as model:
        said = structured(await model.call_tool("coasty_list_machines"))
    assert [each["display_name"] for each in said["data"]] == ["c", "b", "a"]
    assert "others" not in said
