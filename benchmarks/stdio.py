"""What the benchmarks share: the server as a process, and an API beside it that costs no time."""

import asyncio
import base64
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

Json = dict[str, Any]

HELLO = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "benchmark", "version": "0"},
}


def screen(width: int, height: int) -> bytes:
    """With a bit of noise: as large a file as a real desktop."""
    image = Image.new("RGB", (width, height), "navy")
    noise = Image.effect_noise((width // 2, height // 2), 90).convert("RGB")
    image.paste(noise, (width // 4, height // 4))
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


class Api:
    """Gives the same answer to every request for a path."""

    def __init__(self, picture: bytes) -> None:
        machine = {"id": "m", "display_name": "desk", "status": "running"}
        shot = {"machine_id": "m", "image_b64": base64.b64encode(picture).decode()}
        done = {"machine_id": "m", "command": "terminal_execute", "success": True}
        self._answers = {
            path: json.dumps(answer).encode()
            for path, answer in {
                "/v1/machines": {"data": [machine] * 20},
                "/v1/machines/m/screenshot": {**shot, "captured_at": "2026-05-01T08:30:00Z"},
                "/v1/machines/m/terminal": {**done, "result": {"output": "ok", "exit_code": 0}},
                "/v1/usage": {"period": "2026-05", "wallet_balance_cents": 5},
            }.items()
        }
        self._missing = json.dumps({"error": {"code": "NOT_FOUND", "message": "None."}}).encode()

    @asynccontextmanager
    async def listening(self) -> AsyncGenerator[str]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        async with server:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                _, _, length = head.partition("content-length: ")
                await reader.readexactly(int(length.split("\r\n")[0] or 0))
                answer = self._answers.get(head.split()[1].partition("?")[0])
                status, body = (200, answer) if answer else (404, self._missing)
                writer.write(
                    f"HTTP/1.1 {status} So\r\nContent-Length: {len(body)}\r\n\r\n".encode()
                )
                writer.write(body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


class Server:
    """coasty-mcp over stdio. Calls may be made at the same time."""

    def __init__(self, process: Process) -> None:
        assert process.stdin
        assert process.stdout
        self._process, self._stdin, self._stdout = process, process.stdin, process.stdout
        self._waiting: dict[int, asyncio.Future[Json]] = {}
        self._sent = 0

    async def call(self, tool: str, **arguments: object) -> Json:
        return await self._ask("tools/call", name=tool, arguments=arguments)

    def megabytes(self, what: str = "VmRSS") -> float:
        """Of memory, as Linux counts it: VmRSS now, VmHWM at most."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.partition(f"{what}:")[2].split()[0]) / 1024

    def open_files(self) -> int:
        return len([*Path(f"/proc/{self._process.pid}/fd").iterdir()])

    async def greet(self) -> None:
        await self._ask("initialize", **HELLO)

    async def read(self) -> None:
        async for line in self._stdout:
            message = json.loads(line)
            if "id" in message:
                self._waiting.pop(message["id"]).set_result(message["result"])

    async def _ask(self, method: str, **params: object) -> Json:
        self._sent += 1
        request = {"jsonrpc": "2.0", "id": self._sent, "method": method, "params": params}
        answer = self._waiting[self._sent] = asyncio.get_running_loop().create_future()
        self._stdin.write(json.dumps(request).encode() + b"\n")
        return await answer


@asynccontextmanager
async def serving(picture: bytes) -> AsyncGenerator[Server]:
    """The server in front of such an API."""
    async with Api(picture).listening() as url:
        key = "sk-coasty-test-" + "0" * 48
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "coasty_mcp"),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            limit=10_000_000,
            env={"COASTY_BASE_URL": url, "COASTY_API_KEY": key},
        )
        server = Server(process)
        reading = asyncio.create_task(server.read())
        await server.greet()
        yield server
        assert process.stdin
        process.stdin.close()
        await process.wait()
        await reading
