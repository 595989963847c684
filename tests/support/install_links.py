"""The README's links that install the server with one click. None of them holds a key."""

import json
from base64 import b64encode
from urllib.parse import quote, urlencode

from coasty_mcp.hosts.catalogue import BY_NAME
from coasty_mcp.hosts.host import KEY_VARIABLE, SERVER_NAME

LAUNCH = {"command": "uvx", "args": ["coasty-mcp"]}


def links() -> dict[str, str]:
    """By host, as pages on the web: GitHub takes every other scheme out of a README."""
    return {
        "Cursor": _link("https://cursor.com/en/install-mcp", config=_base64(LAUNCH)),
        "VS Code": _vscode(),
        "LM Studio": _link("https://lmstudio.ai/install-mcp", config=_base64(LAUNCH)),
    }


def links_table() -> str:
    """One line for the README."""
    return " · ".join(f"[{host}]({url})" for host, url in links().items())


def _vscode() -> str:
    """VS Code is told to ask for the key."""
    host = BY_NAME["vscode"]
    assert host.key_prompt
    config = {"type": "stdio", **LAUNCH, "env": {KEY_VARIABLE: host.key_reference}}
    return _link(
        "https://vscode.dev/redirect/mcp/install",
        config=json.dumps(config),
        inputs=json.dumps([host.key_prompt[1]]),
    )


def _link(page: str, **query: str) -> str:
    return f"{page}?{urlencode({'name': SERVER_NAME, **query}, quote_via=quote, safe='')}"


def _base64(value: object) -> str:
    return b64encode(json.dumps(value).encode()).decode()
