"""The SDK's tool, with arguments checked, the person asked and failures put into words."""

import logging
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool as SdkTool
from mcp.types import CallToolResult, InputRequiredResult
from pydantic import Field, ValidationError

from ..api.errors import Bug, CoastyError, InvalidRequest
from ..api.redaction import secrets_of_caller
from ..api.rules import Schema, explain_errors, flattened
from ..api.wire.base import Reply
from ..money import Bill
from ..recording import FinishedCall
from ..settings import Settings
from .allowed_paths import allowed_folders, confined
from .arguments import PlainMetadata, normalised
from .consent import consent
from .consequences import Consequence
from .context import AppContext, api_of
from .machine_names import with_machine_id
from .rendering import REQUEST_ID, call_facts, refusal, rendered, without_secrets
from .results import ImageResult, TextResult
from .schema import input_schema, local_arguments, output_schema, without_local_arguments
from .tool import MachinesOf, Tool

log = logging.getLogger(__name__)


class PublishedTool(SdkTool):
    """The SDK's tool, which answers every call with a result and raises nothing."""

    offered: frozenset[str] = frozenset()
    """The names of all tools that are offered: no result suggests another."""
    path_arguments: frozenset[str] = frozenset()
    """The arguments that name files on this computer."""
    full_schema: Schema = Field(default_factory=dict[str, Any])
    """The flat schema of its arguments, with the rules that are not published."""
    asks: Consequence | None = None
    """Says of which calls the person is asked first, and why."""
    machine: str = ""
    """The machine that it is about, where it does not take one."""
    machines_of: MachinesOf | None = None
    """What leads to the machines that it acts on, where no argument names them."""
    for_page: bool = False
    """Whether it acts for the person, who is not told or kept from it, and seldom asked."""

    async def run(
        self, arguments: dict[str, Any], context: Context[Any, Any], convert_result: bool = False
    ) -> CallToolResult | InputRequiredResult:
        app: AppContext = context.request_context.lifespan_context
        started_at, started = datetime.now(UTC), time.monotonic()
        with app.budget.billing() as bill, secrets_of_caller(app.shown_once):
            given = arguments
            try:
                given, dropped = self._given(arguments)
                given = await with_machine_id(given, context)
                result = await self._result(given, dropped, context, bill)
            except CoastyError as error:
                failed = error.during(self.name, given)
                result = refusal(failed, call_facts(self, app, bill), self.offered)
            seconds = time.monotonic() - started
            if isinstance(result, CallToolResult):
                result = without_secrets(result, app.secrets)
                call = FinishedCall(
                    self.name,
                    app.secrets.hidden_in(given),
                    result,
                    started_at,
                    seconds,
                    credits=bill.charged or 0,
                    untrusted=self._is_untrusted(result),
                    machine_id=self._machine(given),
                )
                for observe in () if self.for_page else app.observers:
                    observe(call)
        _log(self.name, result, 1000 * seconds)
        return result

    async def _result(
        self, given: dict[str, Any], dropped: list[str], context: Context[AppContext], bill: Bill
    ) -> CallToolResult | InputRequiredResult:
        app = context.request_context.lifespan_context
        answer = await self._checked_run(given, context)
        if isinstance(answer, InputRequiredResult):  # a question to the person, on its way
            return answer
        noted = app.control.note_for_model(self._machine(given))
        answer = replace(answer, warnings=(*answer.warnings, *dropped, *noted))
        return rendered(answer, self.offered, call_facts(self, app, bill))

    def _given(self, arguments: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
        """Return the arguments as the schema means them, and warnings about those dropped."""
        reads = self.annotations and self.annotations.read_only_hint
        return normalised(
            arguments, self.full_schema, careful=not reads, elsewhere=self.path_arguments
        )

    async def _checked_run(
        self, arguments: dict[str, Any], context: Context[AppContext]
    ) -> TextResult[Reply] | ImageResult | InputRequiredResult:
        """Validate the arguments, ask for consent where it is needed, then run the tool."""
        try:
            validated = self.fn_metadata.validate_arguments(arguments)
        except ValidationError as error:
            raise InvalidRequest(explain_errors(error, self.fn_metadata.arg_model)) from error
        app = context.request_context.lifespan_context
        app.secrets.require_known(arguments)
        paths = self._confined(arguments, app.settings)
        if self.for_page:
            app.require_page(validated["key"])
            asked = self.asks and self.asks(validated, app.settings)
            asking = await consent(self, self.asks, validated, context) if asked else None
            return asking or await self._run(arguments, context)
        with app.control.acting(await self._machines(validated, context)):
            asking = await consent(self, self.asks, validated | paths, context)
            return asking or await self._run(arguments | paths, context)

    async def _run(
        self, arguments: dict[str, Any], context: Context[AppContext]
    ) -> TextResult[Reply] | ImageResult:
        try:
            return await super().run(arguments, context)
        except ToolError as error:
            raise self._cause(error) from error

    def _machine(self, arguments: dict[str, Any]) -> str:
        """Return the machine that the call names, or that the tool is about; "" without one."""
        given = arguments.get("machine_id")
        return given if given and isinstance(given, str) else self.machine

    async def _machines(self, arguments: dict[str, Any], context: Context[AppContext]) -> set[str]:
        """Return the machines that the call acts on.

        Those that it does not name are asked for only while the person holds a machine.
        """
        if self.annotations and self.annotations.read_only_hint:
            return set()
        named = {self._machine(arguments)} - {""}
        held = context.request_context.lifespan_context.control.held()
        if not (held and self.machines_of):
            return named
        from .machines_of_call import held_machines

        api = await api_of(context)
        return named | await held_machines(held, self.machines_of, api, arguments)

    def _confined(self, arguments: dict[str, Any], settings: Settings) -> dict[str, str]:
        """Return the arguments that name files, as the paths that they really lead to."""
        paths = {name: arguments[name] for name in self.path_arguments if arguments.get(name)}
        folders = allowed_folders(settings.files_dir) if paths else []
        return {name: confined(path, folders) for name, path in paths.items()}

    def _is_untrusted(self, result: CallToolResult) -> bool:
        """Return whether words of a machine or an agent may stand in the result."""
        said: dict[str, Any] = result.structured_content or {}
        marked = "untrusted" in said or "untrusted" in said.get("error", {})
        return marked or not (self.annotations and self.annotations.open_world_hint is False)

    def _cause(self, error: ToolError) -> CoastyError:
        """Return the CoastyError that the SDK wrapped; anything else is a bug, and logged."""
        match error.__cause__:
            case CoastyError() as ours:
                return ours
            case _:
                log.error("%s raised an unexpected exception", self.name, exc_info=error)
                return Bug("The server ran into an unexpected problem.")


def publish(tool: Tool, offered: frozenset[str], *, local: bool = True) -> SdkTool:
    """Return the tool as the SDK serves it.

    `offered` names all tools that are; `local` says that server and host share a disk.
    """
    made = PublishedTool.from_function(
        tool.function,
        title=tool.title,
        description=tool.description,
        annotations=tool.effect,
        structured_output=False,
        meta=_meta(tool) or None,
    )
    published = cast("PublishedTool", made)
    published.asks, published.for_page = tool.asks, tool.for_page
    published.machine, published.machines_of = tool.machine, tool.machines_of
    published.offered = offered
    full_schema = flattened(published.parameters)
    published.full_schema = full_schema if local else without_local_arguments(full_schema)
    published.path_arguments = local_arguments(full_schema)
    published.fn_metadata = PlainMetadata(arg_model=made.fn_metadata.arg_model)
    published.parameters = input_schema(full_schema, local=local)
    if tool.reply:
        published.fn_metadata.output_schema = output_schema(tool.reply)
    return published


def _meta(tool: Tool) -> dict[str, Any]:
    """Return what Claude Code's search for tools reads, and what hosts with MCP Apps do."""
    hint = {"anthropic/searchHint": tool.search_hint} if tool.search_hint else {}
    shown = {"resourceUri": tool.page} if tool.page else {}
    shown |= {"visibility": ["app"]} if tool.for_page else {}
    page = {"ui": shown} if shown else {}
    return hint | page | ({"anthropic/alwaysLoad": True} if tool.always_load else {})


def _log(name: str, result: CallToolResult | InputRequiredResult, milliseconds: float) -> None:
    """Log one line for the call, without its arguments."""
    outcome, request = "asks", None
    if isinstance(result, CallToolResult):
        failed: dict[str, Any] = (result.structured_content or {}) if result.is_error else {}
        facts: dict[str, Any] = failed.get("error", {})
        outcome = facts.get("code", "ok")
        request = facts.get("request_id") or (result.meta or {}).get(REQUEST_ID)
    log.info("%s %s in %.0f ms (%s)", name, outcome, milliseconds, request or "no request")
