"""With one state folder, what the person does in one process holds in the others."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest
from httpx2 import AsyncClient
from mcp import Client
from mcp.types import CallToolResult
from pydantic import SecretStr

from coasty_mcp.api.errors import HumanInControl
from coasty_mcp.money import SpendLog
from coasty_mcp.sandbox import SANDBOX_KEY, World, sandbox_client
from coasty_mcp.server.build import build_server
from coasty_mcp.server.machine_control import MachineControl
from coasty_mcp.settings import Settings
from coasty_mcp.tools.catalog import TOOLSETS
from support.mcp_client import error, no_page, structured, text
from support.watched import Model


def control(folder: Path, key: str = SANDBOX_KEY) -> MachineControl:
    """As another process has it."""
    return MachineControl(SpendLog(folder, key, "-control"))


@asynccontextmanager
async def model_of(folder: Path, http: AsyncClient | None = None) -> AsyncGenerator[Model]:
    settings = Settings(
        api_key=SecretStr(SANDBOX_KEY), toolsets=("default", "view"), state_dir=folder
    )
    server = build_server(settings, TOOLSETS, http or sandbox_client(World()), open_view=no_page)
    async with Client(server) as client:
        made = await client.call_tool("coasty_provision_machine", {"display_name": "desk"})
        yield Model(client, structured(made)["machine"]["id"])


async def test_stop_and_take_over_hold_for_the_model_of_another_server(tmp_path: Path) -> None:
    async with model_of(tmp_path) as model:
        person = control(tmp_path)
        person.stop(model.machine_id)
        assert error(await model.act("click", x=5, y=5))["code"] == "STOPPED_BY_PERSON"
        person.release(model.machine_id)
        assert not (await model.act("click", x=5, y=5)).is_error
        person.take_over(model.machine_id, "a")
        assert error(await model.act("click", x=5, y=5))["code"] == "HUMAN_IN_CONTROL"
        person.hand_back(model.machine_id, "a", "logged in")
        assert 'says: "logged in"' in text(await model.act("click", x=5, y=5))
        assert not person.of(model.machine_id).note


async def test_what_a_model_asks_is_heard_and_answered_elsewhere(tmp_path: Path) -> None:
    async with model_of(tmp_path) as model:
        person, answers = control(tmp_path), list[CallToolResult]()

        async def call() -> None:
            answers.append(await model.call("coasty_ask_person", reason="Log in"))

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(call)
            with anyio.fail_after(10):
                while person.of(model.machine_id).wanted != "Log in":
                    await anyio.lowlevel.checkpoint()
            person.hand_back(model.machine_id, "a", "done")
        assert 'The person says: "done"' in text(answers[0])


async def test_a_call_under_way_ends_when_it_is_stopped_elsewhere(tmp_path: Path) -> None:
    person = control(tmp_path)
    ours = control(tmp_path)
    stopped: list[str] = []

    async def act() -> None:
        try:
            with ours.acting(["mch_1"]):
                person.stop("mch_1")
                await anyio.sleep_forever()
        except Exception as error:
            stopped.append(str(error))

    with anyio.fail_after(10):
        await act()
    assert "in the middle" in stopped[0]


def test_of_two_pages_at_once_one_gets_the_machine(tmp_path: Path) -> None:
    first, second = control(tmp_path), control(tmp_path)
    first.take_over("mch_1", "a")
    with pytest.raises(HumanInControl):
        second.take_over("mch_1", "b")
    assert first.of("mch_1").page == second.of("mch_1").page == "a"


def test_a_stop_outlives_the_process_and_holds_for_its_key_alone(tmp_path: Path) -> None:
    control(tmp_path).stop("mch_1")
    assert control(tmp_path).held() == {"mch_1"}
    assert control(tmp_path, "another key").held() == set()


def test_what_is_broken_in_the_file_harms_nothing_else(tmp_path: Path) -> None:
    control(tmp_path).stop("mch_1")
    [file] = tmp_path.iterdir()
    with file.open("a") as lines:
        lines.write('{"do": "stop"}\n{"do": 5, "machine": "mch_1", "at": 1}\n[]\n{"machine": "m')
    control(tmp_path).stop("mch_2")
    assert control(tmp_path).held() == {"mch_1", "mch_2"}
