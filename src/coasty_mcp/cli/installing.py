"""Commands that enter coasty into a host, and take it out again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .options import say, stop

if TYPE_CHECKING:
    from ..hosts.host import Scope


SCOPE = click.option(
    "--scope",
    type=click.Choice(["user", "project"]),
    default="user",
    show_default=True,
    help="All of your work, or the project in this folder.",
)


DRY_RUN = click.option("--dry-run", is_flag=True, help="Only show what would change, as a diff.")


@click.command()
@click.argument("host", required=False)
@SCOPE
@DRY_RUN
@click.option("--sandbox", is_flag=True, help="With the simulated Coasty: no key, no cost.")
@click.option("--with-key", is_flag=True, help="Write the key itself into the host's file.")
@click.option("--print", "only_print", is_flag=True, help="Only print the block, to paste it.")
def install(
    host: str | None, scope: Scope, dry_run: bool, sandbox: bool, with_key: bool, only_print: bool
) -> None:
    """Add coasty to a host and start it once, or list the hosts on this computer."""
    from ..hosts import commands
    from ..hosts.host_folders import UserEnvironment

    user = UserEnvironment.here()
    try:
        if not host:
            say(commands.list_hosts(user))
            return
        server = commands.server_command(user, sandbox=sandbox, with_key=with_key)
        if only_print:
            say(commands.printed_entry(host, server))
        else:
            say(commands.install(host, server, user, scope, dry_run=dry_run))
    except commands.HostConfigError as error:
        stop(error)


@click.command()
@click.argument("host")
@SCOPE
@DRY_RUN
def uninstall(host: str, scope: Scope, dry_run: bool) -> None:
    """Take coasty out of a host's configuration."""
    from ..hosts import commands
    from ..hosts.host_folders import UserEnvironment

    try:
        say(commands.uninstall(host, UserEnvironment.here(), scope, dry_run=dry_run))
    except commands.HostConfigError as error:
        stop(error)
