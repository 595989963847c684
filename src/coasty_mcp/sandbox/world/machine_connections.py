"""How to reach a machine: addresses, ports and keys, as the API says them."""

from typing import Any

from ...api.wire import machines as wire
from .machines import Machine

KEY_TEXT = "-----BEGIN SANDBOX PRIVATE KEY-----\n{}\n-----END SANDBOX PRIVATE KEY-----\n"


SSH_PORT, VNC_PORT, SOCKET_PORT = 22, 5900, 8080


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


def _addresses(machine: Machine) -> dict[str, Any]:
    return {
        "public_ip": machine.address,
        "ssh_port": SSH_PORT,
        "ssh_username": "coasty",
        "vnc_port": VNC_PORT if machine.wanted.desktop_enabled else None,
        "websocket_port": SOCKET_PORT,
    }
