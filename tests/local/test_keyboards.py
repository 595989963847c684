"""Keys and text on a VNC server's display, under the layouts of several countries."""

import random
import shutil
import string
import subprocess
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from subprocess import DEVNULL, Popen
from typing import Any

import pytest
from anyio import fail_after, sleep
from mcp import Client

from coasty_mcp.settings import Settings
from support.local_window import LocalWindow, x_server
from support.mcp_client import error, picture, seated, structured

CONTROL = 4
LAYOUTS = ("us", "de", "fr", "it", "es", "ru", "us,fr")
TYPED = 'Zoë {a@b.c} ~^`| 100% é жук €"'
ALLOWED = Settings(sandbox=True, toolsets=("local",), allow_local_control=True)


@pytest.fixture(scope="module")
def display() -> Generator[str]:
    with x_server("Xtigervnc") as name:
        yield name


@pytest.fixture(params=LAYOUTS)
def layout(request: pytest.FixtureRequest, display: str) -> Generator[str]:
    if not shutil.which("setxkbmap"):
        pytest.skip("setxkbmap is not installed")
    subprocess.run(["setxkbmap", "-display", display, request.param], check=True)
    yield request.param
    subprocess.run(["setxkbmap", "-display", display, "us"], check=True)


@pytest.fixture
def second_layout(display: str) -> Generator[None]:
    """Let the French layout be active, beside the American one."""
    from Xlib import X
    from Xlib.display import Display
    from Xlib.ext import xtest

    if not shutil.which("setxkbmap"):
        pytest.skip("setxkbmap is not installed")
    command, caps_lock = ["setxkbmap", "-display", display], 66
    subprocess.run([*command, "us,fr", "-option", "grp:caps_toggle"], check=True)
    with closing(Display(display)) as person:

        def switch() -> None:
            for kind in (X.KeyPress, X.KeyRelease):
                xtest.fake_input(person, kind, caps_lock)
            person.sync()

        switch()
        yield
        switch()
    subprocess.run([*command, "us", "-option", ""], check=True)


async def do(model: Client, action_type: str, **params: Any) -> str:
    arguments = {"action_type": action_type, "params": params}
    [what] = structured(await model.call_tool("coasty_do_on_screen", arguments))["done"]
    return what


async def test_a_vnc_servers_screen_is_seen_and_clicked(window: LocalWindow) -> None:
    async with seated(settings=ALLOWED) as model:
        shown = await model.call_tool("coasty_look_at_screen", {})
        await do(model, "click", x=1003, y=701, clicks=3)
    assert picture(shown).size == (1280, 720)
    kinds = ("ButtonPress", "Double-Button-1", "Triple-Button-1")
    assert {event["kind"] for event in window.events(*kinds)} == {*kinds[1:], "ButtonPress"}


async def test_text_and_shortcuts_are_the_right_keys_under_any_layout(
    window: LocalWindow, layout: str
) -> None:
    async with seated(settings=ALLOWED) as model:
        await do(model, "type_text", text=TYPED)
        assert window.last("text")["value"] == TYPED
        for key, name in (("@", "at"), ("F5", "F5"), ("c", "c"), ("{", "braceleft")):
            await do(model, "key_press", key=f"ctrl+{key}")
            pressed = [each for each in window.events("KeyPress") if each["state"] & CONTROL]
            assert [each["key"] for each in pressed if "Shift" not in each["key"]] == [name]


async def test_text_is_right_while_the_second_of_two_layouts_is_active(
    window: LocalWindow, second_layout: None
) -> None:
    window.events()
    async with seated(settings=ALLOWED) as model:
        await do(model, "type_text", text="aé1A")
        keys = [event["key"] for event in window.events("KeyPress")]
        await do(model, "type_text", text=f" {TYPED}")
    assert keys == ["a", "eacute", "Shift_L", "1", "Shift_L", "A"]
    assert window.last("text")["value"] == f"aé1A {TYPED}"


async def test_a_key_that_the_person_holds_is_named_and_makes_no_shortcut(
    window: LocalWindow, display: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from Xlib import XK, X
    from Xlib.display import Display
    from Xlib.ext import xtest

    monkeypatch.setattr("coasty_mcp.local.guard.RELEASE_WAIT", 0.05)
    person = Display(display)
    control = person.keysym_to_keycode(XK.string_to_keysym("Control_R"))
    xtest.fake_input(person, X.KeyPress, control)
    person.sync()
    async with seated(settings=ALLOWED) as model:
        arguments = {"action_type": "type_text", "params": {"text": "w"}}
        refused = await model.call_tool("coasty_do_on_screen", arguments)
        xtest.fake_input(person, X.KeyRelease, control)
        person.sync()
        await do(model, "type_text", text="w")
    person.close()
    assert error(refused)["code"] == "KEYS_HELD"
    assert "Somebody holds down ctrl_r" in error(refused)["message"]
    assert window.last("text")["value"] == "w"


async def test_no_character_is_lost_or_doubled_in_a_terminal(
    window: LocalWindow, tmp_path: Path
) -> None:
    if not shutil.which("xterm"):
        pytest.skip("xterm is not installed")
    characters = string.ascii_letters + string.digits + string.punctuation + " "
    text = "".join(random.Random(16).choices(characters, k=1500))
    ready, read = tmp_path / "ready", tmp_path / "read"
    command = f"stty raw -echo; touch {ready}; head -c {len(text)} > {read}; exec sleep 60"
    with Popen(
        ["xterm", "-geometry", "80x24+900+500", "-e", "sh", "-c", command], stderr=DEVNULL
    ) as terminal:
        try:
            with fail_after(20):
                while not ready.exists():
                    await sleep(0.05)
                async with seated(settings=ALLOWED) as model:
                    await do(model, "click", x=1000, y=600)
                    await do(model, "type_text", text=text)
                while len(read.read_text()) < len(text):
                    await sleep(0.05)
        finally:
            terminal.kill()
    assert read.read_text() == text
