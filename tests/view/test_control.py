"""The person stops the model, takes over and hands back."""

from dataclasses import replace

import anyio
import pytest
from mcp.types import CallToolResult

from coasty_mcp.server.machine_control import MachineControl
from support.mcp_client import error, structured, text
from support.watched import NAME, page_of, watched


async def test_the_person_stops_the_model_and_lets_it_go_on() -> None:
    async with watched() as model, page_of(model) as page:
        assert await page.ask("stop") == {}
        refused = error(await model.act("click", x=5, y=5))
        assert refused["code"] == "STOPPED_BY_PERSON"
        assert not (await model.call("coasty_take_machine_screenshot")).is_error
        await page.ask("release")
        assert not (await model.act("click", x=5, y=5)).is_error


async def test_the_person_takes_over_and_hands_back_with_a_note() -> None:
    async with watched() as model, page_of(model) as page:
        typed = {"page": "a", "command": "type", "parameters": {"text": "x"}}
        assert await page.ask("act", **typed) == "Take over first."
        await page.ask("take_over", page="a")
        refused = error(await model.act("click", x=5, y=5))
        assert refused["code"] == "HUMAN_IN_CONTROL"
        assert f'coasty_ask_person(machine_id="{model.machine_id}"' in refused["suggestion"]
        assert "Another page" in await page.ask("take_over", page="b")
        done = await page.ask("act", page="a", command="click", parameters={"x": 9, "y": 9})
        assert done == {"success": True}
        assert "clicks, types" in await page.ask(
            "act", page="a", command="file_delete", parameters={"path": "/"}
        )
        await page.ask("hand_back", page="a", note="I am\nlogged in")
        first, second = await model.act("click", x=5, y=5), await model.act("click", x=5, y=5)
        assert r'says: "I am\nlogged in"' in text(first)
        assert "logged in" not in text(second)


async def test_the_person_reads_the_arguments_of_a_step_and_long_ones_in_part() -> None:
    async with watched() as model, page_of(model) as page:
        await model.act("click", x=5, y=5)
        await model.act("type", text="x" * 2000)
        [*_, click, typed] = (await page.ask("state"))["steps"]
    assert click["arguments"]["parameters"] == {"x": 5, "y": 5}
    assert len(typed["arguments"]["parameters"]) == 600


async def test_the_model_asks_for_the_person_and_goes_on_when_they_answer() -> None:
    async with watched() as model, page_of(model) as page:

        async def answered() -> None:
            while not (state := await page.ask("state"))["wanted"]:
                await anyio.lowlevel.checkpoint()
            assert state["wanted"] == "Solve the captcha"
            await page.ask("take_over", page="a")
            await page.ask("hand_back", page="a", note="solved")

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(answered)
            asked = await model.call("coasty_ask_person", reason="Solve the captcha")
            assert structured(asked)["handed_back"] is True
            assert 'The person says: "solved"' in text(asked)


async def test_an_answer_between_two_calls_is_not_lost() -> None:
    async with watched() as model, page_of(model) as page:
        waits = await model.call("coasty_ask_person", reason="Log in")
        assert "has not answered yet" in text(waits)
        await page.ask("hand_back", page="a", note="logged in")
        again = await model.call("coasty_ask_person", reason="Log in")
        assert 'The person says: "logged in"' in text(again)
        new = await model.call("coasty_ask_person", reason="Solve the captcha")
        assert "has not answered yet" in text(new)


@pytest.mark.parametrize("kind", ["stop", "take_over"])
async def test_what_the_model_is_doing_ends_when_the_person_steps_in(kind: str) -> None:
    under_way = anyio.Event()

    async def sleep(_: float) -> None:
        under_way.set()
        await anyio.sleep_forever()

    answers: list[CallToolResult] = []
    async with watched(sleep) as model, page_of(model) as page:

        async def act() -> None:
            actions = [{"command": "wait", "parameters": {"seconds": 30}}, {"command": "done"}]
            answers.append(await model.call("coasty_execute_machine_action", actions=actions))

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(act)
            await under_way.wait()
            await page.ask(kind, page="a")
    [stopped] = answers
    assert error(stopped)["code"] == "STOPPED_BY_PERSON"
    assert "in the middle" in text(stopped)


async def test_an_open_page_keeps_what_its_person_took_over() -> None:
    time = [0.0]
    control = MachineControl(now=lambda: time[0])
    control.take_over("mch_1", "a")
    for _ in range(5):
        time[0] += 500
        assert control.seen("mch_1", "a").holder == "person"
    time[0] += 601
    assert control.of("mch_1").holder == "model"


async def test_a_machine_named_by_its_name_is_watched_stopped_and_handed_back() -> None:
    async with watched() as model, page_of(model) as page:
        named = replace(model, machine_id=NAME.upper())
        assert not (await named.act("click", x=5, y=5)).is_error
        [step] = (await page.ask("state"))["steps"][-1:]
        assert step["arguments"]["machine_id"] == model.machine_id
        await page.ask("stop")
        assert error(await named.act("click", x=5, y=5))["code"] == "STOPPED_BY_PERSON"
        await page.ask("release")
        await page.ask("take_over", page="a")
        assert error(await named.act("click", x=5, y=5))["code"] == "HUMAN_IN_CONTROL"
        await page.ask("hand_back", page="a", note="logged in")
        assert 'says: "logged in"' in text(await named.act("click", x=5, y=5))


async def test_what_hides_in_a_name_or_an_argument_is_visible_to_the_person() -> None:
    hidden = "desk \u202e\u200b"
    async with watched(name=hidden) as model, page_of(model) as page:
        assert (await page.ask("state"))["name"] == "desk \\u202e\\u200b"
        await model.call("coasty_run_terminal_command", command="ls \u202e\x1b[2J\u200b")
        [step] = (await page.ask("state"))["steps"][-1:]
    assert step["arguments"]["command"] == "ls \\u202e\\u200b"
