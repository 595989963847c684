"""On a live key, the person is asked before what cannot be undone, and only a yes means yes."""

import json
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

from coasty_mcp.api.untrusted import HIDDEN
from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.sandbox.world.machines import Machine
from coasty_mcp.server import consent
from coasty_mcp.server.answers import answer_security
from coasty_mcp.server.build import build_server
from coasty_mcp.settings import Settings
from coasty_mcp.tools.catalog import TOOLSETS
from support.mcp_client import LIVE_KEY, Era, error, new_machine, structured, text

TERMINATE, SHELL = "coasty_terminate_machine", "coasty_run_terminal_command"
LIVE = Settings(api_key=SecretStr(LIVE_KEY), confirm="auto")
EVERYTHING = LIVE.model_copy(update={"toolsets": ("all",)})
ALWAYS = LIVE.model_copy(update={"confirm": "always"})
YES = ElicitResult(action="accept", content={"agree": True})


class Person:
    """Answers every question the same, and remembers it."""

    def __init__(self, answer: ElicitResult = YES) -> None:
        self.answer = answer
        self.asked: list[str] = []

    async def __call__(
        self, context: ClientRequestContext, params: ElicitRequestParams
    ) -> ElicitResult:
        self.asked.append(params.message)
        return self.answer


@pytest.fixture
def ours(world: World) -> Machine:
    return new_machine(world.accounts["live"])


def host(world: World, settings: Settings, era: Era, person: Any = None) -> Client:
    server = build_server(settings, TOOLSETS, sandbox_client(world, LIVE_KEY))
    return Client(server, mode=era, elicitation_callback=person)


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


def test_an_answer_holds_for_two_minutes() -> None:
    assert answer_security([]).ttl == 120


async def test_a_deletion_inside_json_text_is_asked_about_too(
    era: Era, world: World, ours: Machine
) -> None:
    person = Person(ElicitResult(action="decline"))
    deletion = {"command": "file_delete", "parameters": {"path": "/a"}}
    actions = json.dumps([json.dumps(deletion)])
    async with host(world, EVERYTHING, era, person) as model:
        refused = await model.call_tool(
            "coasty_execute_machine_action", {"machine_id": ours.id, "actions": actions}
        )
    assert error(refused)["code"] == "CONSENT_REFUSED"
    assert "It deletes what is there for good." in person.asked[0]


@pytest.mark.parametrize(
    ("tool", "arguments", "reason"),
    [
        ("coasty_set_machine_ttl", {"ttl_minutes": "5.0"}, "destroys the machine in 5 minutes"),
        ("coasty_start_run", {"task": "Look.", "max_steps": "10"}, "up to 50 credits ($0.50)"),
        ("coasty_set_machine_ttl", {"ttl_minutes": "90"}, ""),
        ("coasty_set_machine_ttl", {"ttl_minutes": "0"}, "does not end by itself any more"),
        ("coasty_start_machine", {}, "credits ($0.09) an hour until it is terminated"),
    ],
)
async def test_numbers_as_text_are_asked_about_as_what_they_mean(
    era: Era, world: World, ours: Machine, tool: str, arguments: dict[str, Any], reason: str
) -> None:
    person = Person(ElicitResult(action="decline"))
    async with host(world, EVERYTHING, era, person) as model:
        await model.call_tool(tool, {"machine_id": ours.id, **arguments})
    assert len(person.asked) == bool(reason)
    assert reason in "".join(person.asked)


async def test_a_task_is_asked_about_with_both_of_its_meters(era: Era, world: World) -> None:
    person = Person(ElicitResult(action="decline"))
    async with host(world, EVERYTHING, era, person) as model:
        refused = await model.call_tool("coasty_start_task", {"task": "Look.", "max_steps": "10"})
    assert error(refused)["code"] == "CONSENT_REFUSED"
    assert "never asks" in person.asked[0]
    assert (
        "steps cost up to 50 credits ($0.50), its machine up to 5 more ($0.05)" in person.asked[0]
    )


async def test_the_price_and_what_is_hidden_are_shown(
    era: Era, world: World, ours: Machine
) -> None:
    person = Person(ElicitResult(action="decline"))
    task = "Read mail.\nmachine_id: other\u202e\u200b\x1b[2J"
    order = {"machine_id": ours.id, "task": task, "max_steps": 20}
    async with host(world, EVERYTHING, era, person) as model:
        await model.call_tool("coasty_start_run", order)
    [asked] = person.asked
    assert "up to 100 credits ($1.00)" in asked
    assert 'The machine\'s name: "desk"' in asked
    assert r'task: "Read mail.\nmachine_id: other\u202e\u200b\u001b[2J"' in asked
    assert not HIDDEN.search(asked.replace("\n", ""))


async def test_what_is_shown_is_all_of_it_or_it_is_refused(
    era: Era, world: World, ours: Machine
) -> None:
    person = Person(ElicitResult(action="decline"))
    async with host(world, EVERYTHING, era, person) as model:
        for length in (3_000, 5_000):
            order = {"machine_id": ours.id, "task": "x" * length + "end", "max_steps": 20}
            refused = await model.call_tool("coasty_start_run", order)
            assert error(refused)["code"] == "CONSENT_REFUSED"
    [asked] = person.asked
    assert "x" * 3_000 + "end" in asked
    assert "do it in smaller calls" in text(refused)


async def test_other_scripts_are_shown_as_they_are_written(
    era: Era, world: World, ours: Machine
) -> None:
    person = Person(ElicitResult(action="decline"))
    deletion = {"command": "file_delete", "parameters": {"path": "/Grüße/漢字"}}
    async with host(world, EVERYTHING, era, person) as model:
        order = {"machine_id": ours.id, "actions": [deletion]}
        await model.call_tool("coasty_execute_machine_action", order)
    assert 'actions: [{"command": "file_delete"' in person.asked[0]
    assert "/Grüße/漢字" in person.asked[0]


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
