"""What an action policy forbids, and the stricter of two.

Names of actions are compared as machines call them: a policy may use either vocabulary.
"""

from .checking import ActionWithParameters, refuse_forbidden
from .merging import stricter
from .names import in_agent_names, require_known_actions

__all__ = [
    "ActionWithParameters",
    "in_agent_names",
    "refuse_forbidden",
    "require_known_actions",
    "stricter",
]
