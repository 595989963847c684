"""Which tools a configuration offers. Chosen at start-up, never changed while serving."""

from collections.abc import Iterable, Sequence

from ..api.rules import unknown_name
from ..settings import Settings, WrongSetting, flag, variable
from .tool import Tool, Toolset

LOCAL = "local"
"""The toolset for this computer's own screen: never part of `all`, never over HTTP."""


def select(toolsets: Sequence[Toolset], settings: Settings) -> list[Tool]:
    """Return the chosen tools in their fixed order.

    Raises:
        WrongSetting: a setting names a toolset or tool that does not exist, or is not for HTTP.
    """
    _refuse_unknown("toolsets", settings.toolsets, ["default", "all", *(t.name for t in toolsets)])
    chosen = {toolset.name for toolset in toolsets if _chosen(toolset, settings.toolsets)}
    by_name = settings.tools or settings.exclude_tools  # which may be in any toolset
    loaded = [toolset for toolset in toolsets if by_name or toolset.name in chosen]
    every = [tool for toolset in loaded for tool in toolset.tools]
    names = [tool.name for tool in every]
    _refuse_unknown("tools", settings.tools, names)
    _refuse_unknown("exclude_tools", settings.exclude_tools, names)
    _refuse_local(every, settings)
    return [
        tool
        for tool in every
        if (tool.toolset in chosen or tool.name in settings.tools)
        and tool.name not in settings.exclude_tools
        and (tool.effect.read_only_hint or not settings.read_only)
        and (settings.local or not tool.needs_disk)
    ]


def _chosen(toolset: Toolset, wanted: Iterable[str]) -> bool:
    return any(
        name == toolset.name
        or (name == "all" and toolset.name != LOCAL)
        or (name == "default" and toolset.default)
        for name in wanted
    )


def _refuse_local(every: Iterable[Tool], settings: Settings) -> None:
    """Refuse local tools over HTTP: whoever reaches the port would control this computer."""
    names = {LOCAL, *(tool.name for tool in every if tool.toolset == LOCAL)}
    for setting, given in (("toolsets", settings.toolsets), ("tools", settings.tools)):
        if not settings.local and (named := names.intersection(given)):
            raise WrongSetting(
                f"{flag(setting)} ({variable(setting)}): {min(named)} is for this computer's own "
                f"screen, which is never offered over HTTP: leave it out, or use --transport stdio."
            )


def _refuse_unknown(setting: str, given: Iterable[str], known: Sequence[str]) -> None:
    for name in given:
        if name not in known:
            what = "toolset" if setting == "toolsets" else "tool"
            sentence = unknown_name(name, known, what)
            raise WrongSetting(f"{flag(setting)} ({variable(setting)}): {sentence}")
