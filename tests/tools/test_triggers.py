"""Triggers of a schedule, added and removed by the model."""

from pathlib import Path
from shutil import which
from subprocess import run
from time import time

import pytest

from coasty_mcp.api.webhooks import verify
from coasty_mcp.sandbox import World
from coasty_mcp.sandbox.world.machines import Machine
from coasty_mcp.sandbox.world.schedules import Schedule
from support.mcp_client import Era, new_schedule, seated, structured, text

ADD, REMOVE, GET = "coasty_add_trigger", "coasty_remove_trigger", "coasty_get_schedule"
CURL = """#!/bin/sh
printf '%s\\n' "$@"
"""


def curl_arguments(snippet: str, secret: str, folder: Path) -> list[str]:
    """Run the snippet in a shell that knows the secret, and return the arguments of its curl."""
    curl = folder / "curl"
    curl.write_text(CURL, encoding="utf-8")
    curl.chmod(0o755)
    environment = {"PATH": f"{folder}:/usr/local/bin:/usr/bin:/bin", "WEBHOOK_SECRET": secret}
    done = run(["sh", "-ec", snippet], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


@pytest.mark.skipif(not which("openssl"), reason="the snippet signs with openssl")
async def test_a_webhook_shows_its_secret_once_and_how_to_use_it(
    era: Era, world: World, schedule: Schedule, tmp_path: Path
) -> None:
    async with seated(era, world) as model:
        added = await model.call_tool(ADD, {"schedule_id": schedule.record.id, "kind": "webhook"})
    said = structured(added)
    secret = said["webhook_secret"]
    lines = text(added).splitlines()
    assert f"webhook_secret: {secret}" in lines
    assert "Warning: Store the webhook_secret now: it is never shown again." in lines
    begin = lines.index("To fire it from a shell:") + 1
    snippet = lines[begin : begin + 3]
    assert "\n".join(snippet) in said["how_to_fire"]
    assert secret not in "".join(snippet)
    _, body, _, header, url = curl_arguments("\n".join(snippet), secret, tmp_path)
    assert url == said["webhook_url"]
    verify(secret, body.encode(), header.removeprefix("Coasty-Signature: "), now=time())


async def test_a_mail_trigger_says_its_address(era: Era, world: World, schedule: Schedule) -> None:
    wanted = {"schedule_id": schedule.record.id, "kind": "email", "email_label": "orders"}
    async with seated(era, world) as model:
        added = await model.call_tool(ADD, wanted)
    assert structured(added)["email_address"].startswith("orders")
    assert structured(added)["email_address"] in text(added)


async def test_a_chain_says_which_end_fires_it(
    era: Era, world: World, machine: Machine, schedule: Schedule
) -> None:
    source = new_schedule(world.accounts["test"], machine, name="source").record.id
    wanted = {"schedule_id": schedule.record.id, "kind": "chain", "event": "on_failure"}
    async with seated(era, world) as model:
        added = await model.call_tool(ADD, {**wanted, "source_schedule_id": source})
        without = await model.call_tool(ADD, wanted)
    assert f"chain, fired by on_failure of {source}, its output is handed over" in text(added)
    assert text(without).startswith("source_schedule_id is missing: a chain needs it.")


async def test_a_removed_trigger_is_gone(era: Era, world: World, schedule: Schedule) -> None:
    it = {"schedule_id": schedule.record.id}
    async with seated(era, world) as model:
        added = await model.call_tool(ADD, {**it, "kind": "email"})
        trigger = structured(added)["id"]
        removed = await model.call_tool(REMOVE, {**it, "trigger_id": trigger})
        got = await model.call_tool(GET, it)
    assert text(removed).splitlines()[0] == f"{trigger} is removed."
    assert structured(got)["triggers"] == []
