"""The command line, and the only prints. Imports the MCP SDK only when it serves."""

from __future__ import annotations

import click

from .installing import install, uninstall
from .options import OPTIONS, read_settings
from .serving import serve
from .trying import demo, doctor, sandbox, tools
from .watching import replay, view


@click.group(
    params=OPTIONS,
    invoke_without_command=True,
    epilog="Your API key goes into COASTY_API_KEY; it is no flag, because others could see it.",
)
@click.version_option(package_name="coasty-mcp")
@click.pass_context
def main(context: click.Context, /, **_: object) -> None:
    """Serve the Coasty computer-use API to an MCP host. Without a command: over stdio."""
    if not context.invoked_subcommand:
        serve(read_settings(context))


for command in (tools, doctor, demo, sandbox, view, install, uninstall, replay):
    main.add_command(command)
