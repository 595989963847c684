"""What the sandbox's machines do: screenshots, commands, batches, terminal and files."""

from datetime import UTC, datetime

import anyio
import pytest
from httpx2 import AsyncClient

from coasty_mcp.sandbox import World, sandbox_client
from support.mcp_client import Clock
from support.sandbox_http import NOON, act, opened, provision, screenshot


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON)


@pytest.mark.parametrize(
    ("metadata", "size"), [({}, (1920, 1080)), ({"screen": "1280x720"}, (1280, 720))]
)
async def test_a_screenshot_is_a_png_of_the_screen(
    http: AsyncClient, metadata: dict[str, str], size: tuple[int, int]
) -> None:
    machine = await provision(http, metadata=metadata)
    shot = (await http.get(f"{machine}/screenshot")).json()
    image = opened(shot["image_b64"])
    assert (image.format, shot["mime_type"]) == ("PNG", "image/png")
    assert image.size == (shot["width"], shot["height"]) == size
    assert shot["captured_at"] == "2026-08-22T12:00:00Z"


async def test_the_next_screenshot_shows_what_the_last_action_did(http: AsyncClient) -> None:
    machine = await provision(http)
    before = await screenshot(http, machine)
    assert await screenshot(http, machine) == before
    await act(http, machine, "browser_open", url="https://example.com")
    assert await screenshot(http, machine) != before


async def test_a_machine_without_desktop_has_a_terminal_only(http: AsyncClient) -> None:
    machine = await provision(http, desktop_enabled=False)
    for refused in (
        await http.post(f"{machine}/actions", json={"command": "click"}),
        await http.post(f"{machine}/browser/open", json={}),
    ):
        assert refused.status_code == 400
        assert refused.json()["error"]["code"] == "FEATURE_NOT_AVAILABLE"
    assert (await act(http, machine, "terminal_execute", command="pwd"))["success"] is True


async def test_a_screenshot_of_a_machine_without_desktop_shows_its_console(
    http: AsyncClient,
) -> None:
    machine = await provision(http, desktop_enabled=False)
    before = opened(await screenshot(http, machine))
    result = await act(http, machine, "terminal_execute", command="echo hello")
    assert result["success"] is True
    after = opened(await screenshot(http, machine))
    assert before.size == after.size == (1920, 1080)
    assert before.tobytes() != after.tobytes()
    assert (await act(http, machine, "screenshot"))["screenshot"].startswith("data:image/png")


@pytest.mark.parametrize("path", ["/terminal", "/actions", "/actions/batch"])
async def test_a_timeout_is_met_in_simulated_time(http: AsyncClient, path: str) -> None:
    machine = await provision(http)
    step = {"command": "terminal_execute", "parameters": {"command": "echo a; sleep 50"}}
    bodies = {
        "/terminal": {"command": "echo a; sleep 50", "timeout_ms": 2000},
        "/actions": {**step, "timeout_ms": 2000},
        "/actions/batch": {"steps": [{**step, "timeout_ms": 2000}]},
    }
    reply = (await http.post(f"{machine}{path}", json=bodies[path])).json()
    [result] = reply.get("results", [reply])
    assert result["success"] is False
    assert "2000 ms" in result["error"]
    assert "a" in result["result"]["output"]
    assert 2000 <= result["duration_ms"] < 4000


async def test_a_command_lasts_as_long_as_it_says(http: AsyncClient) -> None:
    machine = await provision(http)
    ran = (await http.post(f"{machine}/terminal", json={"command": "sleep 5"})).json()
    assert ran["success"] is True
    assert 5000 <= ran["duration_ms"] < 7000


async def test_a_machine_has_the_date_of_today() -> None:
    async with sandbox_client(World()) as http:
        machine = await provision(http)
        days = [datetime.now(UTC).strftime("%Y-%m-%d")]
        ran = await act(http, machine, "terminal_execute", command="date +%Y-%m-%d")
        days.append(datetime.now(UTC).strftime("%Y-%m-%d"))
    assert ran["result"]["output"].strip() in days


@pytest.mark.parametrize("command", ["screenshot", "browser_open", "browser_navigate"])
async def test_some_commands_answer_with_a_picture(http: AsyncClient, command: str) -> None:
    machine = await provision(http)
    result = await act(http, machine, command, url="https://example.com")
    prefix, _, data = result["screenshot"].partition(",")
    assert prefix == "data:image/png;base64"
    assert opened(data).size == (1920, 1080)


async def test_a_click_answers_without_a_picture(http: AsyncClient) -> None:
    result = await act(http, await provision(http), "click", x=5, y=5)
    assert (result["success"], result["screenshot"]) == (True, None)


@pytest.mark.parametrize(
    ("command", "parameters"),
    [("type_text", {"text": "hi"}), ("wait", {"ms": 60_000}), ("move", {"x": 1, "y": 2})],
)
async def test_predicted_action_names_are_taken_as_commands(
    http: AsyncClient, command: str, parameters: dict[str, object]
) -> None:
    result = await act(http, await provision(http), command, **parameters)
    assert (result["command"], result["success"]) == (command, True)


async def test_an_unknown_command_is_refused_with_those_that_exist(http: AsyncClient) -> None:
    error = (await act(http, await provision(http), "clik"))["error"]
    assert error["code"] == "VALIDATION_ERROR"
    assert "click" in error["valid_commands"]
    assert error["details"][0]["loc"] == ["body", "command"]


async def test_a_command_that_fails_on_the_machine_is_no_http_error(http: AsyncClient) -> None:
    machine = await provision(http)
    answer = await http.post(f"{machine}/files/read", json={"parameters": {"path": "/none"}})
    assert answer.status_code == 200
    assert (answer.json()["success"], answer.json()["result"]) == (False, None)
    assert "/none" in answer.json()["error"]


async def test_the_terminal_answers_with_its_output(http: AsyncClient) -> None:
    machine = await provision(http)
    body = {"command": "pwd", "cwd": "/tmp", "timeout_ms": 1000}
    answer = (await http.post(f"{machine}/terminal", json=body)).json()
    assert answer["command"] == "terminal_execute"
    assert answer["result"]["output"].strip() == "/tmp"


@pytest.mark.parametrize(
    ("path", "command"),
    [
        ("browser/open", "browser_open"),
        ("browser/dom", "browser_get_dom"),
        ("browser/clickables", "browser_get_clickables"),
        ("browser/list-tabs", "browser_list_tabs"),
        ("files/exists", "file_exists"),
        ("files/list", "directory_list"),
        ("files/list-directory", "directory_list"),
        ("files/delete-directory", "directory_delete"),
    ],
)
async def test_an_op_is_a_command_under_a_shorter_name(
    http: AsyncClient, path: str, command: str
) -> None:
    answer = await http.post(f"{await provision(http)}/{path}", json={"parameters": {}})
    assert (answer.status_code, answer.json()["command"]) == (200, command)


@pytest.mark.parametrize("path", ["browser/execute", "files/rename"])
async def test_an_op_that_does_not_exist_is_refused(http: AsyncClient, path: str) -> None:
    answer = await http.post(f"{await provision(http)}/{path}", json={})
    assert answer.status_code == 422
    assert answer.json()["error"]["valid_options"]


READ = {"command": "file_read", "parameters": {"path": "none"}}
SHELL = {"command": "terminal_execute", "parameters": {"command": "pwd"}}


@pytest.mark.parametrize(
    ("steps", "stop", "completed", "failed", "aborted"),
    [
        ([SHELL, SHELL], True, 2, 0, False),
        ([SHELL, READ, SHELL], True, 1, 1, True),
        ([SHELL, READ, SHELL], False, 2, 1, False),
        ([SHELL, READ], True, 1, 1, False),
    ],
)
async def test_a_batch_stops_at_the_first_failure_unless_told_otherwise(
    http: AsyncClient,
    steps: list[dict[str, object]],
    stop: bool,
    completed: int,
    failed: int,
    aborted: bool,
) -> None:
    body = {"steps": steps, "stop_on_error": stop}
    answer = (await http.post(f"{await provision(http)}/actions/batch", json=body)).json()
    counts = (answer["completed_count"], answer["failed_count"], answer["aborted"])
    assert counts == (completed, failed, aborted)
    assert {result["request_id"] for result in answer["results"]} == {answer["request_id"]}


@pytest.mark.parametrize("steps", [[], [SHELL] * 51, [{"command": "clik"}]])
async def test_a_batch_has_1_to_50_known_commands(http: AsyncClient, steps: object) -> None:
    answer = await http.post(f"{await provision(http)}/actions/batch", json={"steps": steps})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("command", "scope"),
    [
        ("terminal_execute", "terminal:exec"),
        ("file_read", "files:read"),
        ("file_write", "files:write"),
        ("browser_execute", "browser:execute"),
        ("browser_open", "actions:exec"),
    ],
)
async def test_each_command_needs_its_own_scope(command: str, scope: str) -> None:
    world = World()
    scopes = {"actions:exec", "terminal:exec", "files:read", "files:write", "browser:execute"}
    async with sandbox_client(world) as http:
        machine = await provision(http)
        http.headers["X-API-Key"] = world.mint(scopes - {scope})
        steps = [{"command": "list_windows"}, {"command": command}]
        answer = await http.post(f"{machine}/actions/batch", json={"steps": steps})
        assert answer.json()["error"]["required_scope"] == scope
        http.headers["X-API-Key"] = world.mint([scope])
        assert (await act(http, machine, command))["command"] == command


async def test_many_at_once_on_one_machine_do_not_get_in_each_others_way(
    http: AsyncClient,
) -> None:
    machine = await provision(http, metadata={"screen": "1280x720"})
    results: list[bool] = []

    async def append(letter: str) -> None:
        result = await act(http, machine, "file_append", path="log", content=letter)
        shot = await http.get(f"{machine}/screenshot")
        results.append(result["success"] and shot.status_code == 200)

    async with anyio.create_task_group() as tasks:
        for letter in "abcdefgh":
            tasks.start_soon(append, letter)
    assert results == [True] * 8
    read = await act(http, machine, "file_read", path="log")
    assert sorted(read["result"]["content"]) == list("abcdefgh")
