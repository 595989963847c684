"""What the doctor finds out about the key, and what the API says about it."""

from pathlib import Path

import pytest

from coasty_mcp.doctor import Finding
from coasty_mcp.money import SpendLog
from coasty_mcp.sandbox import SANDBOX_KEY, sandbox_client
from support.default_tools import NUMBER_OF_DEFAULT_TOOLS
from support.doctor_run import HEALTHY, LIVE, MODELS, SENTINEL, diagnosed, facing
from support.socket_upstream import Upstream, answers, carries_out, refuses


async def test_in_the_sandbox_everything_is_well_without_key_and_network(tmp_path: Path) -> None:
    found = await diagnosed(tmp_path, {}, sandbox=True, toolsets="default")
    assert [name for name, finding in found.items() if finding.status != "ok"] == ["hosts"]
    assert "proxy" not in found
    assert found["authentication"].found == "accepted as a test key"
    assert found["wallet"].found == "10000 credits ($100.00)"
    assert "usage, session, machines:read" in found["scopes"].found
    assert found["tools"].found.startswith(f"{NUMBER_OF_DEFAULT_TOOLS} tools, about ")


async def test_over_the_network_clock_proxy_and_certificates_are_looked_at_too(
    tmp_path: Path,
) -> None:
    async with sandbox_client() as sandbox:
        found = await facing(tmp_path, carries_out(sandbox), key=SANDBOX_KEY)
    assert [name for name, finding in found.items() if finding.status != "ok"] == ["hosts"]
    assert found["key"].found == "COASTY_API_KEY holds a test key, which is free"
    assert found["proxy"].found == "none"
    assert "answers in" in found["api"].found
    assert found["authentication"].status == "ok"


@pytest.mark.parametrize(
    ("key", "mistake"),
    [
        ("", "is empty"),
        ("  ", "is empty"),
        (f"\u201c{LIVE}\u201d", "has quotes around the key"),
        (f"Bearer {LIVE}", "begins with the word Bearer"),
        ("${COASTY_API_KEY}", "holds the name of a variable that was not filled in"),
        ("%COASTY_API_KEY%", "holds the name of a variable that was not filled in"),
        ("sk-coasty-test-...", "holds an example, not a key"),
        ("sk-coasty-live-your_key_here", "holds an example, not a key"),
        (f"{LIVE[:30]} {LIVE[30:]}", "has a space or a line break in it"),
        (f"{LIVE}\u00e9", "has characters that no key has"),
    ],
)
async def test_a_common_mistake_with_the_key_is_named_and_never_sent(
    key: str, mistake: str, tmp_path: Path
) -> None:
    upstream = Upstream(HEALTHY)
    async with upstream.listening() as url:
        found = await diagnosed(tmp_path, {"COASTY_BASE_URL": url, "COASTY_API_KEY": key})
    assert found["key"].status == "fail"
    assert found["key"].found == f"COASTY_API_KEY {mistake}"
    assert found["api"].status == "ok"
    assert "authentication" not in found
    assert [asked.path for asked in upstream.asked] == ["/v1/health"]
    assert "x-api-key" not in upstream.asked[0].headers


async def test_without_a_key_it_says_where_one_belongs(tmp_path: Path) -> None:
    async with Upstream(HEALTHY).listening() as url:
        found = await diagnosed(tmp_path, {"COASTY_BASE_URL": url})
    assert found["key"].found == "COASTY_API_KEY is not set"
    assert "--sandbox" in found["key"].fix


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        (LIVE, "a live key, which pays"),
        (LIVE.replace("sk-coasty-live-", "sk-coasty-test-"), "a test key, which is free"),
        (LIVE.replace("sk-coasty-live-", "cua_sk_"), "a legacy key, which pays"),
        (LIVE[:-1], "something of an unknown shape"),
    ],
)
async def test_the_kind_of_a_key_in_a_file_is_told(key: str, kind: str, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{key}\n")
    async with Upstream(HEALTHY, MODELS).listening() as url:
        found = await diagnosed(
            tmp_path, {"COASTY_BASE_URL": url, "COASTY_API_KEY_FILE": str(file)}
        )
    assert found["key"].found == f"the file {file} holds {kind}"


async def test_of_two_keys_it_says_which_wins(tmp_path: Path) -> None:
    file = tmp_path / "key"
    both = {"COASTY_API_KEY": LIVE, "COASTY_API_KEY_FILE": str(file)}
    async with Upstream(HEALTHY, MODELS).listening() as url:
        found = await diagnosed(tmp_path, {"COASTY_BASE_URL": url, **both})
    assert f"COASTY_API_KEY (which wins over the file {file})" in found["key"].found


@pytest.mark.parametrize("key", ["${COASTY_API_KEY}", ""])
async def test_where_a_placeholder_is_no_key_the_file_is_named(key: str, tmp_path: Path) -> None:
    file = tmp_path / "key"
    variables = {"COASTY_API_KEY": key, "COASTY_API_KEY_FILE": str(file)}
    file.write_text(LIVE)
    async with Upstream(HEALTHY, MODELS).listening() as url:
        found = await diagnosed(tmp_path, {"COASTY_BASE_URL": url, **variables})
    assert found["key"].found == f"the file {file} holds a live key, which pays"


async def test_a_file_with_a_placeholder_holds_no_key(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("${env:COASTY_API_KEY}\n")
    async with Upstream(HEALTHY).listening() as url:
        variables = {"COASTY_BASE_URL": url, "COASTY_API_KEY_FILE": str(file)}
        found = await diagnosed(tmp_path, variables)
    assert found["key"].status == "fail"
    assert found["key"].found == f"COASTY_API_KEY is not set, and the file {file} holds no key"


async def test_a_setting_that_cannot_be_is_a_failure_and_the_hosts_are_still_tried(
    tmp_path: Path,
) -> None:
    found = await diagnosed(tmp_path, {"COASTY_BASE_URL": LIVE})
    assert "--base-url (COASTY_BASE_URL) must be" in found["settings"].found
    assert "hosts" in found


async def test_settings_that_leave_no_tool_are_a_failure(tmp_path: Path) -> None:
    found = await diagnosed(tmp_path, {}, sandbox=True, exclude_tools="coasty_get_credits")
    assert found["tools"].status == "fail"


async def test_a_key_that_the_api_does_not_know(tmp_path: Path) -> None:
    error = {"code": "INVALID_API_KEY", "message": f"There is no\nkey {LIVE}\x1b[2J."}
    found = await facing(tmp_path, HEALTHY, answers(401, {"error": error}))
    assert found["api"].status == "ok"
    assert found["authentication"].status == "fail"
    assert found["authentication"].found.startswith("There is no key ")
    assert found["authentication"].found.isprintable()
    assert "wallet" not in found


async def test_a_key_of_an_unknown_shape_is_hidden_too(tmp_path: Path) -> None:
    key = f"new-{SENTINEL}-shape"
    error = {"code": "INVALID_API_KEY", "message": f"There is no key {key}."}
    found = await facing(tmp_path, HEALTHY, answers(401, {"error": error}), key=key)
    assert found["authentication"].status == "fail"


async def test_what_a_key_may_not_do_is_no_failure(tmp_path: Path) -> None:
    scopes = {"required_scope": "usage", "current_scopes": ["predict", "runs:read"]}
    found = await facing(tmp_path, HEALTHY, refuses(403, "INSUFFICIENT_SCOPE", None, **scopes))
    assert found["authentication"].found == "accepted"
    assert found["wallet"].status == found["scopes"].status == "warn"
    assert "lacks the scope usage" in found["wallet"].found
    assert found["scopes"].found.startswith("has predict, runs:read; lacks usage, session, ")


@pytest.mark.parametrize(("kind", "status"), [("live", "warn"), ("test", "ok")])
async def test_an_empty_wallet_matters_to_a_live_key(
    kind: str, status: str, tmp_path: Path
) -> None:
    usage = {"period": "2026-05", "wallet_balance_cents": 19}
    poor = answers(200, usage, {"X-Coasty-Key-Kind": kind})
    found = await facing(tmp_path, HEALTHY, MODELS, poor)
    assert found["wallet"][1:3] == (status, "19 credits ($0.19)")


async def with_ledgers(home: Path, folder: Path) -> Finding:
    async with Upstream(HEALTHY, refuses(401, "INVALID_API_KEY")).listening() as url:
        variables = {"COASTY_API_KEY": LIVE, "COASTY_STATE_DIR": str(folder)}
        return (await diagnosed(home, {"COASTY_BASE_URL": url, **variables}))["machines"]


async def test_machines_that_this_server_left_running_are_named(tmp_path: Path) -> None:
    machine = {"machine": "m-1", "display_name": "bot", "auto_destroy_at": None}
    SpendLog(tmp_path, LIVE).add({**machine, "status": "running"})
    machines = await with_ledgers(tmp_path, tmp_path)
    assert machines.status == "warn"
    assert "m-1 (bot)" in machines.found


async def test_a_ledger_that_is_none_is_not_waited_for(tmp_path: Path) -> None:
    with (tmp_path / "coasty-0.jsonl").open("wb") as file:
        file.truncate(10 * 2**30)
    machines = await with_ledgers(tmp_path, tmp_path)
    assert "cannot be read: it has more than" in machines.found


async def test_no_ledger_is_made_where_there_was_none(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    assert (await with_ledgers(tmp_path, folder)).status == "ok"
    assert not folder.exists()


async def test_a_state_folder_that_is_none_is_a_failure(tmp_path: Path) -> None:
    file = tmp_path / "state"
    file.touch()
    found = await diagnosed(tmp_path, {"COASTY_STATE_DIR": str(file)})
    [failure] = [each for each in found.values() if each.status == "fail"]
    assert f"must be a folder, not {file}" in failure.found
