"""Commands for the person who watches: a machine live, or a recording."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..settings import WrongSetting, variable
from .options import OPTIONS, read_settings, stop
from .serving import set_up_log

ALONE = (
    "It does not reach the models of other servers: for that, give them the toolset view, and set "
    f"{variable('state_dir')} to the same folder here and there."
)


@click.command(params=[*OPTIONS, click.Argument(["machine"], required=False)])
@click.pass_context
def view(context: click.Context, /, machine: str | None, **_: object) -> None:
    """Watch a machine live in your browser, and take its mouse and keyboard.

    Without a MACHINE (an id or a name) it shows this computer's own screen, to watch it only.
    """
    import anyio

    from ..api.errors import CoastyError
    from ..api.untrusted import quoted
    from ..server.build import app_context
    from ..server.http_client import HttpConnection
    from ..server.machine_control import THIS_COMPUTER
    from ..transports.live_view import view_machine
    from ..transports.web_server import until_interrupted

    def show(address: str) -> None:
        click.echo(f"{address}\nCtrl-C ends it.")
        if not settings.state_dir:
            click.echo(ALONE)
        click.launch(address)

    def ring(wanted: str) -> None:
        click.echo(f"\aThe model asks you: {quoted(wanted)}")

    settings = read_settings(context)
    set_up_log(settings)
    try:
        app = app_context(settings, HttpConnection(settings), live=True)
        with until_interrupted():
            anyio.run(view_machine, app, machine or THIS_COMPUTER, show, ring)
    except CoastyError as error:
        stop(error.facts["message"], 1)
    except WrongSetting as error:
        stop(error)


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--repair", is_flag=True, help="First make a recording whole that was broken off.")
@click.option("--gif", type=click.Path(path_type=Path), help="Write its pictures into a new GIF.")
@click.option("--run", "run_id", help="Make a recording of this run's screenshots in the folder.")
@click.option("--on", "machine_id", help="Do it once more, on this machine.")
@click.pass_context
def replay(context: click.Context, /, folder: Path | None, **wanted: Any) -> None:
    """List recordings, or show one of them: what was done, with pictures."""
    from ..replay import Replay, ReplayStopped

    settings = read_settings(context)
    if not (where := folder or settings.record_dir):
        stop(f"name a folder, or set {variable('record_dir')}.")
    try:
        page = Replay(where, settings, click.echo, **wanted).run()
    except OSError as error:
        stop(f"{error.filename}: {error.strerror}.", 1)
    except (ReplayStopped, ValueError) as error:
        stop(error, 1)
    if page:
        click.launch(str(page))
