"""Tools of the toolset `fleet` that report what machines cost, and what costs money now."""

import json

from ..api.errors import CoastyError
from ..api.untrusted import printable
from ..api.wire import machines as wire
from ..api.wire.schedules import Schedule
from ..server.context import Api
from ..server.effects import READS
from ..server.results import TextResult, text_result
from .catalog import fleet
from .list_results import summary_lines, with_name
from .schedule_results import next_run

SCHEDULED_RUN = "10 credits a minute, at least 20, from the subscription"
LIVE_RATES = {"linux": 5, "windows": 9}
"""Credits an hour of a running machine: https://coasty.ai/docs, Pricing."""


class ActiveCosts(wire.BillingActive):
    """The reply of coasty_get_active_billing."""

    test_machines: list[wire.Machine]
    """Running machines that are free, and would cost money with a live key."""
    schedules: list[Schedule] | None = None
    """Enabled schedules, which will cost money; left out where the key may not list them."""


@fleet.tool("Get machine pricing", READS)
async def coasty_get_machine_pricing(api: Api) -> TextResult[wire.Pricing]:
    """See what machines cost by the hour in each state."""
    priced = await api.machines.get_pricing()
    return text_result(priced, json.dumps(printable(priced.pricing), ensure_ascii=False))


@fleet.tool("See what is billing now", READS)
async def coasty_get_active_billing(api: Api) -> TextResult[ActiveCosts]:
    """See which machines cost money at this moment, and how much, and what will cost money."""
    billing = await api.machines.get_active_billing()
    machines = (await api.machines.list(200)).data
    free = [each for each in machines if each.is_test and each.status == "running"]
    costs = ActiveCosts(
        **billing.model_dump(exclude_unset=True),
        test_machines=free,
        schedules=await _enabled(api),
    )
    costs.attach(billing.receipt)
    return text_result(
        costs,
        *summary_lines(billing.active, _billing_line, "No machine costs money now."),
        *_total(billing),
        *map(_free_line, free),
        *_schedule_lines(costs.schedules),
    )


async def _enabled(api: Api) -> list[Schedule] | None:
    try:
        listed = (await api.schedules.list(200)).data
    except CoastyError:  # the scope schedules:read is not among those of a new key
        return None
    return [each.model_copy(update={"request_id": None}) for each in listed if each.enabled]


def _total(billing: wire.BillingActive) -> list[str]:
    if "current_run_rate_cents_per_hour" not in billing.model_fields_set:
        return []
    return [f"In all {billing.current_run_rate_cents_per_hour} credits an hour."]


def _billing_line(item: wire.BillingItem) -> str:
    told = item.model_fields_set
    rate = f"{item.rate_cents_per_hour} credits/h"
    facts = [
        item.status,
        rate if "rate_cents_per_hour" in told else "rate unknown",
        *([f"{item.accrued_cents} so far"] if "accrued_cents" in told else []),
    ]
    return f"{with_name(item.machine_id, item.display_name)}: {', '.join(facts)}"


def _free_line(machine: wire.Machine) -> str:
    rate = LIVE_RATES.get(machine.os_type or "", LIVE_RATES["windows"])
    name = with_name(machine.id, machine.display_name)
    return f"{name}: running, free as a test machine; a live one costs {rate} credits/h"


def _schedule_lines(schedules: list[Schedule] | None) -> list[str]:
    if schedules is None:
        return ["Schedules are not known: this key may not list them."]
    return [
        f"{with_name(each.id, each.name)}: next run {next_run(each) or 'not set'}, "
        + ("free as a test" if each.is_test else SCHEDULED_RUN)
        for each in schedules
    ]
