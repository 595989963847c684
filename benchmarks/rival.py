"""What one would otherwise use: FastMCP over the API's own document.

`python -m benchmarks.rival DOCUMENT [PORT]`, over stdio or, with a port, over streamable HTTP.
"""

import json
import os
import sys
from pathlib import Path

from fastmcp import FastMCP
from httpx2 import AsyncClient

document, *port = sys.argv[1:]
client = AsyncClient(
    base_url=os.environ["COASTY_BASE_URL"].removesuffix("/v1"),
    headers={"X-API-Key": os.environ["COASTY_API_KEY"]},
    timeout=60,
)
server = FastMCP.from_openapi(json.loads(Path(document).read_text()), client=client)

if port:
    server.run("http", port=int(port[0]), show_banner=False)
else:
    server.run(show_banner=False)
