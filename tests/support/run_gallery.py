"""An API with the screenshots of one run."""

from hashlib import sha256
from typing import Any

from httpx2 import AsyncClient, MockTransport, Request, Response

from support.drawings import plain_picture

Json = dict[str, Any]

PICTURE = plain_picture(200, 100)


class Gallery:
    """An API with the screenshots of one run."""

    def __init__(self, *shots: Json, page: int = 10) -> None:
        self.shots, self.page = shots, page
        self.asked: list[Json] = []

    def __call__(self, request: Request) -> Response:
        query = dict(request.url.params)
        self.asked.append(query)
        most = min(int(query["limit"]), self.page)
        after = int(query.get("after_index", -1))
        found = [each for each in self.shots if each["index"] > after]
        data = [
            {name: each[name] for name in each if name != "image_b64" or "include_image" in query}
            for each in found[:most]
        ]
        return Response(200, json={"data": data, "has_more": len(found) > most})

    def client(self) -> AsyncClient:
        return AsyncClient(transport=MockTransport(self), base_url="http://api/v1")


def shot(index: int, **more: Any) -> Json:
    digest = sha256(PICTURE.data).hexdigest()
    return {"index": index, "step": index + 1, "image_b64": PICTURE.base64, "sha256": digest} | more
