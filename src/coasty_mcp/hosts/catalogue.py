"""The hosts that coasty-mcp can be installed in, as data."""

from collections.abc import Mapping

from .host import KEY_VARIABLE, SERVER_NAME, Host, Platform

_ENVIRONMENT = f"the variable `{KEY_VARIABLE}` of your environment"
_BY_HAND = f'`"env": {{"{KEY_VARIABLE}": "..."}}`, which you add to the block'


def _everywhere(file: str) -> Mapping[Platform, tuple[str, ...]]:
    """Return the same file for each platform."""
    return dict.fromkeys(("darwin", "win32", "linux"), (file,))


def _per_platform(darwin: str, win32: str, linux: str) -> Mapping[Platform, tuple[str, ...]]:
    return {"darwin": (darwin,), "win32": (win32,), "linux": (linux,)}


HOSTS = (
    Host(
        name="claude_desktop",
        title="Claude Desktop",
        format="json",
        user_files={
            "darwin": ("{home}/Library/Application Support/Claude/claude_desktop_config.json",),
            "win32": (  # the app from the store reads its own copy
                "{localappdata}/Packages/Claude_*/LocalCache/Roaming/Claude/claude_desktop_config.json",
                "{appdata}/Claude/claude_desktop_config.json",
            ),
            "linux": ("{config}/Claude/claude_desktop_config.json",),
        },
        entry_path=("mcpServers", SERVER_NAME),
        needs_key_in_file=True,
        key_source=_BY_HAND,
        restart_hint="Quit Claude Desktop entirely (closing its window is not enough) and open it.",
        success_sign="Settings > Developer lists coasty as running; the tools menu has its tools.",
    ),
    Host(
        name="claude_code",
        title="Claude Code",
        format="json",
        user_files=_everywhere("{claude}/.claude.json"),
        project_file=".mcp.json",
        entry_path=("mcpServers", SERVER_NAME),
        extra_fields={"type": "stdio"},
        key_reference=f"${{{KEY_VARIABLE}:-}}",
        key_source=_ENVIRONMENT,
        restart_hint="Start a new session; a project's file is asked about once.",
        success_sign="`/mcp` lists coasty as connected.",
    ),
    Host(
        name="cursor",
        title="Cursor",
        format="jsonc",
        user_files=_everywhere("{home}/.cursor/mcp.json"),
        project_file=".cursor/mcp.json",
        entry_path=("mcpServers", SERVER_NAME),
        key_reference=f"${{env:{KEY_VARIABLE}}}",
        key_source=_ENVIRONMENT,
        restart_hint="Open Cursor's MCP settings and switch coasty on.",
        success_sign="A green dot beside coasty, with its tools.",
    ),
    Host(
        name="windsurf",
        title="Windsurf",
        format="json",
        user_files=_everywhere("{home}/.codeium/windsurf/mcp_config.json"),
        entry_path=("mcpServers", SERVER_NAME),
        key_reference=f"${{env:{KEY_VARIABLE}}}",
        key_source=_ENVIRONMENT,
        restart_hint="Press refresh in Cascade's MCP settings.",
        success_sign="coasty and its tools in Cascade's list of MCP servers.",
    ),
    Host(
        name="vscode",
        title="VS Code",
        format="jsonc",
        user_files=_per_platform(
            "{home}/Library/Application Support/Code/User/mcp.json",
            "{appdata}/Code/User/mcp.json",
            "{config}/Code/User/mcp.json",
        ),
        project_file=".vscode/mcp.json",
        entry_path=("servers", SERVER_NAME),
        extra_fields={"type": "stdio"},
        key_reference="${input:coasty_key}",
        key_prompt=(
            ("inputs", "coasty_key"),
            {
                "id": "coasty_key",
                "type": "promptString",
                "description": "Coasty API key",
                "password": True,
            },
        ),
        key_source="VS Code, which asks for it once and keeps it as a secret",
        restart_hint="Press Start above the block in mcp.json.",
        success_sign="The tools of coasty in the tools picker of agent mode.",
    ),
    Host(
        name="gemini",
        title="Gemini CLI",
        format="jsonc",
        user_files=_everywhere("{gemini}/.gemini/settings.json"),
        project_file=".gemini/settings.json",
        entry_path=("mcpServers", SERVER_NAME),
        key_reference=f"${KEY_VARIABLE}",
        key_source=_ENVIRONMENT,
        restart_hint="Start `gemini` again, in a folder that you trust: in others it runs no "
        "servers.",
        success_sign="`/mcp` lists coasty as ready.",
    ),
    Host(
        name="qwen",
        title="Qwen Code",
        format="jsonc",
        user_files=_everywhere("{qwen}/settings.json"),
        project_file=".qwen/settings.json",
        entry_path=("mcpServers", SERVER_NAME),
        key_reference=f"${KEY_VARIABLE}",
        key_source=_ENVIRONMENT,
        restart_hint="Start `qwen` again.",
        success_sign="`/mcp` lists coasty as ready.",
    ),
    Host(
        name="codex",
        title="Codex",
        format="toml",
        user_files=_everywhere("{codex}/config.toml"),
        project_file=".codex/config.toml",
        entry_path=("mcp_servers", SERVER_NAME),
        extra_fields={"required": True, "default_tools_approval_mode": "approve"},
        variable_list_field="env_vars",
        key_source=_ENVIRONMENT,
        restart_hint="Start `codex` again; a project's file counts only in a trusted project.",
        success_sign="`/mcp` lists coasty and its tools.",
    ),
    Host(
        name="opencode",
        title="opencode",
        format="jsonc",
        user_files=_everywhere("{config}/opencode/opencode.json"),
        project_file="opencode.json",
        entry_path=("mcp", SERVER_NAME),
        newer_entry_path=("mcp", "servers", SERVER_NAME),
        extra_fields={"type": "local"},
        args_field=None,
        env_field="environment",
        key_reference=f"{{env:{KEY_VARIABLE}}}",
        key_source=_ENVIRONMENT,
        restart_hint="Start `opencode` again.",
        success_sign="`opencode mcp list` shows coasty as connected.",
    ),
    Host(
        name="zed",
        title="Zed",
        format="jsonc",
        user_files=_per_platform(
            "{config}/zed/settings.json",
            "{appdata}/Zed/settings.json",
            "{config}/zed/settings.json",
        ),
        entry_path=("context_servers", SERVER_NAME),
        key_source=_BY_HAND,
        restart_hint="Nothing: Zed reads the file as soon as it changes.",
        success_sign="A green dot beside coasty in the settings of the agent panel.",
    ),
    Host(
        name="jetbrains",
        title="JetBrains IDEs (Junie)",
        format="json",
        user_files=_everywhere("{home}/.junie/mcp/mcp.json"),
        project_file=".junie/mcp/mcp.json",
        entry_path=("mcpServers", SERVER_NAME),
        key_source=_BY_HAND,
        restart_hint="Reopen the project. For AI Assistant, paste the file in Settings > Tools > "
        "AI Assistant > Model Context Protocol.",
        success_sign="coasty in the list of MCP servers in the settings.",
    ),
    Host(
        name="goose",
        title="goose",
        format="yaml",
        user_files=_per_platform(
            "{config}/goose/config.yaml",
            "{appdata}/Block/goose/config/config.yaml",
            "{config}/goose/config.yaml",
        ),
        entry_path=("extensions", SERVER_NAME),
        extra_fields={
            "type": "stdio",
            "name": SERVER_NAME,
            "description": "Cloud desktops to look at and to act on",
            "enabled": True,
            "timeout": 60,
        },
        command_field="cmd",
        env_field="envs",
        variable_list_field="env_keys",
        key_source=f"goose's own secrets, or {_ENVIRONMENT}",
        restart_hint="Start a new goose session.",
        success_sign="coasty among the extensions, switched on.",
    ),
    Host(
        name="lmstudio",
        title="LM Studio",
        format="json",
        user_files=_everywhere("{home}/.lmstudio/mcp.json"),
        entry_path=("mcpServers", SERVER_NAME),
        key_source=_BY_HAND,
        restart_hint="Nothing: LM Studio reads the file as soon as it is saved.",
        success_sign="mcp/coasty in the Program tab, with a switch.",
    ),
    Host(
        name="copilot_cli",
        title="GitHub Copilot CLI",
        format="json",
        user_files=_everywhere("{copilot}/mcp-config.json"),
        entry_path=("mcpServers", SERVER_NAME),
        extra_fields={"type": "local", "tools": ["*"]},
        key_reference=f"${{{KEY_VARIABLE}:-}}",
        key_source=_ENVIRONMENT,
        restart_hint="Start `copilot` again.",
        success_sign="`/mcp show` lists coasty.",
    ),
)
BY_NAME = {host.name: host for host in HOSTS}
