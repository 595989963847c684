"""A sandbox to try, over HTTP."""

import base64
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from httpx2 import AsyncClient, Response
from PIL import Image

LIVE_KEY = "sk-coasty-live-" + "a" * 48
LIVE = {"X-API-Key": LIVE_KEY}
DESKTOP = {"display_name": "bot", "desktop_enabled": True}
NOON = datetime(2026, 8, 22, 12, tzinfo=UTC)


async def provision(http: AsyncClient, **wanted: Any) -> str:
    """The path of a new machine with a desktop."""
    answer = await http.post("/machines", json={**DESKTOP, **wanted})
    return f"/machines/{answer.json()['machine']['id']}"


async def act(
    http: AsyncClient, machine: str, command: str, /, **parameters: object
) -> dict[str, Any]:
    body = {"command": command, "parameters": parameters}
    return (await http.post(f"{machine}/actions", json=body)).json()


async def screenshot(http: AsyncClient, machine: str) -> str:
    """In base64."""
    return (await http.get(f"{machine}/screenshot")).json()["image_b64"]


def opened(data: str) -> Image.Image:
    return Image.open(BytesIO(base64.b64decode(data)))


def code(answer: Response) -> str:
    return answer.json()["error"]["code"]
