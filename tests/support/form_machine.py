"""A drawn machine with a form on its screen, and the elements of the form."""

from coasty_mcp.sandbox import World
from coasty_mcp.sandbox.scene import Element
from coasty_mcp.sandbox.world.machines import Machine
from support.mcp_client import drawn, new_machine

CHECKBOX = "Subscribe to the newsletter"


def form_machine(world: World) -> Machine:
    """Return a machine whose browser shows the contact form, on a screen of 1920x1080."""
    machine = new_machine(world.accounts["test"])
    machine.computer.run("browser_open", {"url": "https://example.com/contact"})
    return machine


def element(machine: Machine, label: str) -> Element:
    """Return the element of the screen with that label."""
    return next(each for each in drawn(machine).scene().elements if each.label == label)
