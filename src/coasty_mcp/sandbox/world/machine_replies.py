"""What the API says of a machine: its record, its bill, and how to reach it."""

from typing import Any

from ...api.wire import machines as wire
from .clock import iso_or_none
from .computers import hardware_of
from .machines import Machine
from .price_list import RUNNING, STOPPED

KEY_TEXT = "-----BEGIN SANDBOX PRIVATE KEY-----\n{}\n-----END SANDBOX PRIVATE KEY-----\n"
SSH_PORT, VNC_PORT, SOCKET_PORT = 22, 5900, 8080


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


def connection(machine: Machine) -> wire.Connection:
    if machine.real:
        return wire.Connection(public_ip=machine.address)
    secrets = {"has_ssh_key": True, "has_vnc_password": machine.wanted.desktop_enabled}
    return wire.Connection.model_validate({**_addresses(machine), **secrets})


def connection_details(machine: Machine) -> wire.ConnectionDetails:
    if machine.real:
        return _viewer(machine)
    desktop = machine.wanted.desktop_enabled
    socket = f"wss://{machine.address}:{SOCKET_PORT}"
    viewer = f"https://{machine.id}.sandbox.invalid/vnc.html?autoconnect=1"
    return wire.ConnectionDetails.model_validate(
        {
            "machine_id": machine.id,
            **_addresses(machine),
            "ssh_private_key_pem": KEY_TEXT.format(machine.secret),
            "vnc_password": machine.secret[:8] if desktop else None,
            "vnc_url": viewer if desktop else None,
            "websocket_url": socket,
            "devtools_url": f"{socket}/devtools" if desktop else None,
            "screen_width": machine.computer.width if desktop else None,
            "screen_height": machine.computer.height if desktop else None,
        }
    )


def _viewer(machine: Machine) -> wire.ConnectionDetails:
    """Open a port of this computer for one VNC viewer."""
    viewer = machine.computer.viewer() if machine.status == "running" else None
    if not viewer:
        return wire.ConnectionDetails(machine_id=machine.id, public_ip=machine.address)
    return wire.ConnectionDetails.model_validate(
        {
            "machine_id": machine.id,
            "public_ip": machine.address,
            "vnc_port": viewer.port,
            "vnc_password": viewer.password,
            "vnc_url": f"vnc://{machine.address}:{viewer.port}",
            "screen_width": machine.computer.width,
            "screen_height": machine.computer.height,
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


def _addresses(machine: Machine) -> dict[str, Any]:
    return {
        "public_ip": machine.address,
        "ssh_port": SSH_PORT,
        "ssh_username": "coasty",
        "vnc_port": VNC_PORT if machine.wanted.desktop_enabled else None,
        "websocket_port": SOCKET_PORT,
    }
