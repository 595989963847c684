"""`coasty-mcp replay`: recordings of the sandbox listed, made a GIF of, and done once more."""

import json
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client
from PIL import Image

from coasty_mcp.recording.room import sessions
from coasty_mcp.replay import Replay, ReplayStopped
from coasty_mcp.replay.recordings import Recording
from coasty_mcp.replay.rerun import follow
from coasty_mcp.sandbox import World
from coasty_mcp.settings import Settings
from support.mcp_client import seated, structured, text

PAGE = "https://example.com/contact"
FORM: list[tuple[str, dict[str, Any]]] = [
    ("browser_navigate", {"url": PAGE}),
    ("browser_type", {"selector": "[name=name]", "text": "Ada"}),
    ("browser_type", {"selector": "[name=email]", "text": "ada@example.com"}),
    ("browser_type", {"selector": "[name=message]", "text": "Hello"}),
    ("browser_click", {"selector": "button"}),
]


async def machine_of(client: Client) -> str:
    started = await client.call_tool("coasty_provision_machine", {"display_name": "desk"})
    return structured(started)["machine"]["id"]


async def act(client: Client, machine_id: str, command: str, parameters: dict[str, Any]) -> str:
    arguments = {"machine_id": machine_id, "command": command, "parameters": parameters}
    done = await client.call_tool(
        "coasty_execute_machine_action", arguments | {"return_screenshot": True}
    )
    assert not done.is_error, text(done)
    return text(done)


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.fixture(scope="module")
def recording(world: World, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    folder = tmp_path_factory.mktemp("records")
    anyio.run(record_form, world, folder)
    [session] = sessions(folder)
    return Recording.read(session)


async def record_form(world: World, folder: Path) -> None:
    """Fill in the contact form and send it, and fail once."""
    settings = Settings(sandbox=True, record_dir=folder, image_format="png")
    async with seated(world=world, settings=settings) as client:
        machine_id = await machine_of(client)
        for command, parameters in FORM:
            await act(client, machine_id, command, parameters)
        await client.call_tool("coasty_get_machine", {"machine_id": "mch_none"})


async def test_a_recorded_form_is_filled_in_and_sent_on_a_fresh_machine(
    world: World, recording: Recording
) -> None:
    said: list[str] = []
    async with seated(world=world) as client:
        machine_id = await machine_of(client)
        await follow(client, recording, machine_id, said.append)
        assert "Thank you, Ada!" in await act(client, machine_id, "browser_get_dom", {})
    assert said == [f"Step {n} (coasty_execute_machine_action) done." for n in range(2, 7)]


async def test_a_call_by_a_machines_name_is_done_again_on_another_machine(tmp_path: Path) -> None:
    world, settings = World(), Settings(sandbox=True, record_dir=tmp_path)
    async with seated(world=world, settings=settings) as client:
        first = await machine_of(client)
        await act(client, "Desk", *FORM[0])
    [session] = sessions(tmp_path)
    recorded = Recording.read(session)
    assert recorded.steps[1]["tool_calls"][0]["arguments"]["machine_id"] == first
    said: list[str] = []
    async with seated(world=world) as client:
        second = await machine_of(client)
        await follow(client, recorded, second, said.append)
        assert PAGE in await act(client, second, "browser_state", {})
    assert said == ["Step 2 (coasty_execute_machine_action) done."]


async def test_it_stops_where_the_screen_differs_and_says_where(
    world: World, recording: Recording
) -> None:
    steps = json.loads(json.dumps(recording.steps))
    steps[1]["tool_calls"][0]["arguments"]["parameters"]["url"] = "https://example.com"
    async with seated(world=world) as client:
        machine_id = await machine_of(client)
        with pytest.raises(ReplayStopped, match=r"^Step 2 .*% of the screen differs"):
            await follow(client, Recording(recording.path, steps), machine_id, print)


async def test_what_the_record_leaves_out_is_not_made_up(
    world: World, recording: Recording
) -> None:
    steps = json.loads(json.dumps(recording.steps))
    steps[1]["tool_calls"][0]["arguments"]["parameters"]["url"] = "(secret)"
    async with seated(world=world) as client:
        with pytest.raises(ReplayStopped, match=r"Step 2 .* has something that the record leaves"):
            await follow(client, Recording(recording.path, steps), "mch_any", print)


async def test_a_recording_is_not_trusted_with_a_secret(world: World, recording: Recording) -> None:
    steps = json.loads(json.dumps(recording.steps))
    steps[1]["tool_calls"][0]["arguments"]["parameters"]["url"] = "https://a.example/{{secret:PW}}"
    async with seated(world=world) as client:
        with pytest.raises(ReplayStopped, match=r"Step 2 .* has a secret"):
            await follow(client, Recording(recording.path, steps), "mch_any", print)


async def test_it_stops_where_nothing_can_be_compared(world: World, recording: Recording) -> None:
    steps = json.loads(json.dumps(recording.steps))
    arguments = steps[1]["tool_calls"][0]["arguments"]
    arguments |= {"command": "list_windows", "parameters": {}, "return_screenshot": False}
    async with seated(world=world) as client:
        machine_id = await machine_of(client)
        with pytest.raises(ReplayStopped, match=r"^Step 2 .*: there is no picture to compare"):
            await follow(client, Recording(recording.path, steps), machine_id, print)


async def test_a_prediction_that_the_record_does_not_have_is_not_made_up(
    world: World, recording: Recording
) -> None:
    steps = json.loads(json.dumps(recording.steps))
    steps[1]["tool_calls"][0]["arguments"] = {
        "machine_id": steps[2]["tool_calls"][0]["arguments"]["machine_id"],
        "prediction_id": "pred_1",
    }
    async with seated(world=world) as client:
        with pytest.raises(ReplayStopped, match=r"Step 2 .* carries out a prediction that"):
            await follow(client, Recording(recording.path, steps), "mch_any", print)


def replayed(folder: Path, **wanted: Any) -> list[str]:
    said: list[str] = []
    Replay(folder, Settings(sandbox=True), said.append, **wanted).run()
    return said


def test_recordings_are_listed_with_their_steps_and_failures(recording: Recording) -> None:
    assert replayed(recording.path.parent) == [f"{recording.path}  7 steps, 1 failed, 0 credits"]


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        ({}, r"^There is no recording in "),
        ({"gif": Path("new.gif")}, r"is no recording itself: name one that is in it\.$"),
        ({"machine_id": "mch_1"}, "is no recording itself"),
        ({"repair": True}, "is no recording itself"),
    ],
)
def test_a_folder_without_what_is_wanted_is_refused_in_words(
    tmp_path: Path, wanted: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ReplayStopped, match=problem):
        replayed(tmp_path, **wanted)


async def test_a_recording_in_which_nothing_was_done_is_not_said_to_be_done_again(
    world: World, recording: Recording
) -> None:
    idle = Recording(recording.path, recording.steps[:1])
    async with seated(world=world) as client:
        with pytest.raises(ReplayStopped, match="Nothing in that recording acted on a machine"):
            await follow(client, idle, "mch_any", print)


def test_a_gif_shows_each_picture_for_a_second(recording: Recording, tmp_path: Path) -> None:
    gif = tmp_path / "form.gif"
    assert replayed(recording.path, gif=gif) == [f"{gif}: 5 pictures."]
    with Image.open(gif) as image:
        assert getattr(image, "n_frames", 1) == 5
        assert image.info["duration"] == 1000


def test_a_picture_outside_of_the_recording_is_not_opened(recording: Recording) -> None:
    content = [{"type": "image", "source": {"path": "../../secret.png"}}]
    step = {"observation": {"results": [{"content": content}]}}
    with pytest.raises(ReplayStopped, match="is not a picture of"):
        recording.picture(step)
