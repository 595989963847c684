"""A person who asks the doctor, on a computer of their own."""

from collections.abc import Mapping
from pathlib import Path

from coasty_mcp.doctor import Finding, examine
from coasty_mcp.hosts.config_entry import ServerCommand
from support.host_files import TINY, Person
from support.socket_upstream import Move, Upstream, answers

LIVE = "sk-coasty-live-" + "5e471e1" * 6 + "5e471e"
SENTINEL = "5e471e1"
HEALTHY = answers(200, {"status": "ok"})
MODELS = answers(200, {"models": [], "cua_versions": [], "action_types": []})
FEW_TOOLS = {"COASTY_TOOLSETS": "account"}  # counting the tokens of all takes longer than a test


async def diagnosed(
    home: Path, environment: Mapping[str, str], own: ServerCommand = TINY, **flags: object
) -> dict[str, Finding]:
    """The findings by their name, on a computer with that home folder and that installation."""
    person = Person(home, "linux", **FEW_TOOLS, **environment)
    found = [finding async for finding in examine(flags, person.user, own)]
    assert SENTINEL not in str(found)
    assert all(finding.fix for finding in found if finding.status != "ok"), found
    return {finding.name: finding for finding in found}


async def facing(home: Path, *moves: Move, key: str = LIVE) -> dict[str, Finding]:
    """With an API on a socket that makes these moves."""
    async with Upstream(*moves).listening() as url:
        return await diagnosed(home, {"COASTY_BASE_URL": url, "COASTY_API_KEY": key})
