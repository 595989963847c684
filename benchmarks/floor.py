"""The least that a server over the same SDK can be: 24 tools that repeat what they are told.

`python -m benchmarks.floor [PORT]`, over stdio or, with a port, over streamable HTTP.
"""

import sys

from mcp.server import MCPServer


async def echo(text: str) -> str:
    """Say it again."""
    return text


server = MCPServer("floor")
for number in range(24):
    server.add_tool(echo, name=f"echo_{number}")

if __name__ == "__main__":
    if port := sys.argv[1:]:
        server.run("streamable-http", port=int(port[0]))
    else:
        server.run()
