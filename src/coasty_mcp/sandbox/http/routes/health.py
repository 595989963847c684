"""Whether the API is there: four addresses, no key."""

from ....api.wire.base import Health
from ..call import Call
from ..dispatch import public_route

SERVICES = {
    "/health": "cua",
    "/machines/health": "machines",
    "/schedules/health": "schedules",
    "/triggers/health": "triggers",
}


async def health(call: Call) -> Health:
    service = SERVICES[call.request.url.path.removeprefix("/v1")]
    return Health(status="ok", api_version="v1", service=service)


routes = tuple(public_route("GET", path, health) for path in SERVICES)
