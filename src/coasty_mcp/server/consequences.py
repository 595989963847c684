"""What a call will bring that the person is asked about first, as functions for the decorator.

Each takes the validated arguments, defaults included, and the settings. It returns a sentence
with the price where there is one, or "" where this call with these arguments needs no question.
"""

from collections.abc import Callable
from typing import Any, cast

from ..api.commands import NAMES
from ..money.charges import hour_price
from ..money.prices import hours_price, step_price
from ..settings import Settings

Arguments = dict[str, Any]
Consequence = Callable[[Arguments, Settings], str]

SOON = 60
"""Minutes: a machine that ends sooner may take unsaved work with it."""
DELETING_COMMANDS = ("file_delete", "directory_delete")
DELETING_OPS = ("delete", "delete-directory")
LABELS_OF_A_SCHEDULE = frozenset({"schedule_id", "name", "metadata"})
"""What may be given of a schedule without changing what it does, or when."""
PRICE_OF_A_SCHEDULED_RUN = "each run costs 10 credits ($0.10) a minute, and at least 20 credits"


def irreversible(_: Arguments, __: Settings) -> str:
    """Return the sentence for what cannot be undone."""
    return "It cannot be undone."


def deletion(arguments: Arguments, _: Settings) -> str:
    """Return a sentence if an action deletes a file or a folder, whatever else it types or runs."""
    actions = cast("list[Arguments]", [arguments, *(arguments.get("actions") or [])])
    deletes = any(map(_deletes, actions))
    return "It deletes what is there for good." if deletes else ""


def _deletes(action: Arguments) -> bool:
    names = [action.get(key) for key in NAMES]
    return action.get("op") in DELETING_OPS or any(name in DELETING_COMMANDS for name in names)


def overwriting(arguments: Arguments, _: Settings) -> str:
    """Return a sentence if a file that is there may be replaced."""
    return "It replaces a file that is there." if arguments["overwrite"] else ""


def changed_lease(arguments: Arguments, _: Settings) -> str:
    """Return a sentence if the machine would end within the hour, or not by itself any more."""
    minutes = arguments["ttl_minutes"]
    if not minutes:
        return f"The machine does not end by itself any more. {_hourly(hour_price(None))}"
    return f"It destroys the machine in {minutes} minutes." if minutes <= SOON else ""


def running_machine(_: Arguments, __: Settings) -> str:
    """Return the sentence for a machine that costs money by the hour from now on."""
    return _hourly(hour_price(None))


def endless_machine(arguments: Arguments, settings: Settings) -> str:
    """Return a sentence if the new machine would cost money until somebody ends it."""
    if arguments.get("ttl_minutes") or settings.default_ttl_minutes:
        return ""
    return _hourly(hour_price(arguments.get("os_type")))


def _hourly(rate: int) -> str:
    return f"It costs up to {rate} credits (${rate / 100:.2f}) an hour until it is terminated."


def agent_run(arguments: Arguments, _: Settings) -> str:
    """Return the sentence for an agent that acts on its own, with the most that it may cost."""
    most = arguments["max_steps"] * step_price(arguments.get("cua_version"))
    return f"An agent acts on its own. It costs up to {most} credits (${most / 100:.2f})."


def agent_task(arguments: Arguments, _: Settings) -> str:
    """Return the sentence for an agent on a machine of its own, by both meters."""
    steps = arguments["max_steps"] * step_price(arguments.get("cua_version"))
    hours = hours_price(arguments.get("os_type"), arguments["deadline_seconds"])
    return (
        f"An agent acts on its own, and never asks. Its steps cost up to {steps} credits "
        f"(${steps / 100:.2f}), its machine up to {hours} more (${hours / 100:.2f})."
    )


def resumed_agent(_: Arguments, __: Settings) -> str:
    """Return the sentence for a run that goes on."""
    return "An agent acts on its own again, and each of its steps costs 5 to 8 credits."


def scheduled_agent(_: Arguments, __: Settings) -> str:
    """Return the sentence for an agent that is started by a schedule."""
    return f"An agent acts on its own, unattended: {PRICE_OF_A_SCHEDULED_RUN}."


def changed_schedule(arguments: Arguments, settings: Settings) -> str:
    """Return the sentence for a schedule's agent if more than a label changes, or it is resumed."""
    changed = {name for name, value in arguments.items() if value is not None}
    changed -= {"enabled"} if arguments.get("enabled") is False else set()
    return "" if changed <= LABELS_OF_A_SCHEDULE else scheduled_agent(arguments, settings)


def workflow_run(arguments: Arguments, _: Settings) -> str:
    """Return the sentence for a workflow's run, with its budget."""
    from ..api.workflows import may_need_machine  # most servers offer no workflows

    budget, rate = arguments.get("budget_cents"), hour_price(None)
    cost = f"up to {budget} credits (${budget / 100:.2f})" if budget else "without a bound"
    own = not arguments.get("machine_id") and may_need_machine(arguments.get("definition"))
    more = f", and a machine of its own up to {rate} credits (${rate / 100:.2f}) an hour more"
    return f"An agent acts on its own. It costs {cost}{more if own else ''}."


def page_request(arguments: Arguments, settings: Settings) -> str:
    """Return the sentence for what the page's buttons do.

    A model that its host shows both the tool and the page, where the key stands, reaches them too.
    """
    match arguments["message"]:
        case {"kind": "terminate"}:
            return irreversible(arguments, settings)
        case {"kind": "start"}:
            return running_machine(arguments, settings)
        case {"kind": "hand_back", "run": str(run)} if run:
            return resumed_agent(arguments, settings)
        case _:
            return ""


def approval(arguments: Arguments, _: Settings) -> str:
    """Return a sentence if a step that waits for a person would be approved."""
    return "It approves what the run is waiting for." if arguments["approved"] else ""
