"""Commands that try things out: the tools, the sandbox, the demo, the doctor."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from ..settings import WrongSetting
from .options import OPTIONS, SANDBOX_OPTIONS, flags_of, read_sandbox_settings, read_settings, stop
from .serving import listen_on

if TYPE_CHECKING:
    from collections.abc import AsyncIterable

    from ..doctor import Finding


@click.command(params=OPTIONS)
@click.pass_context
def tools(context: click.Context, /, **_: object) -> None:
    """Show what a configuration offers to a model, and about how many tokens it takes."""
    from ..server.selection import select
    from ..server.token_counts import rows
    from ..tools.catalog import TOOLSETS

    settings = read_settings(context)
    try:
        offered = select(TOOLSETS, settings)
    except WrongSetting as error:
        stop(error)
    for row in rows(offered, local=settings.local):
        click.echo(row)


JSON = click.Option(["--json", "as_json"], is_flag=True, help="A list of objects, for programs.")


@click.command(params=[*OPTIONS, JSON])
@click.pass_context
def doctor(context: click.Context, /, *, as_json: bool, **_: object) -> None:
    """Find what keeps coasty from working here, and how to put it right. Changes nothing."""
    import anyio

    from ..doctor import examine
    from ..hosts.host_folders import UserEnvironment

    findings = examine(flags_of(context), UserEnvironment.here())
    failed = anyio.run(_report_json if as_json else _report, findings)
    sys.exit(1 if failed else 0)


@click.command()
@click.option(
    "--desktop",
    type=click.Choice(["drawn", "real"]),
    default="drawn",
    show_default=True,
    help="A drawn desktop, or on Linux a real one with real programs.",
)
def demo(desktop: str) -> None:
    """Show the main job in the sandbox: no key, no network. Leaves pictures in ./coasty-demo."""
    from ..demo import run, run_on_real_desktop

    if desktop == "drawn":
        run()
        return
    from ..sandbox.real_desktop.prerequisites import BROWSER, EDITOR, missing

    if problem := missing(BROWSER, EDITOR):
        stop(problem, 1)
    run_on_real_desktop()


PORT = click.Option(
    ["--port"],
    type=click.IntRange(0, 65535),
    default=8787,
    show_default=True,
    help="Port on this computer; 0 for any.",
)


@click.command(params=[PORT, *SANDBOX_OPTIONS])
@click.pass_context
def sandbox(context: click.Context, /, port: int, **_: object) -> None:
    """Serve the simulated Coasty API to any HTTP client."""
    from ..sandbox import SANDBOX_KEY, World, build_sandbox
    from ..transports.web_server import address, serve, until_interrupted

    chosen = read_sandbox_settings(context)
    world = World(desktops=chosen.sandbox_desktop, network=chosen.sandbox_network)
    app, listener = build_sandbox(world), listen_on(port)
    base_url = f"{address(listener)}/v1"
    with until_interrupted():
        click.echo(f"Base URL: {base_url}")
        click.echo(f"API key:  {SANDBOX_KEY}")
        click.echo(f'Try it:   curl -H "X-API-Key: {SANDBOX_KEY}" {base_url}/usage')
        click.echo("Ctrl-C ends it, and everything in it is forgotten.")
        serve(app, listener)


async def _report(findings: AsyncIterable[Finding]) -> bool:
    """Print a line for each finding as soon as it is known; return whether anything failed."""
    from rich.console import Console
    from rich.text import Text

    colours = {"ok": "green", "warn": "yellow", "fail": "bold red"}
    console, failed = Console(), False
    async for name, status, found, fix in findings:
        rest = f"{name:15} {found}{f'. {fix}' if fix else ''}"
        line = Text.assemble((f"{status:6}", colours[status]), rest)
        console.print(line, soft_wrap=True, highlight=False)
        failed |= status == "fail"
    return failed


async def _report_json(findings: AsyncIterable[Finding]) -> bool:
    import json

    found = [finding async for finding in findings]
    click.echo(json.dumps([finding._asdict() for finding in found], indent=2))
    return any(finding.status == "fail" for finding in found)
