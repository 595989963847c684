"""An API on loopback that costs next to nothing, as a process: `python -m benchmarks.upstream`.

It answers as the sandbox once did, after `--think` seconds. There are `--machines` machines, and
the one with the id `mch_WIDTHxHEIGHT` has such a screen.
"""

import asyncio
import base64
import json
import re
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache

import click

from coasty_mcp.sandbox import SANDBOX_KEY, sandbox_client

from .pictures import screen


async def remembered() -> dict[str, bytes]:
    """Return what the sandbox answers once it has a machine, by path."""
    async with sandbox_client() as api:
        desk = {"display_name": "desk", "desktop_enabled": True}
        started = await api.post("machines", json=desk)
        path = f"machines/{started.json()['machine']['id']}"
        shell = await api.post(f"{path}/terminal", json={"command": "echo ok"})
        return {
            "/v1/machines": (await api.get("machines")).content,
            "/v1/machines/mch_m/screenshot": (await api.get(f"{path}/screenshot")).content,
            "/v1/machines/mch_m/terminal": shell.content,
            "/v1/usage": (await api.get("usage")).content,
        }


class Api:
    def __init__(self, answers: dict[str, bytes], think: float, machines: int) -> None:
        answers["/v1/machines"] = _listed(answers["/v1/machines"], machines)
        self._answers, self._think = answers, think
        self._missing = json.dumps({"error": {"code": "NOT_FOUND", "message": "None."}}).encode()
        self._screens = cache(self._shot)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                _, _, length = head.partition("content-length: ")
                await reader.readexactly(int(length.split("\r\n")[0] or 0))
                if self._think:
                    await asyncio.sleep(self._think)
                body = self._answer(head.split()[1].partition("?")[0])
                status, body = (200, body) if body else (404, self._missing)
                kind = "Content-Type: application/json"
                start = f"HTTP/1.1 {status} So\r\n{kind}\r\nContent-Length: {len(body)}\r\n\r\n"
                writer.write(start.encode() + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def _answer(self, path: str) -> bytes | None:
        if shot := re.fullmatch(r"/v1/machines/mch_(\d+)x(\d+)/screenshot", path):
            return self._screens(int(shot[1]), int(shot[2]))
        return self._answers.get(path)

    def _shot(self, width: int, height: int) -> bytes:
        answer = json.loads(self._answers["/v1/machines/mch_m/screenshot"])
        answer["image_b64"] = base64.b64encode(screen(width, height)).decode()
        return json.dumps(answer).encode()


def _listed(one: bytes, machines: int) -> bytes:
    answer = json.loads(one)
    [machine] = answer["data"]
    answer["data"] = [machine | {"id": f"mch_test_{each:08x}"} for each in range(machines)]
    return json.dumps(answer).encode()


async def listen(think: float, machines: int) -> None:
    api = Api(await remembered(), think, machines)
    server = await asyncio.start_server(api.serve, "127.0.0.1", 0, backlog=1000)
    click.echo(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1")
    await server.serve_forever()


@contextmanager
def upstream(think: float = 0, machines: int = 5) -> Generator[dict[str, str]]:
    """Run such an API, and yield the settings that lead coasty-mcp to it."""
    command = [sys.executable, "-m", "benchmarks.upstream"]
    command += ["--think", str(think), "--machines", str(machines)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            url = process.stdout.readline().strip()
            yield {"COASTY_BASE_URL": url, "COASTY_API_KEY": SANDBOX_KEY}
        finally:
            process.terminate()


@click.command()
@click.option("--think", type=float, required=True)
@click.option("--machines", type=int, required=True)
def main(think: float, machines: int) -> None:
    asyncio.run(listen(think, machines))


if __name__ == "__main__":
    main()
