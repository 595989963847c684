"""The options that commands share, and what they read from them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import NoReturn, get_args

import click
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from ..settings import Settings, WrongSetting, flag, variable


def option(name: str, field: FieldInfo) -> click.Option:
    help_text = f"{field.description} [{variable(name)}]"
    is_switch = field.annotation is bool
    return click.Option([flag(name)], help=help_text, is_flag=is_switch, default=None)


OPTIONS: list[click.Parameter] = [
    option(name, field)
    for name, field in Settings.model_fields.items()
    if SecretStr not in get_args(field.annotation)
]


SANDBOX = ("sandbox_desktop", "sandbox_network")
"""The settings of the sandbox itself."""


SANDBOX_OPTIONS: list[click.Parameter] = [
    option(name, Settings.model_fields[name]) for name in SANDBOX
]


def say(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def read_settings(context: click.Context) -> Settings:
    """Return the settings of the environment and the flags."""
    try:
        return Settings.read(os.environ, flags_of(context))
    except WrongSetting as error:
        stop(error)


def read_sandbox_settings(context: click.Context) -> Settings:
    """From the environment and the flags, whatever the settings of the server are.

    Ends the program if this computer lacks what they need.
    """
    variables = {variable(name): os.environ.get(variable(name), "") for name in SANDBOX}
    flags = {name: value for name, value in flags_of(context).items() if name in SANDBOX}
    try:
        chosen = Settings.read(variables, flags)
    except WrongSetting as error:
        stop(error)
    if chosen.sandbox_desktop == "real":
        from ..sandbox.real_desktop.prerequisites import missing

        if problem := missing(network=chosen.sandbox_network):
            stop(problem, 1)
    return chosen


def flags_of(context: click.Context) -> dict[str, object]:
    """Return the settings among what stands before or behind the command."""
    before = context.parent.params if context.parent else {}
    given = before | {name: value for name, value in context.params.items() if value is not None}
    return {name: value for name, value in given.items() if name in Settings.model_fields}


def stop(problem: object, code: int = 2) -> NoReturn:
    """Print one line on stderr and exit."""
    click.echo(f"coasty-mcp: {problem}", err=True)
    sys.exit(code)
