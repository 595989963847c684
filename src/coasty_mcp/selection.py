"""Which tools a configuration offers. Chosen at start-up, never changed while serving."""

from collections.abc import Iterable, Sequence

from .schema import unknown
from .settings import Settings, WrongSetting, flag, variable
from .toolset import Tool, Toolset


def select(toolsets: Sequence[Toolset], settings: Settings) -> list[Tool]:
    """The tools in their fixed order; WrongSetting for a name that there is not."""
    every = [tool for toolset in toolsets for tool in toolset.tools]
    names = [tool.name for tool in every]
    _refuse_unknown("toolsets", settings.toolsets, ["default", "all", *(t.name for t in toolsets)])
    _refuse_unknown("tools", settings.tools, names)
    _refuse_unknown("exclude_tools", settings.exclude_tools, names)
    chosen = {toolset.name for toolset in toolsets if _chosen(toolset, settings.toolsets)}
    return [
        tool
        for tool in every
        if (tool.toolset in chosen or tool.name in settings.tools)
        and tool.name not in settings.exclude_tools
        and (tool.effect.read_only_hint or not settings.read_only)
    ]


def _chosen(toolset: Toolset, wanted: Iterable[str]) -> bool:
    return any(
        name in ("all", toolset.name) or (name == "default" and toolset.default) for name in wanted
    )


def _refuse_unknown(setting: str, given: Iterable[str], known: Sequence[str]) -> None:
    for name in given:
        if name not in known:
            what = "toolset" if setting == "toolsets" else "tool"
            sentence = unknown(name, known, what)
            raise WrongSetting(f"{flag(setting)} ({variable(setting)}): {sentence}")
