"""The parts of the Markdown files that are written from the code, each between two markers."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import get_args

from pydantic import SecretStr

from coasty_mcp.api.commands import COMMANDS, THIS_COMPUTER, Command
from coasty_mcp.api.rules import Schema, describe_rule, flat_schema
from coasty_mcp.server.token_counts import effect, tokens
from coasty_mcp.server.tool import Tool, Toolset
from coasty_mcp.settings import Settings, flag, variable
from coasty_mcp.tools.catalog import TOOLSETS
from coasty_mcp.tools.price_list import PRICES
from support.install_links import links_table
from support.published_once import publish
from test_imports import MAY_IMPORT, ROOMS

ROOT = Path(__file__).parents[2]

HINTS = ("read_only", "destructive", "idempotent", "open_world")


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a Markdown table."""
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


def light_table() -> str:
    """Return the figures of the README: tokens counted, the others as the benchmarks had them."""
    default = sum(tokens(tool) for each in TOOLSETS if each.default for tool in each.tools)
    rows = [
        (
            "your AI's context that the tools take",
            f"{round(default, -1):,} tokens",
            "18,600 tokens",
        ),
        (
            "a screenshot reaches your AI as",
            "a picture, about 1,230 tokens",
            "text, about 310,000 tokens",
        ),
        ("a form, by doing what each result says next", "10 turns, 4,885 characters", ""),
        ("calls that a model could have spared, in 14 tasks", "5 of 139", ""),
        ("start, until the tools are listed", "0.65 s", "1.26 s"),
        ("memory when ready", "73 MB", "101 MB"),
        ("one call, without the API's part", "1.0 ms", "1.9 ms"),
    ]
    return table(["", "coasty-mcp", "the document"], rows)


def toolsets_table() -> str:
    """Return a row for each toolset."""
    return table(
        ["toolset", "default", "what it is for", "tools", "tokens"],
        (
            (
                f"[{each.name}](#{each.name})",
                "yes" if each.default else "",
                each.summary,
                len(each.tools),
                sum(map(tokens, each.tools)),
            )
            for each in TOOLSETS
        ),
    )


def tools_reference() -> str:
    """Return a chapter for each toolset, with a section for each of its tools."""
    return "\n\n".join(part for toolset in TOOLSETS for part in _chapter(toolset))


def _chapter(toolset: Toolset) -> Iterator[str]:
    yield f"## {toolset.name}"
    offered = "Offered by default." if toolset.default else f"Offered with {_choice(toolset)}."
    yield f"{toolset.summary} {offered}"
    for tool in toolset.tools:
        yield from _section(tool)


def _choice(toolset: Toolset) -> str:
    chosen = f"`--toolsets default,{toolset.name}`"
    return f"{chosen} and `--allow-local-control`" if toolset.name == "local" else chosen


def _section(tool: Tool) -> Iterator[str]:
    yield f"### `{tool.name}`"
    yield tool.description
    hints = ", ".join(f"{hint.replace('_', '-')} {_yes(_hint(tool, hint))}" for hint in HINTS)
    yield "\n".join(
        [
            f"- Effect: {effect(tool)} ({hints})",
            f"- Costs: {_cost(tool)}",
            f"- Context: {tokens(tool)} tokens",
        ]
    )
    yield _arguments(flat_schema(publish(tool).fn_metadata.arg_model))


def _hint(tool: Tool, hint: str) -> bool:
    return bool(getattr(tool.effect, f"{hint}_hint"))


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _cost(tool: Tool) -> str:
    return "; ".join(f"{name}: {PRICES[name]}" for name in tool.costs) or "nothing"


def _arguments(schema: Schema) -> str:
    if not schema["properties"]:
        return "No arguments."
    return table(
        ["argument", "what it is", "accepted", "default"],
        (
            (f"`{name}`", rule["description"], describe_rule(rule), _default(name, rule, schema))
            for name, rule in schema["properties"].items()
            if "description" in rule  # the others are taken, and not offered
        ),
    )


def _default(name: str, rule: Schema, schema: Schema) -> str:
    if name in schema["required"]:
        return "required"
    return f"`{rule['default']}`" if "default" in rule else ""


def settings_table() -> str:
    """Return a row for each setting."""
    return table(
        ["variable", "flag", "what it does", "default"],
        (
            (f"`{variable(name)}`", _flag(name), field.description, _setting(field.default))
            for name, field in Settings.model_fields.items()
        ),
    )


def _flag(name: str) -> str:
    secret = SecretStr in get_args(Settings.model_fields[name].annotation)
    return "" if secret else f"`{flag(name)}`"


def _setting(value: object) -> str:
    if not value:
        return ""
    return "`default`" if value == ("default",) else f"`{value}`"


def actions_table() -> str:
    """Return a row for each thing that a machine can be told to do."""
    return _commands_table(COMMANDS)


def local_actions_table() -> str:
    """Return a row for each thing that this computer does otherwise than a machine."""
    own = {name: each for name, each in THIS_COMPUTER.items() if each != COMMANDS.get(name)}
    return _commands_table(own)


def _commands_table(commands: Mapping[str, Command]) -> str:
    return table(
        ["command", "other names", "parameters", "other names", "example"],
        (
            (
                f"`{name}`",
                _code(command.aliases),
                " or ".join(
                    " ".join(f"`{each}`" for each in ways) for ways in command.alternatives
                ),
                _code([*command.renamed, *command.points]),
                f"`{json.dumps(command.example)}`" if command.example else "",
            )
            for name, command in commands.items()
        ),
    )


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


FOLDERS = {
    "api": "the /v1 API in Python, without MCP: errors, shapes, client, workflow language",
    "settings": "every setting in one table, read from the environment and from flags",
    "screens": "pictures and points: decode, fit, map back, mark, remember",
    "money": "what calls may cost, what was spent, and the limit",
    "sandbox": "the same API offline: an HTTP front, a world, drawn and real computers, a planner",
    "local": "this computer's own screen, mouse and keyboard",
    "page": "the page that shows what was done, one file of HTML",
    "skill": "what teaches a model to use the tools, as files",
    "recording": "the flight recorder: what a session did, as a trajectory and as a page",
    "view": "what the page of the live view asks of the server",
    "server": "the MCP server: registry, schemas, checking, consent, results, prompts",
    "tools": "what the model may do: a file for each toolset, and what they share",
    "transports": "stdio and HTTP, and the key of each caller",
    "hosts": "the programs that the server is entered into, and their files",
    "doctor": "finding faults: key, account, network, machines, hosts",
    "demo": "the main job end to end, in the sandbox",
    "replay": "recordings listed, made a GIF of, and done once more",
    "cli": "the command line",
}


def folders_table() -> str:
    """Return a row for each folder of the package, those that import nothing of ours first."""
    rows = (
        (f"`{folder}`", what, ", ".join(f"`{each}`" for each in MAY_IMPORT if each in allowed))
        for folder, allowed in MAY_IMPORT.items()
        if (what := FOLDERS.get(folder))
    )
    return table(["folder", "what it holds", "may import"], rows)


def rooms_table() -> str:
    """Return a row for each room of the large folders."""
    return table(
        ["room", "may import"],
        (
            (f"`{room}`", ", ".join(f"`{each}`" for each in sorted(allowed)))
            for room, allowed in ROOMS.items()
        ),
    )


def folders_picture() -> str:
    """Return a Mermaid graph of the folders, without the arrows that follow from others."""
    arrows = (
        f"    {folder} --> {below}"
        for folder in FOLDERS
        for below in MAY_IMPORT[folder]
        if not any(below in _all_below(other) for other in MAY_IMPORT[folder])
    )
    return "\n".join(["```mermaid", "graph TD", *sorted(arrows), "```"])


def _all_below(folder: str) -> set[str]:
    return MAY_IMPORT[folder].union(*map(_all_below, MAY_IMPORT[folder]))


GENERATED: dict[tuple[str, str], Callable[[], str]] = {
    ("README.md", "links"): links_table,
    ("README.md", "light"): light_table,
    ("docs/settings.md", "settings"): settings_table,
    ("docs/tools.md", "toolsets"): toolsets_table,
    ("docs/tools.md", "tools"): tools_reference,
    ("docs/actions.md", "actions"): actions_table,
    ("docs/actions.md", "local actions"): local_actions_table,
    ("docs/architecture.md", "picture"): folders_picture,
    ("docs/architecture.md", "folders"): folders_table,
    ("docs/architecture.md", "rooms"): rooms_table,
}
"""By file and marker, what stands between `<!-- marker -->` and `<!-- /marker -->`."""


def refreshed(text: str, marker: str, part: str) -> str:
    """Return the file's text with that part between the markers."""
    block = f"<!-- {marker} -->\n{part}\n<!-- /{marker} -->"
    between = re.compile(rf"<!-- {marker} -->.*<!-- /{marker} -->", re.DOTALL)
    assert between.search(text), f"there is no <!-- {marker} -->"
    return between.sub(lambda _: block, text)
