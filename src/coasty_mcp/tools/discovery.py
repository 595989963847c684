"""What there is: what this key and this server can do, what it costs, which models."""

from typing import Any

from ..app import Api, Offer, Settings
from ..client import Coasty
from ..errors import CoastyError, InsufficientScope
from ..toolset import READS, Told, Toolset, tell
from ..wire.base import Reply
from ..wire.predict import ModelsReply
from .prices import PRICES

discovery = Toolset(
    "discovery", "Orient: what this key and server can do, prices, models.", default=False
)


class Capabilities(Reply):
    """What coasty_get_capabilities answers."""

    key_mode: str
    """test keys are free, live keys pay."""
    scopes: dict[str, bool]
    """Whether the key has each of these; others are not known."""
    toolsets: dict[str, list[str]]
    """The tools that this server offers, by toolset."""
    transport: str
    limits: dict[str, str]


class PriceList(Reply):
    """What coasty_get_pricing answers."""

    credits: dict[str, str]
    """1 credit is 1 US cent."""
    machines: dict[str, Any]
    """As the API says now."""


LIMITS = {
    "pictures": "up to 1280x720 without hd, 10 MB of base64",
    "waiting": "no call takes longer than 45 s; waiting tools say how to go on",
    "predictions": "10 actions, instruction of 32,000 characters",
    "lists": "200 rows",
    "terminal": "5,000 characters of output, 120 s",
    "machines": "auto-destroy after 5 to 10,080 minutes (ttl_minutes)",
}
HOW_TO = {
    "coasty_predict": "To reach a goal on a screen: coasty_predict, carry it out, until done.",
    "coasty_run_terminal_command": "For what needs no screen: coasty_run_terminal_command.",
    "coasty_create_schedule": "To repeat a task: coasty_create_schedule.",
    "coasty_start_run": "To hand over a whole task: coasty_start_run, coasty_watch_run.",
    "coasty_run_workflow": "For many tasks with conditions: coasty_validate_workflow({}) says how.",
}
"""By the tool that it needs."""


@discovery.tool("Get capabilities", READS)
async def coasty_get_capabilities(api: Api, settings: Settings, offer: Offer) -> Told[Capabilities]:
    """Learn in one free call what this key, this server and its tools can do, and how."""
    mode, scopes = await _learned(api)
    answer = Capabilities(
        key_mode=mode,
        scopes=scopes,
        toolsets=offer,
        transport=settings.transport,
        limits=LIMITS,
    )
    offered = {tool for tools in offer.values() for tool in tools}
    has = ", ".join(scope for scope, held in scopes.items() if held) or "none of those tried"
    lacks = ", ".join(scope for scope, held in scopes.items() if not held)
    return tell(
        answer,
        f"A {mode} key. It may: {has}.",
        *([f"It may not: {lacks}. The user can mint another key."] if lacks else []),
        *(f"{toolset}: {', '.join(tools)}" for toolset, tools in offer.items()),
        *(line for tool, line in HOW_TO.items() if tool in offered),
        *(f"{what}: {limit}" for what, limit in LIMITS.items()),
    )


@discovery.tool("Get pricing", READS)
async def coasty_get_pricing(api: Api) -> Told[PriceList]:
    """See what everything costs. 1 credit is 1 US cent."""
    machines = await api.machines.pricing()
    answer = PriceList(credits=PRICES, machines=machines.pricing)
    answer.keep(machines.receipt)
    return tell(answer, *(f"{what}: {price}" for what, price in PRICES.items()))


@discovery.tool("List models", READS)
async def coasty_list_models(api: Api) -> Told[ModelsReply]:
    """See the engines (cua_version), the models and the action types there are."""
    models = await api.predictions.models()
    engines = [
        f"{each.id}{' (newest)' if each.latest else ''}: {each.description}, "
        f"{each.avg_step_time} a step"
        for each in models.cua_versions
    ]
    return tell(models, *engines, *(f"{each.id}: {each.description}" for each in models.models))


async def _learned(api: Coasty) -> tuple[str, dict[str, bool]]:
    """The mode and the scopes of the key, from free reads: a refusal names all that it has."""
    tries = {
        "usage": api.account.usage,
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
