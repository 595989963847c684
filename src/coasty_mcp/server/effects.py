"""What a call may change: one word for each combination of the four hints that hosts know."""

from mcp.types import ToolAnnotations


def _effect(*, reads: bool, destroys: bool, repeatable: bool, open_world: bool) -> ToolAnnotations:
    return ToolAnnotations(
        read_only_hint=reads,
        destructive_hint=destroys,
        idempotent_hint=repeatable,
        open_world_hint=open_world,
    )


READS = _effect(reads=True, destroys=False, repeatable=True, open_world=False)
"""Looks something up in the account."""
LOOKS = _effect(reads=True, destroys=False, repeatable=True, open_world=True)
"""Looks at what a machine shows: untrusted."""
SPENDS = _effect(reads=False, destroys=False, repeatable=False, open_world=True)
"""Adds something, or costs money, and harms nothing."""
SWITCHES = _effect(reads=False, destroys=False, repeatable=True, open_world=False)
"""Changes a state that can be changed back."""
AWAKENS = _effect(reads=False, destroys=False, repeatable=True, open_world=True)
"""The same, and lets an agent loose again."""
REWRITES = _effect(reads=False, destroys=True, repeatable=True, open_world=True)
"""Overwrites what was there."""
ACTS = _effect(reads=False, destroys=True, repeatable=False, open_world=True)
"""May do anything on a real desktop."""
DESTROYS = _effect(reads=False, destroys=True, repeatable=True, open_world=False)
"""Cannot be undone."""
