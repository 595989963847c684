"""Tools that report what this key and server can do, prices and models."""

from typing import Any, get_args

from ..api.client import Coasty
from ..api.client.scopes import learn_scopes
from ..api.wire.base import Receipt, Reply
from ..api.wire.keys import Scope
from ..api.wire.predict import CuaEngine, ModelsReply
from ..server.context import Api, OfferedTools, Settings
from ..server.effects import READS
from ..server.results import TextResult, text_result
from .catalog import discovery
from .price_list import PRICES

SCOPES: tuple[str, ...] = get_args(Scope)
LIMITS = {
    "pictures": "up to 1280x720 without hd, 10 MB of base64",
    "waiting": "no call takes longer than 45 s; waiting tools say how to go on",
    "predictions": "10 actions, instruction of 32,000 characters",
    "lists": "200 rows",
    "terminal": "5,000 characters of output, 120 s",
    "machines": "auto-destroy after 5 to 10,080 minutes (ttl_minutes)",
}
HOW_TO_BY_TOOL = {
    "coasty_predict": "To reach a goal on a screen: coasty_predict, carry it out, until done.",
    "coasty_run_terminal_command": "For what needs no screen: coasty_run_terminal_command.",
    "coasty_create_schedule": "To repeat a task: coasty_create_schedule.",
    "coasty_start_run": "To hand over a whole task: coasty_start_run.",
    "coasty_validate_workflow": "For many tasks with conditions: coasty_validate_workflow({}).",
}
"""A piece of advice for each tool, given where the server offers that tool."""


class Capabilities(Reply):
    """The reply of coasty_get_capabilities."""

    key_mode: str
    """test keys are free, live keys pay."""
    scopes: dict[str, bool]
    """Whether the key has each of these; of the others nobody knows."""
    toolsets: dict[str, list[str]]
    """The tools that this server offers, by toolset."""
    how_to: list[str]
    transport: str
    limits: dict[str, str]


class PriceList(Reply):
    """The reply of coasty_get_pricing."""

    credits: dict[str, str]
    """1 credit is 1 US cent."""
    machines: dict[str, Any]
    """As the API says now."""


@discovery.tool("Get capabilities", READS)
async def coasty_get_capabilities(
    api: Api, settings: Settings, offered_tools: OfferedTools
) -> TextResult[Capabilities]:
    """Learn in one free call what this key, this server and its tools can do, and how."""
    receipt = (await api.predictions.list_models()).receipt
    scopes = await _scopes(api)
    offered = {tool for tools in offered_tools.values() for tool in tools}
    answer = Capabilities(
        key_mode=receipt.key_kind or "unknown",
        scopes=scopes,
        toolsets=offered_tools,
        how_to=[line for tool, line in HOW_TO_BY_TOOL.items() if tool in offered],
        transport=settings.transport,
        limits=LIMITS,
    )
    answer.attach(Receipt(request_id=receipt.request_id))
    return text_result(
        answer,
        f"The kind of key is {answer.key_mode}.",
        *_scope_lines(scopes),
        *(f"{toolset}: {', '.join(tools)}" for toolset, tools in offered_tools.items()),
        *answer.how_to,
        *(f"{what}: {limit}" for what, limit in LIMITS.items()),
    )


@discovery.tool("Get pricing", READS)
async def coasty_get_pricing(api: Api) -> TextResult[PriceList]:
    """See what everything costs. 1 credit is 1 US cent."""
    machines = await api.machines.get_pricing()
    answer = PriceList(credits=PRICES, machines=machines.pricing)
    answer.attach(machines.receipt)
    return text_result(answer, *(f"{what}: {price}" for what, price in PRICES.items()))


@discovery.tool("List models", READS)
async def coasty_list_models(api: Api) -> TextResult[ModelsReply]:
    """See the engines (cua_version), the models and the action types there are."""
    models = await api.predictions.list_models()
    return text_result(
        models,
        *map(_engine_line, models.cua_versions),
        *(f"{each.id}: {each.description}" for each in models.models),
        *([f"Actions: {', '.join(models.action_types)}."] if models.action_types else []),
    )


def _engine_line(engine: CuaEngine) -> str:
    name = f"{engine.id} (newest)" if engine.latest else engine.id
    facts = (engine.description, engine.avg_step_time and f"{engine.avg_step_time} a step")
    told = ", ".join(filter(None, facts))
    return f"{name}: {told}" if told else name


async def _scopes(api: Coasty) -> dict[str, bool]:
    """Return whether the key has each scope, leaving out those that nothing is known of.

    The API's refusal names all scopes of a key, so that it lacks every other one.
    """
    _, known = await learn_scopes(api)
    return known if all(known.values()) else {each: known.get(each, False) for each in SCOPES}


def _scope_lines(scopes: dict[str, bool]) -> list[str]:
    has, lacks, unknown = (
        ", ".join(scope for scope in SCOPES if scopes.get(scope) is held)
        for held in (True, False, None)
    )
    return [
        f"Its scopes: {has or 'none'}.",
        *([f"It lacks: {lacks}. The user can mint another key with them."] if lacks else []),
        *([f"Not known yet: {unknown}."] if unknown else []),
    ]
