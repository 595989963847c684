"""Hosts as npm has them: how each is told which model to ask, and how to do so without a person."""

import json
from dataclasses import dataclass, field

TASK = '"Start a Linux desktop and look at it."'


@dataclass(frozen=True, kw_only=True)
class Real:
    """A host. <model> and <api> stand for the addresses of the model and of the sandbox."""

    name: str
    package: str
    file: str
    """What its file has in it before."""
    lists: str
    """The command that lists its servers."""
    listed: str
    """What that has to say, as a pattern."""
    asks: str
    """The command that gives it a task, and leave to use our tools."""
    shows: tuple[str, str]
    """What of a result reaches the model, and what of one with a picture."""
    variables: dict[str, str] = field(default_factory=dict[str, str])


_OPENCODE = {"anthropic": {"options": {"baseURL": "<model>/v1", "apiKey": "none"}}}

REAL = (
    Real(
        name="claude_code",
        package="@anthropic-ai/claude-code@2.1.332",
        file='{\n  "numStartups": 1\n}\n',
        lists="claude mcp list",
        listed=r"coasty: \S*coasty-mcp +- ✔ Connected",
        asks=f"claude -p {TASK} --allowedTools 'mcp__coasty__*'",
        shows=("structured", "picture and text"),
        variables={
            "ANTHROPIC_API_KEY": "none",
            "ANTHROPIC_BASE_URL": "<model>",
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "DISABLE_AUTOUPDATER": "1",
            "DISABLE_TELEMETRY": "1",
            "MCP_CONNECT_TIMEOUT_MS": "30000",  # it asks its model without slower servers
            "MCP_CONNECTION_NONBLOCKING": "0",
        },
    ),
    Real(
        name="gemini",
        package="@google/gemini-cli@0.61.0",
        file='{\n  // mine\n  "ui": { "hideTips": true }\n}\n',
        lists="gemini mcp list",
        listed=r"✓ coasty: .*Connected",
        asks=f"gemini --approval-mode yolo -p {TASK}",
        shows=("text", "picture and text"),
        variables={
            "GEMINI_CLI_TRUST_WORKSPACE": "true",
            "GEMINI_TELEMETRY_ENABLED": "false",
            "GOOGLE_API_KEY": "none",
            "GOOGLE_GENAI_USE_VERTEXAI": "true",
            "GOOGLE_VERTEX_BASE_URL": "<model>",
        },
    ),
    Real(
        name="opencode",
        package="opencode-ai@1.18.33",
        file='{\n  // mine\n  "$schema": "https://opencode.ai/config.json"\n}\n',
        lists="opencode mcp list",
        listed=r"✓ coasty .*connected",
        asks=f"opencode run --model anthropic/claude-sonnet-4-5 {TASK}",
        shows=("text", "picture and text"),
        variables={
            "OPENCODE_CONFIG_CONTENT": json.dumps({"provider": _OPENCODE}),
            "OPENCODE_DISABLE_AUTOUPDATE": "1",
            "OPENCODE_DISABLE_MODELS_FETCH": "1",
        },
    ),
    Real(
        name="copilot_cli",
        package="@github/copilot@1.0.102",
        file='{\n  "mcpServers": {}\n}\n',
        lists="copilot mcp list",
        listed=r"coasty \(local\)",
        asks=f"copilot -p {TASK} --allow-tool coasty",
        shows=("structured and text", "text"),
        variables={
            "COPILOT_MODEL": "claude-sonnet-4.5",
            "COPILOT_OFFLINE": "true",
            "COPILOT_PROVIDER_API_KEY": "none",
            "COPILOT_PROVIDER_BASE_URL": "<model>",
            "COPILOT_PROVIDER_TYPE": "anthropic",
        },
    ),
    Real(
        name="codex",
        package="@openai/codex@0.169.0",
        file="# mine\ncheck_for_update_on_startup = false\n",
        lists="codex mcp list",
        listed=r"coasty .*enabled",
        asks="codex exec --skip-git-repo-check -m gpt-5.1-codex -c model_provider=ours"
        " -c model_providers.ours.name=ours -c model_providers.ours.base_url=<model>/v1"
        " -c mcp_servers.coasty.required=true"
        " -c mcp_servers.coasty.default_tools_approval_mode=approve"
        f" -c mcp_servers.coasty.env.COASTY_BASE_URL=<api> {TASK}",
        shows=("structured", "picture and text"),
    ),
)
