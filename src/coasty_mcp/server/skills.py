"""The skill over MCP: the Skills extension (SEP-2640), for clients that declare it.

Whoever serves skills has to declare resources, of which other hosts make tools that nobody needs.
So only a client that asks for skills is told of either.
"""

from collections.abc import Callable
from functools import partial
from hashlib import sha256
from typing import Any

from mcp import MCPError
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.mcpserver.resources import TextResource
from mcp.types import INVALID_PARAMS, PaginatedRequestParams, RequestParams

from ..skill import MAIN_FILE, NAME, skill_files
from .context import AppContext
from .mcp_server import CoastyServer

EXTENSION = "io.modelcontextprotocol/skills"
FOLDER = f"skill://{NAME}"
MAIN = f"{FOLDER}/{MAIN_FILE}"
RESOURCES = ("resources/list", "resources/read")
CACHED: dict[str, Any] = {"ttlMs": 3_600_000, "cacheScope": "public"}

Context = ServerRequestContext[AppContext, Any]


class GetSkillParams(RequestParams):
    """The parameters of `skills/get`."""

    uri: str


class SkillsOnRequest:
    """Middleware: serve skills, and tell of them and of resources, where the client asks for them.

    Nothing is read before one does.
    """

    def __init__(self, has_page: bool) -> None:
        """Take whether there are other resources, which every client is told of."""
        self._has_page = has_page
        self._add_files: Callable[[], None] | None = None

    def serve(self, server: CoastyServer) -> None:
        """Answer `skills/list` and `skills/get`, and have the files among the resources."""
        protocol = server.protocol
        protocol.add_request_handler("skills/list", PaginatedRequestParams, _list)
        protocol.add_request_handler("skills/get", GetSkillParams, _get)
        self._add_files = partial(_add_files, server)

    async def __call__(self, ctx: Context, call_next: CallNext) -> HandlerResult:
        if ctx.method in RESOURCES:
            return await self._resources(ctx, call_next, asks=declares_skills(ctx))
        result = await call_next(ctx)
        if ctx.method not in ("server/discover", "initialize") or not isinstance(result, dict):
            return result
        asks = declares_skills(ctx)
        capabilities: dict[str, Any] = {**result["capabilities"]}
        if not (asks or self._has_page):
            capabilities.pop("resources", None)
        if not asks:
            return {**result, "capabilities": capabilities}
        others: dict[str, Any] = capabilities.get("extensions") or {}
        capabilities["extensions"] = {**others, EXTENSION: {}}
        return {**result, "capabilities": capabilities, "cacheScope": "private"}

    async def _resources(self, ctx: Context, call_next: CallNext, *, asks: bool) -> HandlerResult:
        if asks and self._add_files:
            self._add_files()
            self._add_files = None
        result = await call_next(ctx)
        if asks or not isinstance(result, dict) or "resources" not in result:
            return result
        shown = [each for each in result["resources"] if not each["uri"].startswith(FOLDER)]
        return {**result, "resources": shown}


def declares_skills(ctx: Context) -> bool:
    """Return whether the client of a valid request has declared that it reads skills.

    A session learns that only after the answer to its `initialize`.
    """
    if ctx.method == "initialize":
        return EXTENSION in ((ctx.params or {})["capabilities"].get("extensions") or {})
    capabilities = ctx.session.client_capabilities
    return EXTENSION in ((capabilities and capabilities.extensions) or {})


def _add_files(server: CoastyServer) -> None:
    description = frontmatter()["description"]
    for path, text in skill_files().items():
        title, first_words = _opening(text)
        name, about = (NAME, description) if path == MAIN_FILE else (path, first_words)
        server.add_resource(
            TextResource(
                uri=f"{FOLDER}/{path}",
                name=name,
                title=title,
                description=about,
                mime_type="text/markdown",
                text=text,
            )
        )


def _opening(text: str) -> tuple[str, str]:
    """Return the heading of a file, and its first paragraph as one line."""
    heading, paragraph = text[text.index("# ") + 2 :].split("\n\n", 2)[:2]
    return heading, " ".join(paragraph.split())


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
