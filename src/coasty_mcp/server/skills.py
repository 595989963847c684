"""The skill over MCP: the Skills extension (SEP-2640), for clients that declare it.

Whoever serves skills has to declare resources, of which other hosts make tools that nobody needs.
So only a client that asks for skills is told of either.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from mcp import MCPError
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.mcpserver.resources import TextResource
from mcp.types import INVALID_PARAMS, METHOD_NOT_FOUND, PaginatedRequestParams, RequestParams

from ..skill import MAIN_FILE, NAME, skill_files
from .context import AppContext
from .mcp_server import CoastyServer

EXTENSION = "io.modelcontextprotocol/skills"
FOLDER = f"skill://{NAME}"
MAIN = f"{FOLDER}/{MAIN_FILE}"
RESOURCES = ("resources/list", "resources/read", "resources/templates/list")
CACHED: dict[str, Any] = {"ttlMs": 3_600_000, "cacheScope": "public"}

Context = ServerRequestContext[AppContext, Any]


class GetSkillParams(RequestParams):
    """The parameters of `skills/get`."""

    uri: str


@dataclass(frozen=True)
class SkillsOnRequest:
    """Middleware: tell of skills and resources where the client declared the extension.

    `has_page` is whether there are other resources, which every client is told of.
    """

    has_page: bool

    async def __call__(self, ctx: Context, call_next: CallNext) -> HandlerResult:
        asks = declares_skills(ctx)
        if ctx.method in RESOURCES and not (asks or self.has_page):
            raise MCPError(METHOD_NOT_FOUND, "Method not found", ctx.method)
        result = await call_next(ctx)
        if ctx.method not in ("server/discover", "initialize") or not isinstance(result, dict):
            return result
        capabilities: dict[str, Any] = {**result["capabilities"]}
        if not (asks or self.has_page):
            capabilities.pop("resources", None)
        if not asks:
            return {**result, "capabilities": capabilities}
        others: dict[str, Any] = capabilities.get("extensions") or {}
        capabilities["extensions"] = {**others, EXTENSION: {}}
        return {**result, "capabilities": capabilities, "cacheScope": "private"}


def declares_skills(ctx: Context) -> bool:
    """Return whether the client of a request has declared that it reads skills."""
    capabilities = ctx.session.client_capabilities
    return EXTENSION in ((capabilities and capabilities.extensions) or {})


def add_skill(server: CoastyServer) -> None:
    """Serve the skill's files as resources, and its entry by `skills/list` and `skills/get`."""
    head = frontmatter()
    for path, text in skill_files().items():
        name, description = (NAME, head["description"]) if path == MAIN_FILE else (path, None)
        server.add_resource(
            TextResource(
                uri=f"{FOLDER}/{path}",
                name=name,
                description=description,
                mime_type="text/markdown",
                text=text,
            )
        )
    protocol = server.protocol
    protocol.add_request_handler("skills/list", PaginatedRequestParams, _list)
    protocol.add_request_handler("skills/get", GetSkillParams, _get)


def frontmatter() -> dict[str, str]:
    """Return the head of the skill's main file, whose values are plain text."""
    _, head, _ = skill_files()[MAIN_FILE].split("---\n", 2)
    return dict(line.split(": ", 1) for line in head.splitlines())


def entry() -> dict[str, Any]:
    """Return the skill as the extension describes it: a digest and a size for each file."""
    files = {f"{FOLDER}/{path}": text.encode() for path, text in skill_files().items()}
    resources = [
        {"uri": uri, "digest": f"sha256:{sha256(data).hexdigest()}", "size": len(data)}
        for uri, data in files.items()
    ]
    return {"uri": MAIN, "frontmatter": frontmatter(), "resources": resources}


async def _list(_: Context, __: PaginatedRequestParams) -> HandlerResult:
    return {"skills": [entry()], **CACHED}


async def _get(_: Context, wanted: GetSkillParams) -> HandlerResult:
    if wanted.uri != MAIN:
        raise MCPError(INVALID_PARAMS, f"There is no such skill. There is {MAIN}.")
    return {"skill": entry(), **CACHED}
