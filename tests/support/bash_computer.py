"""An API that says little, in front of a real bash and real files."""

import base64
import json
import os
import subprocess
from pathlib import Path

from httpx2 import AsyncClient, MockTransport, Request, Response

from support.mcp_client import LIVE_KEY


class BashComputer:
    """A Linux machine whose home is a folder of this computer."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.variables = {"PATH": os.environ["PATH"], "HOME": str(home)}

    def __call__(self, request: Request) -> Response:
        if request.method == "GET":
            return Response(200, json={"id": "mch_1", "status": "running"})
        body = json.loads(request.content)
        match request.url.path.rpartition("/")[2]:
            case "terminal":
                return self._run(body["command"])
            case "download":
                data = self._place(body["parameters"]["path"]).read_bytes()
                return Response(200, json={"content_b64": base64.b64encode(data).decode()})
            case op:
                path = body["parameters"]["path"]
                with self._place(path).open({"write": "wb", "append": "ab"}[op]) as file:
                    file.write(body["parameters"]["content"].encode())
                return Response(200, json={"success": True, "path": path})

    def client(self) -> AsyncClient:
        """Return an HTTP client that reaches nothing else."""
        headers = {"X-API-Key": LIVE_KEY}
        return AsyncClient(
            transport=MockTransport(self), base_url="http://bash/v1", headers=headers
        )

    def _place(self, path: str) -> Path:
        return self.home / (path.removeprefix("~/") if path.startswith("~/") else path)

    def _run(self, command: str) -> Response:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.home,
            env=self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        output = done.stdout.decode(errors="replace")
        return Response(200, json={"output": output, "exit_code": done.returncode})
