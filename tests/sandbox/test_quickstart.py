"""The requests of the product's quick start, at the sandbox on a port: only host and key differ."""

import hmac
import json
import time
from collections.abc import Generator
from hashlib import sha256
from shutil import which
from subprocess import run
from typing import Any

import pytest
from httpx2 import AsyncClient, Client

from support.api_operations import LIVE_ONLY, OPERATIONS, STREAMS, Account
from support.command_process import listening
from support.drawings import plain_picture

TEST_KEY, LIVE_KEY = "sk-coasty-test-" + "a" * 48, "sk-coasty-live-" + "b" * 48


@pytest.fixture(scope="module")
def base_url() -> Generator[str]:
    with listening("sandbox") as sandbox:
        yield sandbox.url


@pytest.fixture(params=[TEST_KEY, LIVE_KEY], ids=["test-key", "live-key"])
def http(request: pytest.FixtureRequest, base_url: str) -> Generator[Client]:
    with Client(base_url=base_url, headers={"X-API-Key": request.param}) as client:
        yield client


def post(http: Client, path: str, body: dict[str, Any], **headers: str) -> dict[str, Any]:
    answer = http.post(path, json=body, headers=headers)
    assert answer.is_success, answer.text
    return answer.json()


def provision(http: Client, **headers: str) -> dict[str, Any]:
    order = {"display_name": "automation-bot", "os_type": "linux", "desktop_enabled": True}
    return post(http, "/machines", order, **headers)["machine"]


def test_a_picture_and_an_instruction_become_actions(http: Client) -> None:
    path = f"/machines/{provision(http)['id']}"
    example = {"command": "browser_open", "parameters": {"url": "https://example.com"}}
    post(http, f"{path}/actions", example)
    picture = http.get(f"{path}/screenshot").json()["image_b64"]
    asked = {"screenshot": picture, "instruction": "Click the search bar and type 'hello'"}
    predicted = post(http, "/predict", asked)
    assert [action["action_type"] for action in predicted["actions"]] == ["click", "type_text"]
    assert predicted["actions"][1]["params"] == {"text": "hello"}
    assert predicted["status"] == "continue"


def test_a_machine_is_provisioned_once_and_clicked(http: Client) -> None:
    machine = provision(http, **{"Idempotency-Key": "demo-001"})
    assert machine["status"] == "running"
    assert provision(http, **{"Idempotency-Key": "demo-001"})["id"] == machine["id"]
    click = {"command": "click", "parameters": {"x": 512, "y": 340}}
    clicked = post(http, f"/machines/{machine['id']}/actions", click)
    assert clicked["success"] is True
    assert clicked["duration_ms"] >= 0


def test_a_batch_signs_in(http: Client) -> None:
    path = f"/machines/{provision(http)['id']}"
    steps = [
        {"command": "browser_navigate", "parameters": {"url": "https://example.com/login"}},
        {
            "command": "browser_type",
            "parameters": {"selector": "#email", "text": "[email protected]"},
        },
        {"command": "browser_type", "parameters": {"selector": "#password", "text": "***"}},
        {"command": "browser_click", "parameters": {"selector": "button[type=submit]"}},
    ]
    done = post(http, f"{path}/actions/batch", {"steps": steps, "stop_on_error": True})
    assert (done["completed_count"], done["failed_count"], done["aborted"]) == (4, 0, False)
    assert len(done["results"]) == 4
    page = post(http, f"{path}/browser/dom", {"parameters": {}})
    assert "Signed in as [email protected]." in json.dumps(page["result"])


def test_a_shell_command_answers(http: Client) -> None:
    command = {"command": "uname -a && uptime", "timeout_ms": 10_000}
    ran = post(http, f"/machines/{provision(http)['id']}/terminal", command)
    assert "Linux" in ran["result"]["output"]
    assert "load average" in ran["result"]["output"]


def test_a_signed_webhook_runs_a_schedule(http: Client) -> None:
    machine = provision(http)
    briefing = {
        "name": "morning briefing",
        "machine_id": machine["id"],
        "task_prompt": "Summarize unread Gmail and post to Slack.",
        "frequency": "daily",
        "time": "09:00",
        "timezone": "America/New_York",
    }
    schedule = post(http, "/schedules", briefing)
    assert schedule["cron"] == "0 9 * * *"
    assert schedule["next_run_at"]
    trigger = post(http, f"/schedules/{schedule['id']}/triggers", {"kind": "webhook"})
    secret, body, now = trigger["webhook_secret"], b'{"event":"order.placed"}', int(time.time())
    assert len(secret) == len("whsec_") + 64

    signature = hmac.new(secret.encode(), f"{now}.".encode() + body, sha256).hexdigest()
    with Client() as anybody:  # no key: the signature is enough
        signed = {"Coasty-Signature": f"t={now},v1={signature}"}
        fired = anybody.post(trigger["webhook_url"], content=body, headers=signed).json()
        again = anybody.post(trigger["webhook_url"], content=body, headers=signed).json()
        forged = anybody.post(trigger["webhook_url"], content=b"{}", headers=signed)
    assert (fired["received"], fired["deduplicated"]) == (True, False)
    assert again["deduplicated"] is True
    assert forged.status_code == 401
    [run] = http.get(f"/schedules/{schedule['id']}/runs").json()["data"]
    assert (run["id"], run["trigger"]) == (fired["run_id"], "webhook")


def test_a_schedule_may_run_once(http: Client) -> None:
    launch = {
        "name": "launch announcement",
        "machine_id": provision(http)["id"],
        "task_prompt": "Post the launch tweet from the draft.",
        "run_at": "2099-01-01T17:00:00Z",
    }
    assert post(http, "/schedules", launch)["next_run_at"] == "2099-01-01T17:00:00Z"


@pytest.mark.skipif(not which("curl"), reason="needs curl")
def test_the_tutorial_provisions_with_curl(base_url: str) -> None:
    order = '{\n    "machine_id": "prod-desktop-001",\n    "machine_type": "desktop"\n  }'
    headers = ["-H", f"X-API-Key: {TEST_KEY}", "-H", "Content-Type: application/json"]
    command = ["curl", "-s", "-X", "POST", f"{base_url}/machines", *headers, "-d", order]
    machine = json.loads(run(command, capture_output=True, check=True).stdout)["machine"]
    assert (machine["display_name"], machine["status"]) == ("prod-desktop-001", "running")


STRANGE = {"screenshot": plain_picture(640, 480).base64}


def test_a_picture_from_elsewhere_gets_a_marked_guess(http: Client) -> None:
    point = http.post("/ground", json={**STRANGE, "element": "the search button"})
    actions = http.post("/predict", json={**STRANGE, "instruction": "Buy the book"})
    for answer in (point, actions):
        assert (answer.status_code, answer.headers["X-Sandbox-Guess"]) == (200, "true")
    assert 0 <= point.json()["x"] < 640
    assert actions.json()["actions"][-1]["action_type"] == "done"


def test_a_loop_of_predictions_on_a_picture_from_elsewhere_comes_to_its_end(http: Client) -> None:
    session = post(http, "/sessions", {})["session_id"]
    asked = {**STRANGE, "instruction": "Buy the book"}
    said = [post(http, f"/sessions/{session}/predict", asked)["status"] for _ in range(2)]
    assert said == ["done", "done"]


def test_a_workflow_needs_no_machine(http: Client) -> None:
    steps = [{"id": "look", "type": "task", "task": "Open the browser", "save_as": "seen"}]
    run = post(http, "/workflows/runs", {"definition": {"steps": steps}})
    deadline = time.monotonic() + 20
    while run["finished_at"] is None and time.monotonic() < deadline:
        http.get(f"/workflows/runs/{run['id']}/events")  # until it has ended
        run = http.get(f"/workflows/runs/{run['id']}").json()
    assert (run["status"], run["error"]) == ("succeeded", None)


def test_a_shell_knows_arithmetic_and_substitution(http: Client) -> None:
    command = {"command": 'echo "$((6 * 7)) $(echo hello)"'}
    ran = post(http, f"/machines/{provision(http)['id']}/terminal", command)
    assert ran["result"]["output"].strip() == "42 hello"


@pytest.mark.parametrize("name", OPERATIONS)
async def test_each_published_operation_succeeds_on_a_port(base_url: str, name: str) -> None:
    key = LIVE_KEY if name in LIVE_ONLY else TEST_KEY
    headers = {"X-API-Key": key}
    async with AsyncClient(base_url=base_url, headers=headers, trust_env=False) as client:
        account = Account(http=client)
        if name in STREAMS:  # it stays open while its run waits for a person
            async with client.stream("GET", await account.path(name)) as stream:
                assert stream.is_success
                assert await anext(stream.aiter_lines()) == "id: 1"
            return
        answer = await account.ask(name)
    assert answer.is_success, answer.text
