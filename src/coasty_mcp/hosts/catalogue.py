"""The hosts. Everything that differs between them is data in these records."""

from collections.abc import Mapping

from .host import KEY, NAME, Host, Platform

_ENVIRONMENT = f"the variable `{KEY}` of your environment"
_BY_HAND = f'`"env": {{"{KEY}": "..."}}`, which you add to the block'


def _home(file: str) -> Mapping[Platform, tuple[str, ...]]:
    """The same place below the home folder on each platform."""
    return dict.fromkeys(("darwin", "win32", "linux"), (file,))


def _places(darwin: str, win32: str, linux: str) -> Mapping[Platform, tuple[str, ...]]:
    return {"darwin": (darwin,), "win32": (win32,), "linux": (linux,)}


HOSTS = (
    Host(
        name="claude_desktop",
        title="Claude Desktop",
        format="json",
        user={
            "darwin": ("{home}/Library/Application Support/Claude/claude_desktop_config.json",),
            "win32": (  # the app from the store reads its own copy
                "{localappdata}/Packages/Claude_*/LocalCache/Roaming/Claude/claude_desktop_config.json",
                "{appdata}/Claude/claude_desktop_config.json",
            ),
            "linux": ("{config}/Claude/claude_desktop_config.json",),
        },
        path=("mcpServers", NAME),
        key_in_file=True,
        key_comes_from=_BY_HAND,
        restart="Quit Claude Desktop entirely (closing its window is not enough) and open it.",
        shows="Settings > Developer lists coasty as running; the tools menu has its tools.",
    ),
    Host(
        name="claude_code",
        title="Claude Code",
        format="json",
        user=_home("{claude}/.claude.json"),
        project=".mcp.json",
        path=("mcpServers", NAME),
        extra={"type": "stdio"},
        key=f"${{{KEY}:-}}",
        key_comes_from=_ENVIRONMENT,
        restart="Start a new session; a project's file is asked about once.",
        shows="`/mcp` lists coasty as connected.",
    ),
    Host(
        name="cursor",
        title="Cursor",
        format="jsonc",
        user=_home("{home}/.cursor/mcp.json"),
        project=".cursor/mcp.json",
        path=("mcpServers", NAME),
        key=f"${{env:{KEY}}}",
        key_comes_from=_ENVIRONMENT,
        restart="Open Cursor's MCP settings and switch coasty on.",
        shows="A green dot beside coasty, with its tools.",
    ),
    Host(
        name="windsurf",
        title="Windsurf",
        format="json",
        user=_home("{home}/.codeium/windsurf/mcp_config.json"),
        path=("mcpServers", NAME),
        key=f"${{env:{KEY}}}",
        key_comes_from=_ENVIRONMENT,
        restart="Press refresh in Cascade's MCP settings.",
        shows="coasty and its tools in Cascade's list of MCP servers.",
    ),
    Host(
        name="vscode",
        title="VS Code",
        format="jsonc",
        user=_places(
            "{home}/Library/Application Support/Code/User/mcp.json",
            "{appdata}/Code/User/mcp.json",
            "{config}/Code/User/mcp.json",
        ),
        project=".vscode/mcp.json",
        path=("servers", NAME),
        extra={"type": "stdio"},
        key="${input:coasty_key}",
        prompt=(
            ("inputs", "coasty_key"),
            {
                "id": "coasty_key",
                "type": "promptString",
                "description": "Coasty API key",
                "password": True,
            },
        ),
        key_comes_from="VS Code, which asks for it once and keeps it as a secret",
        restart="Press Start above the block in mcp.json.",
        shows="The tools of coasty in the tools picker of agent mode.",
    ),
    Host(
        name="gemini",
        title="Gemini CLI",
        format="jsonc",
        user=_home("{home}/.gemini/settings.json"),
        project=".gemini/settings.json",
        path=("mcpServers", NAME),
        key=f"${KEY}",
        key_comes_from=_ENVIRONMENT,
        restart="Start `gemini` again, in a folder that you trust: in others it runs no servers.",
        shows="`/mcp` lists coasty as ready.",
    ),
    Host(
        name="codex",
        title="Codex",
        format="toml",
        user=_home("{codex}/config.toml"),
        project=".codex/config.toml",
        path=("mcp_servers", NAME),
        key_names="env_vars",
        key_comes_from=_ENVIRONMENT,
        restart="Start `codex` again; a project's file counts only in a trusted project.",
        shows="`/mcp` lists coasty and its tools.",
    ),
    Host(
        name="opencode",
        title="opencode",
        format="jsonc",
        user=_home("{config}/opencode/opencode.json"),
        project="opencode.json",
        path=("mcp", NAME),
        newer_path=("mcp", "servers", NAME),
        extra={"type": "local"},
        args=None,
        env="environment",
        key=f"{{env:{KEY}}}",
        key_comes_from=_ENVIRONMENT,
        restart="Start `opencode` again.",
        shows="`opencode mcp list` shows coasty as connected.",
    ),
    Host(
        name="zed",
        title="Zed",
        format="jsonc",
        user=_places(
            "{config}/zed/settings.json",
            "{appdata}/Zed/settings.json",
            "{config}/zed/settings.json",
        ),
        path=("context_servers", NAME),
        key_comes_from=_BY_HAND,
        restart="Nothing: Zed reads the file as soon as it changes.",
        shows="A green dot beside coasty in the settings of the agent panel.",
    ),
    Host(
        name="jetbrains",
        title="JetBrains IDEs (Junie)",
        format="json",
        user=_home("{home}/.junie/mcp/mcp.json"),
        project=".junie/mcp/mcp.json",
        path=("mcpServers", NAME),
        key_comes_from=_BY_HAND,
        restart="Reopen the project. For AI Assistant, paste the file in Settings > Tools > "
        "AI Assistant > Model Context Protocol.",
        shows="coasty in the list of MCP servers in the settings.",
    ),
    Host(
        name="goose",
        title="goose",
        format="yaml",
        user=_places(
            "{config}/goose/config.yaml",
            "{appdata}/Block/goose/config/config.yaml",
            "{config}/goose/config.yaml",
        ),
        path=("extensions", NAME),
        extra={
            "type": "stdio",
            "name": NAME,
            "description": "Cloud desktops to look at and to act on",
            "enabled": True,
            "timeout": 60,
        },
        command="cmd",
        env="envs",
        key_names="env_keys",
        key_comes_from=f"goose's own secrets, or {_ENVIRONMENT}",
        restart="Start a new goose session.",
        shows="coasty among the extensions, switched on.",
    ),
    Host(
        name="lmstudio",
        title="LM Studio",
        format="json",
        user=_home("{home}/.lmstudio/mcp.json"),
        path=("mcpServers", NAME),
        key_comes_from=_BY_HAND,
        restart="Nothing: LM Studio reads the file as soon as it is saved.",
        shows="mcp/coasty in the Program tab, with a switch.",
    ),
    Host(
        name="copilot_cli",
        title="GitHub Copilot CLI",
        format="json",
        user=_home("{home}/.copilot/mcp-config.json"),
        path=("mcpServers", NAME),
        extra={"type": "local", "tools": ["*"]},
        key=f"${{{KEY}}}",
        key_comes_from=_ENVIRONMENT,
        restart="Start `copilot` again.",
        shows="`/mcp show` lists coasty.",
    ),
)
BY_NAME = {host.name: host for host in HOSTS}
