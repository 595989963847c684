"""An MCP server of two answers that starts at once, in place of the real one."""

import json
import sys
from typing import Any

ANSWERS: dict[str, Any] = {
    "initialize": {
        "protocolVersion": "2025-06-18",
        "capabilities": {"tools": {}},
        "serverInfo": {"name": "tiny", "version": "1.2.3"},
    },
    "tools/list": {"tools": [{"name": "wave", "inputSchema": {"type": "object"}}]},
}

for line in sys.stdin:
    request = json.loads(line)
    if "id" in request:
        answer = {"jsonrpc": "2.0", "id": request["id"], "result": ANSWERS[request["method"]]}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
