"""The three servers that are measured: ours, the rival and the floor."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

LOOK = "coasty_take_machine_screenshot"


@dataclass(frozen=True)
class Subject:
    command: Sequence[str]
    lists: str
    """The name of its tool for the list of machines; the floor repeats a word instead."""
    looks: str = ""
    """The name of its tool for a screenshot."""
    over_http: Sequence[str] = ()
    """The arguments that make it listen, up to the port."""
    arguments: Mapping[str, str] = field(default_factory=dict[str, str])
    """What the tool for the list takes."""


OURS = Subject(
    [sys.executable, "-m", "coasty_mcp"],
    "coasty_list_machines",
    LOOK,
    ("--transport", "streamable-http", "--port"),
)
FLOOR = Subject([sys.executable, "-m", "benchmarks.floor"], "echo_0", arguments={"text": "hello"})


def rival(document: Path | None) -> Subject | str:
    """Return the rival, or the reason why it cannot be measured."""
    if not find_spec("fastmcp"):
        return "fastmcp is not installed"
    if not (document and document.is_file()):
        return "the API's document is not there (name it with --document)"
    command = [sys.executable, "-m", "benchmarks.rival", str(document)]
    return Subject(command, "listMachines", "getScreenshot")
