"""The client by itself: what the API offers to programs, and no tool asks for."""

from collections.abc import Awaitable, Callable

import pytest
from httpx2 import AsyncClient, Response

from coasty_mcp.api.client import Coasty, Transport
from coasty_mcp.api.client.scopes import learn_scopes
from coasty_mcp.api.errors import CoastyError
from coasty_mcp.api.secrets import Secrets
from coasty_mcp.api.wire.base import Health
from coasty_mcp.api.wire.keys import CreateKey, StoreLlmKey
from coasty_mcp.api.wire.machines import ProvisionMachine
from coasty_mcp.api.wire.schedules import CreateMailbox, CreateTrigger
from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.sandbox.world.machines import Machine
from coasty_mcp.sandbox.world.schedules import Schedule
from support.fakes import Flaky, refusal
from support.mcp_client import LIVE_KEY, Clock


@pytest.fixture
def api(http: AsyncClient) -> Coasty:
    return Coasty(Transport(http))


async def test_a_key_is_minted_listed_and_revoked(api: Coasty) -> None:
    minted = await api.keys.create(CreateKey(name="ci", scopes=["predict"]))
    assert minted.key.startswith("sk-coasty-test-")
    assert {key.key_id: key.name for key in (await api.keys.list()).keys}[minted.key_id] == "ci"
    assert (await api.keys.revoke(minted.key_id)).key_id == minted.key_id
    assert minted.key_id not in {key.key_id for key in (await api.keys.list()).keys}


async def test_a_model_providers_key_is_stored_and_only_its_fingerprint_comes_back(
    world: World,
) -> None:
    api = Coasty(Transport(sandbox_client(world, LIVE_KEY)))
    secret = "sk-ant-" + "s" * 40
    stored = await api.keys.store_llm_key("anthropic", StoreLlmKey(api_key=secret))
    [listed] = (await api.keys.list_llm_keys()).keys
    assert listed.key_fingerprint == stored.key_fingerprint
    assert secret not in listed.model_dump_json()
    assert (await api.keys.delete_llm_key("anthropic")).deleted
    assert (await api.keys.list_llm_keys()).keys == []


async def test_what_became_of_an_idempotency_key_can_be_asked(api: Coasty) -> None:
    started = await api.machines.provision(ProvisionMachine(display_name="bot"), "mine")
    found = await api.account.get_idempotency_result("mine")
    assert (found.status, found.original_status) == ("completed", 200)
    assert found.result["machine"]["id"] == started.machine.id


async def test_a_mailbox_is_made_before_there_is_a_schedule(api: Coasty) -> None:
    made = await api.schedules.create_mailbox(CreateMailbox(email_label="orders"))
    assert made.email_address.startswith("orders")


async def test_a_webhook_is_fired_with_the_secret_of_its_trigger(
    api: Coasty, schedule: Schedule, clock: Clock
) -> None:
    trigger = await api.schedules.add_trigger(schedule.record.id, CreateTrigger(kind="webhook"))
    assert trigger.webhook_url
    assert trigger.webhook_secret
    webhook_id, moment = trigger.webhook_url.rpartition("/")[2], int(clock.now().timestamp())
    fire = api.schedules.fire_webhook
    fired = await fire(webhook_id, trigger.webhook_secret, b"{}", moment)
    assert fired.received
    with pytest.raises(CoastyError) as refused:
        await fire(webhook_id, "whsec_wrong", b"{}", moment)
    assert refused.value.facts["status"] == 401


async def test_the_key_of_a_caller_is_accepted_by_one_free_read() -> None:
    upstream = Flaky(refusal(401, "INVALID_API_KEY", retryable=False), Response(200, json={}))
    caller = Coasty(Transport(upstream.client(), identity={"X-API-Key": "k"}))
    with pytest.raises(CoastyError, match="INVALID_API_KEY"):
        await caller.require_accepted_key()
    for _ in range(2):
        await caller.require_accepted_key()
    sent = [(request.method, request.url.path) for request in upstream.requests]
    assert sent == [("GET", "/v1/models")] * 2
    await Coasty(Transport(Flaky().client())).require_accepted_key()


async def test_free_reads_tell_which_scopes_a_key_has(world: World) -> None:
    key = world.mint(["usage", "machines:read", "predict"])
    found = await learn_scopes(Coasty(Transport(sandbox_client(world, key))))
    lacks = ("session", "schedules:read", "runs:read", "workflows:read")
    has = ("usage", "machines:read", "predict")
    assert found == ("test", {**dict.fromkeys(lacks, False), **dict.fromkeys(has, True)})
    _, scopes = await learn_scopes(Coasty(Transport(sandbox_client(world))))
    assert scopes == dict.fromkeys((*lacks, "usage", "machines:read"), True)
    broken = Flaky(*[refusal(418, "TEAPOT", retryable=False)] * len(scopes))
    assert await learn_scopes(Coasty(Transport(broken.client()))) == ("unknown", {})


async def test_no_reply_error_or_event_brings_a_secret_back() -> None:
    said, hidden = "The PIN is 27182818.", "The PIN is {{secret:PIN}}."
    frame = b'id: 1\nevent: done\ndata: {"text": "%s"}\n\n' % said.encode()
    upstream = Flaky(
        Response(200, json={"data": [{"id": "m", "display_name": said}]}),
        refusal(400, "TEAPOT", message=said),
        Response(200, content=frame, headers={"Content-Type": "text/event-stream"}),
    )
    api = Coasty(Transport(upstream.client(), secrets=Secrets({"PIN": "27182818"})))
    [machine] = (await api.machines.list(1)).data
    with pytest.raises(CoastyError) as failure:
        await api.machines.list(1)
    [event] = [each async for each in api.runs.stream_events("r")]
    assert [machine.display_name, failure.value.facts["message"], event.data["text"]] == 3 * [
        hidden
    ]


HEALTH: dict[str, Callable[[Coasty], Awaitable[Health]]] = {
    "account": lambda api: api.account.get_health(),
    "machines": lambda api: api.machines.get_health(),
    "schedules": lambda api: api.schedules.get_health(),
    "triggers": lambda api: api.schedules.get_triggers_health(),
}


@pytest.mark.parametrize("area", HEALTH)
async def test_each_area_says_that_it_is_well(api: Coasty, machine: Machine, area: str) -> None:
    assert (await HEALTH[area](api)).status == "ok"
