"""Pictures of what an action did: the screen when it has come to rest."""

from dataclasses import dataclass, replace

from ..api.client import Coasty
from ..api.wire.base import Receipt
from ..screens import ImageFormat, Picture, ScreenshotStore, settle
from ..server.context import Waiter
from .screenshots import ShownScreenshot, shown_screenshot

SETTLE_SECONDS = 2.0
"""How long a screen is waited for by default."""


@dataclass(frozen=True)
class _Look:
    picture: Picture
    receipt: Receipt


@dataclass(frozen=True)
class ScreenWatcher:
    """Takes pictures of a machine's screen for a model."""

    api: Coasty
    screenshots: ScreenshotStore
    waiter: Waiter
    image_format: ImageFormat

    async def outcome(
        self,
        machine_id: str,
        limit: float = SETTLE_SECONDS,
        first: Picture | None = None,
        share: int = 1,
    ) -> ShownScreenshot:
        """Return the screen once two pictures of it are alike, or after `limit` seconds.

        Args:
            first: the picture that came with the result of the action, if one did.
            share: the number of pictures in the same result.
        """

        async def look() -> _Look:
            taken = await self.api.machines.take_screenshot(machine_id)
            return _Look(Picture.from_base64(taken.image_b64), taken.receipt)

        begun = _Look(first, Receipt()) if first else None
        rest = await settle(look, limit, self.waiter.sleep, self.waiter.now, begun)
        shown = await self.shown(rest.view.picture, machine_id, str(rest), share)
        return replace(shown, receipt=rest.view.receipt)

    async def shown(
        self, picture: Picture, machine_id: str, moment: str = "now", share: int = 1
    ) -> ShownScreenshot:
        """Return a picture of the screen as a model is shown it; `share` of them share the room."""
        return await shown_screenshot(
            self.screenshots,
            picture,
            machine_id,
            self.image_format,
            captured_at=moment,
            share=share,
        )
