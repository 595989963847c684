"""Hosts from npm, and how each is run without a person against a model of ours."""

import json
from dataclasses import dataclass, field

GOAL = "Open the browser please"
TASK = '"Start a Linux desktop and look at it."'


@dataclass(frozen=True, kw_only=True)
class RealHost:
    """A host from npm. <model> and <api> stand for the addresses of the model and the sandbox."""

    name: str
    package: str
    config: str
    """The content of its configuration file before the test."""
    list_command: str
    """The command that lists its servers."""
    listed: str
    """What that has to print, as a pattern."""
    task_command: str
    """The command that gives it a task, with leave to use our tools."""
    variables: dict[str, str] = field(default_factory=dict[str, str])
    prompt_command: str = ""
    """The command that gives it our prompt with `GOAL`, typed as a person types it."""
    searches: tuple[str, ...] = ()
    """What its model searches for to find our machine tools, where it searches for tools."""


_OPENCODE = {"anthropic": {"options": {"baseURL": "<model>/v1", "apiKey": "none"}}}

REAL_HOSTS = (
    RealHost(
        name="claude_code",
        package="@anthropic-ai/claude-code@2.1.332",
        config='{\n  "numStartups": 1\n}\n',
        list_command="claude mcp list",
        listed=r"coasty: \S*coasty-mcp +- ✔ Connected",
        task_command=f"claude -p {TASK} --allowedTools 'mcp__coasty__*'",
        prompt_command=f"claude -p '/mcp__coasty__start_automation_session {GOAL}'",
        searches=("computer use", "control a computer", "cloud desktop"),
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
    RealHost(
        name="gemini",
        package="@google/gemini-cli@0.61.0",
        config='{\n  // mine\n  "ui": { "hideTips": true }\n}\n',
        list_command="gemini mcp list",
        listed=r"✓ coasty: .*Connected",
        task_command=f"gemini --approval-mode yolo -p {TASK}",
        variables={
            "GEMINI_CLI_TRUST_WORKSPACE": "true",
            "GEMINI_TELEMETRY_ENABLED": "false",
            "GOOGLE_API_KEY": "none",
            "GOOGLE_GENAI_USE_VERTEXAI": "true",
            "GOOGLE_VERTEX_BASE_URL": "<model>",
        },
    ),
    RealHost(
        name="qwen",
        package="@qwen-code/qwen-code@0.15.10",
        config='{\n  // mine\n  "ui": { "hideTips": true }\n}\n',
        list_command="qwen mcp list",
        listed=r"✓\S* coasty: .*Connected",
        task_command=f"qwen --approval-mode yolo --auth-type openai -p {TASK}",
        variables={
            "OPENAI_API_KEY": "none",
            "OPENAI_BASE_URL": "<model>/v1",
            "OPENAI_MODEL": "qwen3-vl-plus",
        },
    ),
    RealHost(
        name="opencode",
        package="opencode-ai@1.18.33",
        config='{\n  // mine\n  "$schema": "https://opencode.ai/config.json"\n}\n',
        list_command="opencode mcp list",
        listed=r"✓ coasty .*connected",
        task_command=f"opencode run --model anthropic/claude-sonnet-4-5 {TASK}",
        variables={
            "OPENCODE_CONFIG_CONTENT": json.dumps({"provider": _OPENCODE}),
            "OPENCODE_DISABLE_AUTOUPDATE": "1",
            "OPENCODE_DISABLE_MODELS_FETCH": "1",
        },
    ),
    RealHost(
        name="copilot_cli",
        package="@github/copilot@1.0.102",
        config='{\n  "mcpServers": {}\n}\n',
        list_command="copilot mcp list",
        listed=r"coasty \(local\)",
        task_command=f"copilot -p {TASK} --allow-tool coasty",
        variables={
            "COPILOT_MODEL": "claude-sonnet-4.5",
            "COPILOT_OFFLINE": "true",
            "COPILOT_PROVIDER_API_KEY": "none",
            "COPILOT_PROVIDER_BASE_URL": "<model>",
            "COPILOT_PROVIDER_TYPE": "anthropic",
        },
    ),
    RealHost(
        name="codex",
        package="@openai/codex@0.169.0",
        config="# mine\ncheck_for_update_on_startup = false\n",
        list_command="codex mcp list",
        listed=r"coasty .*enabled",
        task_command="codex exec --skip-git-repo-check -m gpt-5.1-codex -c model_provider=ours"
        " -c model_providers.ours.name=ours -c model_providers.ours.base_url=<model>/v1"
        f" -c mcp_servers.coasty.env.COASTY_BASE_URL=<api> {TASK}",
    ),
)
