"""A tool as the SDK serves it: arguments checked, the person asked, failures put into words."""

import logging
import time
from typing import Any, cast

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool as SdkTool
from mcp.types import CallToolResult, InputRequiredResult
from pydantic import ValidationError

from ..api.errors import Bug, CoastyError, InvalidRequest
from ..api.rules import explain_errors, flattened, unknown_name
from ..api.wire.base import Reply
from ..settings import Settings
from .allowed_paths import allowed_folders, confined
from .consent import consent
from .context import App
from .rendering import REQUEST_ID, call_facts, refusal, rendered
from .results import ImageResult, TextResult
from .schema import input_schema, local_arguments, output_schema
from .tool import Tool

log = logging.getLogger(__name__)


class PublishedTool(SdkTool):
    """A tool as the SDK serves it."""

    offered: frozenset[str] = frozenset()
    """The tools that there are: no result points to another."""
    paths: frozenset[str] = frozenset()
    """The arguments that name files on this computer."""
    asks: bool = False
    """Whether the person is asked before, on a live key."""

    async def run(
        self, arguments: dict[str, Any], context: Context[Any, Any], convert_result: bool = False
    ) -> CallToolResult | InputRequiredResult:
        started = time.monotonic()
        result = await self._answer(arguments, context)
        _log(self.name, result, 1000 * (time.monotonic() - started))
        return result

    async def _answer(
        self, arguments: dict[str, Any], context: Context[App]
    ) -> CallToolResult | InputRequiredResult:
        app = context.request_context.lifespan_context
        with app.ledger.billing() as bill:
            try:
                answer = await self._carried_out(arguments, context)
            except CoastyError as error:
                return refusal(error.during(self.name), call_facts(self, app, bill))
            except ToolError as error:
                ours = self._reason(error).during(self.name)
                return refusal(ours, call_facts(self, app, bill))
        if isinstance(answer, InputRequiredResult):  # a question to the person, on its way
            return answer
        return rendered(answer, self.offered, call_facts(self, app, bill))

    async def _carried_out(
        self, arguments: dict[str, Any], context: Context[App]
    ) -> TextResult[Reply] | ImageResult | InputRequiredResult:
        """Once nothing speaks against it any more."""
        _refuse_unknown(arguments, self.parameters["properties"])
        try:
            self.fn_metadata.validate_arguments(arguments)
        except ValidationError as error:
            raise InvalidRequest(explain_errors(error, self.fn_metadata.arg_model)) from error
        settings = context.request_context.lifespan_context.settings
        given = arguments | self._confined(arguments, settings)
        asking = await consent(self, self.asks, given, context)
        return asking or await super().run(given, context)

    def _confined(self, arguments: dict[str, Any], settings: Settings) -> dict[str, str]:
        """The arguments that name files, as where they really lead."""
        paths = {name: arguments[name] for name in self.paths if arguments.get(name)}
        folders = allowed_folders(settings.files_dir) if paths else []
        return {name: confined(path, folders) for name, path in paths.items()}

    def _reason(self, error: ToolError) -> CoastyError:
        """What the SDK wrapped: one of our errors, or else a bug."""
        match error.__cause__:
            case CoastyError() as ours:
                return ours
            case _:
                log.error("%s raised an unexpected exception", self.name, exc_info=error)
                return Bug("The server ran into an unexpected problem.")


def publish(tool: Tool, offered: frozenset[str], *, local: bool = True) -> SdkTool:
    """The tool for the SDK, among those offered; `local` when server and host share a disk."""
    made = PublishedTool.from_function(
        tool.function,
        title=tool.title,
        description=tool.description,
        annotations=tool.effect,
        structured_output=False,
    )
    published = cast("PublishedTool", made)
    published.asks = tool.asks
    published.offered = offered
    demanded = flattened(published.parameters)
    published.paths = local_arguments(demanded)
    published.parameters = input_schema(demanded, local=local)
    if tool.reply:
        published.fn_metadata.output_schema = output_schema(tool.reply)
    return published


def _refuse_unknown(arguments: dict[str, Any], known: dict[str, Any]) -> None:
    if surplus := [unknown_name(name, known) for name in arguments if name not in known]:
        raise InvalidRequest(" ".join(surplus))


def _log(name: str, result: CallToolResult | InputRequiredResult, milliseconds: float) -> None:
    """One line for each call; never what it was about."""
    outcome, request = "asks", None
    if isinstance(result, CallToolResult):
        failed: dict[str, Any] = (result.structured_content or {}) if result.is_error else {}
        facts: dict[str, Any] = failed.get("error", {})
        outcome = facts.get("code", "ok")
        request = facts.get("request_id") or (result.meta or {}).get(REQUEST_ID)
    log.info("%s %s in %.0f ms (%s)", name, outcome, milliseconds, request or "no request")
