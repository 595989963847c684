"""What the API says of a machine: its record, its bill, and how to reach it."""

from typing import Any

from ...api.wire import machines as wire
from .clock import iso_or_none
from .computers import hardware_of
from .machines import Machine
from .price_list import RUNNING, STOPPED


def record(machine: Machine) -> wire.Machine:
    wanted = machine.wanted
    cpu_cores, memory_gb, storage_gb = hardware_of(wanted)
    return wire.Machine.model_validate(
        {
            "id": machine.id,
            "display_name": wanted.display_name,
            "status": machine.status,
            "os_type": wanted.os_type,
            "desktop_enabled": wanted.desktop_enabled,
            "cpu_cores": cpu_cores,
            "memory_gb": memory_gb,
            "storage_gb": storage_gb,
            "provider": wanted.provider or "auto",
            "public_ip": machine.address,
            "is_test": machine.meter.wallet.free,
            "created_at": iso_or_none(machine.created_at),
            "started_at": iso_or_none(machine.started_at),
            **_lease(machine),
            "metadata": wanted.metadata,
            "billing": {
                "billed_to": "api_wallet",
                "projected_daily_cents": machine.meter.rate * 24,
                **_bill(machine),
            },
        }
    )


def billing_item(machine: Machine) -> wire.BillingItem:
    return wire.BillingItem.model_validate(
        {
            "machine_id": machine.id,
            "display_name": machine.wanted.display_name,
            "status": machine.status,
            "os_type": machine.wanted.os_type,
            "rate_cents_per_hour": machine.meter.rate,
            **_bill(machine),
        }
    )


def _lease(machine: Machine) -> dict[str, Any]:
    return {
        "auto_destroy_at": iso_or_none(machine.auto_destroy_at),
        "ttl_minutes": machine.ttl_minutes,
    }


def _bill(machine: Machine) -> dict[str, Any]:
    return {
        "running_credits_per_hour": RUNNING[machine.wanted.os_type],
        "stopped_credits_per_hour": STOPPED,
        "accrued_cents": machine.meter.accrued,
        "since": iso_or_none(machine.meter.since),
        "total_credits_billed": machine.meter.total,
        "suspended_for_billing": machine.suspended_for_billing,
        **_lease(machine),
    }
