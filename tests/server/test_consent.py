"""On a live key, the person is asked before what cannot be undone, and only a yes means yes."""

from typing import Any

import anyio
import pytest
from mcp import Client, MCPError
from mcp.client import ClientRequestContext
from mcp.types import (
    CallToolResult,
    ClientCapabilities,
    ElicitRequestParams,
    ElicitResult,
    InputRequiredResult,
)
from pydantic import SecretStr

from coasty_mcp.sandbox import World
from coasty_mcp.sandbox.world.machines import Machine
from coasty_mcp.server import consent
from coasty_mcp.server.answers import answer_security
from coasty_mcp.settings import Settings
from coasty_mcp.tools.catalog import TOOLSETS
from support.asked_person import LIVE, YES, Person, host
from support.mcp_client import Era, error, new_machine, structured, text

TERMINATE, SHELL = "coasty_terminate_machine", "coasty_run_terminal_command"
ALWAYS = LIVE.model_copy(update={"confirm": "always"})


def is_there(machine: Machine) -> bool:
    return machine.status == "running"


async def test_a_yes_carries_it_out(era: Era, world: World, ours: Machine) -> None:
    person = Person()
    async with host(world, LIVE, era, person) as model:
        done = await model.call_tool(TERMINATE, {"machine_id": ours.id})
    assert structured(done)["mode"] == "live"
    assert not is_there(ours)
    assert person.asked == [
        "Terminate a machine (coasty_terminate_machine) on your live Coasty key?\n"
        "Destroy a machine and its disk: not to be undone. coasty_stop_machine keeps the disk.\n"
        "It cannot be undone.\n"
        'The machine\'s name: "desk"\n'
        f'machine_id: "{ours.id}"'
    ]


@pytest.mark.parametrize(
    "answer",
    [
        ElicitResult(action="decline"),
        ElicitResult(action="cancel"),
        ElicitResult(action="accept", content={"agree": False}),
        ElicitResult(action="accept", content={"other": True}),
        *(ElicitResult(action="accept", content={"agree": it}) for it in ("true", "yes", 1, 1.0)),
        ElicitResult(action="accept"),
    ],
)
async def test_anything_but_a_yes_means_no(
    era: Era, world: World, ours: Machine, answer: ElicitResult
) -> None:
    async with host(world, LIVE, era, Person(answer)) as model:
        refused = await model.call_tool(TERMINATE, {"machine_id": ours.id})
    assert error(refused)["code"] == "CONSENT_REFUSED"
    assert error(refused)["mode"] == "live"
    assert "ask the user what they want instead" in text(refused)
    assert is_there(ours)


async def test_no_answer_in_time_means_no(
    world: World, ours: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def asleep(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
        await anyio.sleep_forever()
        return YES

    assert consent.PATIENCE == 60
    monkeypatch.setattr(consent, "PATIENCE", 0.05)
    async with host(world, LIVE, "legacy", asleep) as model:
        refused = await model.call_tool(TERMINATE, {"machine_id": ours.id})
    assert text(refused).startswith("The person did not answer within ")
    assert is_there(ours)


async def test_a_host_that_breaks_down_over_the_question_means_no(
    world: World, ours: Machine
) -> None:
    async def broken(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
        raise MCPError(-32600, "There is no window.")

    async with host(world, LIVE, "legacy", broken) as model:
        refused = await model.call_tool(TERMINATE, {"machine_id": ours.id})
    assert error(refused)["code"] == "CONSENT_REFUSED"
    assert is_there(ours)


async def test_a_host_that_cannot_ask_is_left_to_its_hints(
    era: Era, world: World, ours: Machine
) -> None:
    async with host(world, LIVE, era) as model:
        assert not (await model.call_tool(TERMINATE, {"machine_id": ours.id})).is_error


async def test_a_host_that_cannot_ask_means_no_where_it_must_always_be_asked(
    era: Era, world: World, ours: Machine
) -> None:
    async with host(world, ALWAYS, era) as model:
        refused = await model.call_tool(TERMINATE, {"machine_id": ours.id})
        read = await model.call_tool("coasty_get_machine", {"machine_id": ours.id})
    assert text(refused).startswith("The person must be asked first, and this host cannot ask ")
    assert not read.is_error
    assert is_there(ours)


@pytest.mark.parametrize(("settings", "questions"), [(LIVE, 0), (ALWAYS, 1)])
async def test_what_is_done_all_the_time_is_asked_about_only_on_demand(
    era: Era, world: World, ours: Machine, settings: Settings, questions: int
) -> None:
    person = Person()
    async with host(world, settings, era, person) as model:
        done = await model.call_tool(SHELL, {"machine_id": ours.id, "command": "ls"})
    assert not done.is_error
    assert len(person.asked) == questions


@pytest.mark.parametrize(
    "settings",
    [
        LIVE.model_copy(update={"confirm": "never"}),
        Settings(api_key=SecretStr("sk-coasty-test-" + "0" * 48), confirm="always"),
        Settings(sandbox=True, confirm="always"),
    ],
)
async def test_nobody_is_asked_where_it_was_switched_off_or_nothing_is_real(
    era: Era, world: World, ours: Machine, settings: Settings
) -> None:
    person = Person()
    async with host(world, settings, era, person) as model:
        assert not (await model.call_tool(TERMINATE, {"machine_id": ours.id})).is_error
    assert person.asked == []


async def test_wrong_arguments_are_refused_before_anybody_is_asked(era: Era, world: World) -> None:
    person = Person()
    async with host(world, LIVE, era, person) as model:
        refused = await model.call_tool(TERMINATE, {"machine_id": "a b"})
    assert error(refused)["code"] == "VALIDATION_ERROR"
    assert person.asked == []


async def test_a_yes_to_one_thing_is_no_yes_to_another(world: World, ours: Machine) -> None:
    """The host sends the answer with other arguments than those that the person saw."""
    other = new_machine(world.accounts["live"])
    async with host(world, LIVE, "auto", Person()) as model:
        first = await raw(model, {"machine_id": ours.id})
        assert isinstance(first, InputRequiredResult)
        assert first.input_requests
        answers = dict.fromkeys(first.input_requests, YES)
        with pytest.raises(MCPError, match="Invalid or expired requestState"):
            await raw(model, {"machine_id": other.id}, first.request_state, input_responses=answers)
        unasked = await raw(model, {"machine_id": other.id}, input_responses=answers)
        assert isinstance(unasked, InputRequiredResult)
        assert is_there(other)
        done = await raw(
            model, {"machine_id": ours.id}, first.request_state, input_responses=answers
        )
    assert isinstance(done, CallToolResult)
    assert not done.is_error
    assert not is_there(ours)


async def raw(
    model: Client, arguments: dict[str, Any], state: str | None = None, **more: Any
) -> CallToolResult | InputRequiredResult:
    """One round, without the client's own way through the others."""
    result = await model.session.call_tool(
        TERMINATE, arguments, request_state=state, allow_input_required=True, **more
    )
    assert isinstance(result, CallToolResult | InputRequiredResult)
    return result


async def test_an_answer_holds_once(world: World, ours: Machine) -> None:
    async with host(world, LIVE, "auto", Person()) as model:
        asked = await raw(model, {"machine_id": ours.id})
        assert isinstance(asked, InputRequiredResult)
        answers = dict.fromkeys(asked.input_requests or {}, YES)
        again = {"machine_id": ours.id}, asked.request_state
        first = await raw(model, *again, input_responses=answers)
        second = await raw(model, *again, input_responses=answers)
    assert isinstance(first, CallToolResult)
    assert not first.is_error
    assert isinstance(second, CallToolResult)
    assert error(second)["code"] == "CONSENT_REFUSED"
    assert text(second).startswith("The person's answer was used already")


@pytest.mark.parametrize("keys", [[], ["a" * 32], ["a" * 32, "b" * 32]])
def test_an_answer_holds_for_two_minutes(keys: list[str]) -> None:
    assert answer_security(keys).ttl == 120


@pytest.mark.parametrize(
    ("declared", "able"),
    [({}, True), ({"form": {}}, True), ({"form": {}, "url": {}}, True), ({"url": {}}, False)],
)
def test_a_host_that_only_opens_pages_cannot_ask(declared: dict[str, Any], able: bool) -> None:
    """What is declared without a mode is older than modes, and shows forms."""
    capabilities = ClientCapabilities.model_validate({"elicitation": declared})
    assert consent._can_ask(capabilities) is able  # pyright: ignore[reportPrivateUsage]
    assert not consent._can_ask(None)  # pyright: ignore[reportPrivateUsage]


NOT_ASKED_ABOUT = {
    "coasty_predict": "a fixed price",
    "coasty_ground": "a fixed price",
    "coasty_create_session": "a fixed price",
    "coasty_session_predict": "a fixed price",
    "coasty_snapshot_machine": "a fixed price",
    "coasty_reset_session": "what it forgets are a few pictures",
    "coasty_close_session": "what it forgets are a few pictures",
    "coasty_stop_machine": "the disk stays",
    "coasty_pause_schedule": "it can be resumed",
    "coasty_restart_machine": "the disk stays",
    "coasty_run_terminal_command": "what a command does is not guessed at",
    "coasty_use_browser": "what a page does is not guessed at",
    "coasty_get_connection": "it changes nothing",
    "coasty_create_workflow": "it runs nothing",
    "coasty_update_workflow": "it runs nothing",
    "coasty_do_on_screen": "it was switched on for this screen",
    "coasty_automate_screen": "it was switched on for this screen",
}
"""The tools that change something and are not asked about in `auto`, and why."""


def test_every_tool_that_changes_something_is_asked_about_or_says_why_not() -> None:
    unasked = {
        tool.name
        for toolset in TOOLSETS
        for tool in toolset.tools
        if not (tool.effect.read_only_hint or tool.asks)
    }
    assert unasked == set(NOT_ASKED_ABOUT)
