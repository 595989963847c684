"""A long text is pasted, and typed wherever that does not work, on a desktop that only notes."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import Any

import pytest
from anyio import create_task_group, from_thread

from coasty_mcp.local import Screen, ScreenArea, StoppedByUser
from coasty_mcp.local.failures import KeysHeld
from support.local_desktop import FakeDesktop, Monitors

TEXT = "a long text. " * 200
PASTED = ["lend", "ctrl down", "v down", "give back"]


@dataclass
class PastingDesktop(FakeDesktop):
    """A program in front of it that pastes, and a clipboard that can be put back."""

    pastes: bool = True
    lendable: bool = True
    history: bool = False
    """Whether a program takes what is copied, to remember it, a moment later."""
    lent: str = ""
    taken_by: str = ""

    def clipboard(self) -> Any:
        return self.lend

    def lend(self, text: str) -> "PastingDesktop | None":
        self.lent = text
        if not self.lendable:
            return None
        self.done.append("lend")
        return self

    def forget(self) -> None:
        self.taken_by = ""

    def taken(self) -> bool:
        return bool(self.taken_by)

    def give_back(self) -> None:
        self.done.append("give back")

    def press(self, key: str, down: bool) -> None:
        super().press(key, down)
        if self.pastes and self.down == ["ctrl", "v"]:
            self.taken_by = "the program"

    async def sleep(self, _: float) -> None:
        """Let the moment pass."""
        if self.history and "lend" in self.done:
            self.taken_by, self.history = "the history", False


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coasty_mcp.local.keyboard.CHARACTER_PAUSE", 0)


def typed(desktop: FakeDesktop) -> str:
    return "".join(each[-1] for each in desktop.done if each.startswith("type "))


async def write(
    desktop: FakeDesktop, text: str = TEXT, first: Callable[[], None] = lambda: None
) -> str:
    screen = Screen(Monitors(ScreenArea(0, 0, 1920, 1080)), lambda: desktop)
    async with screen.controlled(False) as act:
        first()
        return await act("type_text", {"text": text})


@pytest.mark.parametrize("text", ["a" * 2000, TEXT, "é" * 20_000])
async def test_a_text_that_a_program_takes_is_pasted_and_not_typed_too(text: str) -> None:
    desktop = PastingDesktop()
    assert await write(desktop, text) == f"type_text of {len(text)} characters"
    assert desktop.done == PASTED
    assert desktop.lent == text
    assert desktop.down == []


async def test_a_text_that_only_a_history_takes_is_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    desktop = PastingDesktop(pastes=False, history=True)
    monkeypatch.setattr("coasty_mcp.local.keyboard.sleep", desktop.sleep)
    await write(desktop)
    assert desktop.done[:4] == PASTED
    assert typed(desktop) == TEXT


@pytest.mark.parametrize("desktop", [FakeDesktop(), PastingDesktop(lendable=False)])
async def test_a_text_is_typed_where_no_program_pastes_or_the_clipboard_could_not_be_put_back(
    desktop: FakeDesktop,
) -> None:
    await write(desktop)
    assert "ctrl down" not in desktop.done
    assert typed(desktop) == TEXT


async def test_nothing_comes_on_the_clipboard_once_the_user_has_stopped_this() -> None:
    desktop = PastingDesktop()
    with pytest.raises(StoppedByUser):
        await write(desktop, first=desktop.slam)
    assert desktop.done == []


async def test_nothing_comes_on_the_clipboard_while_the_user_holds_a_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("coasty_mcp.local.guard.RELEASE_WAIT", 0)
    desktop = PastingDesktop(held=["shift"])
    with pytest.raises(KeysHeld):
        await write(desktop)
    assert desktop.done == []


async def test_a_stop_while_it_is_pasted_puts_the_clipboard_back() -> None:
    desktop = PastingDesktop()
    desktop.soon = iter([desktop.slam])  # where ctrl is pressed
    with pytest.raises(StoppedByUser, match=f"0 of {len(TEXT)} characters"):
        await write(desktop)
    assert desktop.done[-1] == "give back"
    assert desktop.down == []


async def test_a_cancelled_call_does_not_wait_for_a_program_to_take_the_text() -> None:
    given_back = Event()

    class StuckDesktop(PastingDesktop):
        def taken(self) -> bool:
            from_thread.run_sync(tasks.cancel_scope.cancel)
            if not given_back.wait(2):
                self.done.append("waited")
            return False

        def give_back(self) -> None:
            super().give_back()
            given_back.set()

    desktop = StuckDesktop()
    async with create_task_group() as tasks:
        await write(desktop)
    assert desktop.done == PASTED
