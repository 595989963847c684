"""The page of the live view in a real browser, as a person uses it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from anyio import to_thread

from .chromium import Page
from .watched import Model, watched

FRAME = "live.frame.digest"
UNTIL = """new Promise((done, fail) => {
  const end = Date.now() + 10000;
  (function look() {
    const value = (() => SCRIPT)();
    if (value) done(value);
    else if (Date.now() > end) fail(new Error("it never came"));
    else setTimeout(look, 20);
  })();
})"""
MIDDLE = """(() => {
  const element = document.getElementById("NAME");
  element.scrollIntoView({ block: "center" });
  const box = element.getBoundingClientRect();
  return [box.left + box.width / 2, box.top + box.height / 2];
})()"""


class LivePage:
    """Does everything with the mouse and the keyboard; the browser works in another thread."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def open(
        self, address: str, width: int = 1200, height: int = 800, *, dark: bool = False
    ) -> None:
        """Open the page and wait for its first frame."""
        await to_thread.run_sync(lambda: self.page.open(address, width, height, dark=dark))
        await self.until(FRAME)
        await self.value("drawn")  # which gives the page its height

    async def value(self, script: str) -> Any:
        return await to_thread.run_sync(self.page.evaluate, script)

    async def until(self, script: str) -> Any:
        """Return the first true value of an expression."""
        return await self.value(UNTIL.replace("SCRIPT", script))

    async def text(self, name: str) -> str:
        return await self.value(f"find('{name}').textContent")

    async def click(self, x: float, y: float) -> None:
        await to_thread.run_sync(self.page.click, x, y)

    async def accessible(self) -> list[tuple[str, str]]:
        """Return role and name of all that a screen reader finds."""
        return await to_thread.run_sync(self.page.accessible)

    async def done(self) -> None:
        """Wait until all that was clicked, typed and turned has been done on the machine."""
        await self.value("([clicks, typed, wheel].forEach((each) => each.flush()), acts)")

    async def press_button(self, name: str) -> None:
        """Click in the middle of a button."""
        await self.click(*await self.value(MIDDLE.replace("NAME", name)))

    async def press_keys(self, *keys: str) -> None:
        """Press each of `a`, `Tab`, `ctrl+shift+T`."""
        for each in keys:
            *modifiers, key = each.split("+")
            await to_thread.run_sync(self.page.press, key, *modifiers)


@asynccontextmanager
async def person_and_model(page: Page, **more: Any) -> AsyncGenerator[tuple[LivePage, Model]]:
    """A model with a machine, and a person who has opened its page."""
    async with watched(**more) as model:
        live = LivePage(page)
        await live.open(await model.address())
        yield live, model
