"""Which scopes a key has, found out by free reads."""

from ..errors import CoastyError, InsufficientScope
from . import Coasty


async def learn_scopes(api: Coasty) -> tuple[str, dict[str, bool]]:
    """Return the key's mode (test, live, legacy or unknown) and each scope that is known.

    A scope is True where a read worked or a refusal named it, False where it was refused.
    """
    tries = {
        "usage": api.account.get_usage,
        "session": api.sessions.list,
        "machines:read": lambda: api.machines.list(1),
        "schedules:read": lambda: api.schedules.list(1),
        "runs:read": lambda: api.runs.list(1),
        "workflows:read": lambda: api.workflows.list(1),
    }
    mode, scopes = "unknown", dict[str, bool]()
    for scope, read in tries.items():
        try:
            mode = (await read()).receipt.key_kind or mode
            scopes[scope] = True
        except InsufficientScope as refused:
            scopes[scope] = False
            scopes |= dict.fromkeys(refused.facts.get("current_scopes", []), True)
        except CoastyError:
            continue  # something else is wrong: the scope stays unknown
    return mode, scopes
