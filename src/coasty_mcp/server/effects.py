"""Effects of tools: one word for each combination of the four hints that hosts know."""

from mcp.types import ToolAnnotations


def _effect(*, reads: bool, destroys: bool, repeatable: bool, open_world: bool) -> ToolAnnotations:
    return ToolAnnotations(
        read_only_hint=reads,
        destructive_hint=destroys,
        idempotent_hint=repeatable,
        open_world_hint=open_world,
    )


READS = _effect(reads=True, destroys=False, repeatable=True, open_world=False)
"""The tool looks something up in the account."""
LOOKS = _effect(reads=True, destroys=False, repeatable=True, open_world=True)
"""The tool reads what a machine or an agent says, which is untrusted.

`coasty_list_schedule_runs` does so too, but READS are the hints that the product documents for it.
"""
SPENDS = _effect(reads=False, destroys=False, repeatable=False, open_world=True)
"""The tool adds something or costs money, and harms nothing."""
SWITCHES = _effect(reads=False, destroys=False, repeatable=True, open_world=False)
"""The tool changes a state that can be changed back."""
AWAKENS = _effect(reads=False, destroys=False, repeatable=True, open_world=True)
"""The tool changes a state back in which an agent acts on its own."""
REWRITES = _effect(reads=False, destroys=True, repeatable=True, open_world=True)
"""The tool overwrites what was there."""
ACTS = _effect(reads=False, destroys=True, repeatable=False, open_world=True)
"""The tool may do anything on a real desktop."""
DESTROYS = _effect(reads=False, destroys=True, repeatable=True, open_world=False)
"""What the tool does cannot be undone."""
