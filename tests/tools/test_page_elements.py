"""Elements of a page by their index, which holds for the page that they were listed on."""

import re

from coasty_mcp.sandbox import World
from coasty_mcp.sandbox.world.machines import Machine
from coasty_mcp.settings import Settings
from support.mcp_client import Era, drawn, seated, structured, text, written_call

ACT, BROWSER = "coasty_execute_machine_action", "coasty_use_browser"
WITH_FLEET = Settings(sandbox=True, toolsets=("default", "fleet"))


async def test_what_is_listed_is_clicked_by_its_index(
    era: Era, world: World, machine: Machine
) -> None:
    it, contact = {"machine_id": machine.id}, {"url": "https://example.com/contact"}
    async with seated(era, world, settings=WITH_FLEET) as model:
        early = await model.call_tool(BROWSER, {**it, "op": "click", "parameters": {"index": 3}})
        await model.call_tool(BROWSER, {**it, "op": "navigate", "parameters": contact})
        listed = structured(await model.call_tool(BROWSER, {**it, "op": "clickables"}))["result"]
        [line] = [each for each in listed["clickables"] if "Support" in each]
        index = line.split()[0]
        clicked = await model.call_tool(
            BROWSER, {**it, "op": "click", "parameters": {"index": index}}
        )
        last = {"command": "browser_type", "parameters": {"index": 0, "text": "Ada"}}
        typed = await model.call_tool(ACT, {**it, **last})
        wrong = await model.call_tool(BROWSER, {**it, "op": "click", "parameters": {"index": 99}})
        endless = {"command": "browser_click", "parameters": {"index": "9" * 5000}}
        long = await model.call_tool(ACT, {**it, **endless})
    assert text(early).startswith(f"There is no element 3 on the page of {machine.id}: none are")
    assert line.startswith(f"{index} choice Support x=")
    assert "machine's own pixels" in listed["coordinates"]
    assert not clicked.is_error
    assert not typed.is_error
    values = {each.label: each.value for each in drawn(machine).scene().elements}
    assert (values["Support"], values["Name"]) == ("Support", "Ada")
    assert text(wrong).startswith(f"There is no element 99 on the page of {machine.id}: 0 to ")
    assert text(long).startswith('There is no element "99999')


async def test_short_answers_leave_room_for_a_long_one(
    era: Era, world: World, machine: Machine
) -> None:
    names = ("browser_info", "browser_list_tabs", "browser_get_dom")
    opened = {"command": "browser_open", "parameters": {"url": "https://example.com/articles"}}
    actions = [opened, *({"command": name} for name in names)]
    async with seated(era, world) as model:
        seen = await model.call_tool(ACT, {"machine_id": machine.id, "actions": actions})
    assert "8. " in text(seen)
    assert "more)" not in text(seen)


async def test_an_index_of_another_page_is_refused_with_the_call_that_lists_again(
    era: Era, world: World, machine: Machine
) -> None:
    it, contact = {"machine_id": machine.id}, {"url": "https://example.com/contact"}
    send = {"command": "browser_click", "parameters": {"index": 3}}
    async with seated(era, world, settings=WITH_FLEET) as model:
        await model.call_tool(BROWSER, {**it, "op": "open"})
        await model.call_tool(ACT, {**it, "command": "browser_get_clickables"})
        machine.computer.run("browser_navigate", contact)  # as a click of the user might
        clicked = await model.call_tool(BROWSER, {**it, "op": "click", "parameters": {"index": 3}})
        typed = {"command": "type", "parameters": {"text": "Ada"}}
        several = await model.call_tool(ACT, {**it, "actions": [typed, send]})
        [way] = re.findall(r"again with (coasty_\w+\(.*?\))\.", text(several))
        listed = await model.call_tool(*written_call(way))
        again = await model.call_tool(ACT, {**it, **send})
    assert "and the elements were listed on" in text(clicked)
    assert f'coasty_use_browser(machine_id="{machine.id}", op="clickables")' in text(clicked)
    assert '"https://example.com/contact" now' in text(several)
    assert "Done before it: action 1." in text(several)
    assert not listed.is_error
    assert not again.is_error


async def test_after_a_click_an_index_is_of_the_page_only_if_that_stayed(
    world: World, machine: Machine
) -> None:
    it, contact = {"machine_id": machine.id}, {"url": "https://example.com/contact"}
    async with seated(world=world, settings=WITH_FLEET) as model:
        await model.call_tool(BROWSER, {**it, "op": "navigate", "parameters": contact})
        listed = structured(await model.call_tool(BROWSER, {**it, "op": "clickables"}))["result"]
        by_name = {line.split()[2]: int(line.split()[0]) for line in listed["clickables"]}
        stays = [
            {"command": "browser_click", "parameters": {"index": by_name["Support"]}},
            {"command": "browser_type", "parameters": {"index": by_name["Name"], "text": "Ada"}},
        ]
        filled = await model.call_tool(ACT, {**it, "actions": stays})
        leaves = [{"command": "browser_navigate", "parameters": {"url": "https://example.com"}}]
        left = await model.call_tool(ACT, {**it, "actions": [*leaves, *stays]})
        await model.call_tool(BROWSER, {**it, "op": "navigate", "parameters": contact})
        late = await model.call_tool(ACT, {**it, **stays[0]})
    assert text(filled).startswith("2 actions done")
    assert "Done before it: action 1." in text(left)
    assert text(late).startswith(f"There is no element {by_name['Support']} on the page")
