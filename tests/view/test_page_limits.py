"""The page is a mouse and a keyboard for one machine, within the policy of the server."""

import json
from pathlib import Path

import pytest

from support.mcp_client import structured
from support.watched import SETTINGS, page_of, watched


@pytest.mark.parametrize("command", ["terminal_execute", "file_delete", "browser_execute", "raw"])
async def test_it_is_a_mouse_and_a_keyboard_and_nothing_else(command: str) -> None:
    async with watched() as model, page_of(model) as page:
        await page.ask("take_over", page="a")
        said = await page.ask("act", page="a", command=command, parameters={"path": "notes.txt"})
        assert said == "A page clicks, types, presses keys, scrolls and drags."


async def test_the_servers_action_policy_holds_for_it(tmp_path: Path) -> None:
    policy = tmp_path / "policy.json"
    policy.write_text(json.dumps({"blocked_keys": ["ctrl+w"]}))
    settings = SETTINGS.model_copy(update={"action_policy": policy})
    async with watched(settings=settings) as model, page_of(model) as page:
        await page.ask("take_over", page="a")
        for keys in (["ctrl", "w"], ["control", "W"], ["ctrl+w"]):
            said = await page.ask("act", page="a", command="key_combo", parameters={"keys": keys})
            assert "against the action policy" in said


async def test_it_reaches_the_machine_of_its_address_alone() -> None:
    async with watched() as model, page_of(model) as page:
        made = await model.client.call_tool("coasty_provision_machine", {"display_name": "other"})
        other = structured(made)["machine"]["id"]
        await page.ask("stop", machine_id=other)
        assert (await model.act("click", x=5, y=5)).is_error
        elsewhere = await model.client.call_tool("coasty_stop_machine", {"machine_id": other})
        assert not elsewhere.is_error


async def test_a_number_beyond_all_bounds_reaches_no_machine() -> None:
    async with watched() as model, page_of(model) as page:
        await page.ask("take_over", page="a")
        for place in ({"x": 10**4000, "y": 1}, {"x": 1, "y": [-(10**4000)]}):
            said = await page.ask("act", page="a", command="click", parameters=place)
            assert said == "A page acts within the screen."
