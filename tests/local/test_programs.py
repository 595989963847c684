"""Real programs on a VNC server's display with a window manager: what reaches them, and when."""

import random
import re
import shutil
import string
import sys
from collections.abc import Callable, Generator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from signal import SIGCONT, SIGSTOP
from subprocess import DEVNULL, PIPE, Popen
from threading import Timer
from typing import Any

import pytest
from anyio import fail_after, move_on_after, sleep
from mcp import Client

from coasty_mcp.settings import Settings
from support.local_window import x_server
from support.mcp_client import error, seated, structured, text

ALLOWED = Settings(sandbox=True, toolsets=("local",), allow_local_control=True)
DO = "coasty_do_on_screen"
CLICKS = """<title>none</title><body style="margin:0;height:100vh"><script>
const seen = []
onmousedown = event => {
  if (event.clientY < 400) seen.push(event.detail + "@" + event.clientX)
  document.title = seen.length ? "clicks " + seen.join(" ") : "ready"
}
</script>"""

Start = Callable[..., None]


Manager = Popen[bytes]


@pytest.fixture(scope="module")
def managed() -> Generator[tuple[str, Manager]]:
    if not shutil.which("openbox"):
        pytest.skip("openbox is not installed")
    with (
        x_server("Xtigervnc") as name,
        Popen(["openbox"], env={"DISPLAY": name}, stdout=DEVNULL, stderr=DEVNULL) as manager,
    ):
        _wait_until_managed(name)
        yield name, manager
        manager.kill()


@pytest.fixture(scope="module")
def display(managed: tuple[str, Manager]) -> str:
    return managed[0]


@pytest.fixture
def manager(managed: tuple[str, Manager]) -> Manager:
    return managed[1]


def _wait_until_managed(name: str) -> None:
    from Xlib import X
    from Xlib.display import Display

    server = Display(name)
    managed, root = server.intern_atom("_NET_SUPPORTING_WM_CHECK"), server.screen().root
    root.change_attributes(event_mask=X.PropertyChangeMask)
    while not root.get_full_property(managed, X.AnyPropertyType):
        server.next_event()
    server.close()


@pytest.fixture
def start(display: str, tmp_path: Path) -> Generator[Start]:
    """Return what starts a program, which ends with the test."""
    with ExitStack() as programs:

        def begin(*command: str) -> None:
            if not shutil.which(command[0]):
                pytest.skip(f"{command[0]} is not installed")
            environment = {"DISPLAY": display, "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
            program = Popen(command, env=environment, stdout=DEVNULL, stderr=DEVNULL)
            programs.enter_context(program)
            programs.callback(program.kill)

        yield begin


async def windows(model: Client) -> str:
    """Return the line of the windows."""
    told = text(await model.call_tool("coasty_look_at_screen", {}))
    return next((line for line in told.splitlines() if line.startswith("Windows")), "")


async def until(model: Client, pattern: str) -> str:
    """Look until the windows are as in the pattern, and return their line."""
    line = ""
    with move_on_after(15):
        while not re.search(pattern, line := await windows(model)):
            await sleep(0.1)
    assert re.search(pattern, line), line
    return line


async def do(model: Client, *actions: dict[str, Any], **more: Any) -> Any:
    return await model.call_tool(DO, {"actions": [*actions], **more})


async def test_the_windows_are_listed_with_the_active_one(start: Start) -> None:
    async with seated(settings=ALLOWED) as model:
        start("xterm", "-T", "one\n2", "-geometry", "20x5+0+0")
        await until(model, r'"one')
        start("xterm", "-T", "two", "-geometry", "20x5+600+300")
        line = await until(model, r'"two" \(active\)')
        done = await do(
            model, {"action": "click", "x": 60, "y": 60}, return_screenshot=True, settle_seconds=1
        )
    assert line == r'Windows, front first: "two" (active), "one\n2"'
    assert r'Active window: "one\n2"' in text(done).splitlines()


async def test_a_browser_counts_the_clicks_of_each_action(start: Start, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(CLICKS)
    flags = ("--no-sandbox", "--no-first-run", "--disable-gpu", "--test-type")
    place = ("--window-position=0,0", "--window-size=1000,600", f"--app={page.as_uri()}")
    start("chromium", *flags, f"--user-data-dir={tmp_path / 'profile'}", *place)
    at = {"action": "click", "x": 500, "y": 200}
    async with seated(settings=ALLOWED) as model:
        await until(model, '"none"')
        while "ready" not in await windows(model):
            await do(model, {**at, "y": 350})
        await do(model, {**at, "clicks": 3}, {**at, "x": 200}, {**at, "clicks": 2})
        await do(model, *({**at, "x": 100 + 90 * number} for number in range(6)))
        line = await until(model, "clicks( [0-9]@[0-9]+){12}")
    assert re.findall(" ([0-9])@", line) == list("123112111111")


async def test_no_character_is_lost_or_doubled_in_an_editor(start: Start, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.touch()
    characters = string.ascii_letters + string.digits + string.punctuation + " "
    lines = ["".join(random.Random(number).choices(characters, k=79)) for number in range(25)]
    written = "\n".join(lines) + "\n"
    start("l3afpad", str(note))
    async with seated(settings=ALLOWED) as model:
        await until(model, r'note.txt" \(active\)')
        await sleep(0.5)  # until its text is there to be typed into
        await do(model, {"action": "type", "text": written})
        with fail_after(20):
            while len(note.read_text()) < len(written):
                await do(model, {"action": "key_combo", "keys": "ctrl+s"})
                await sleep(0.2)
    assert note.read_text() == written


@contextmanager
def copied(display: str, text: str, *also: str) -> Generator[None]:
    """Hold a text on the clipboard, and say that there is more than plain text to have."""
    more = f"from coasty_mcp.local import x11_clipboard as it; it.GIVEN += {also}"
    line = f"{more}; from coasty_mcp.local.clipboard_process import main; main()"
    environment = {"DISPLAY": display, "PYTHONPATH": ":".join(sys.path)}
    command = [sys.executable, "-c", line]
    with Popen(command, env=environment, stdin=PIPE, stdout=PIPE, text=True) as program:
        assert program.stdin
        assert program.stdout
        program.stdin.write(f"{text}\0")
        program.stdin.flush()
        assert program.stdout.readline() == "held\n"
        yield
        program.kill()


@pytest.mark.parametrize(("also", "pause"), [((), 9), (("image/png",), 0.001)])
async def test_a_long_text_is_pasted_where_the_clipboard_can_be_put_back_and_else_typed(
    start: Start,
    display: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    also: tuple[str, ...],
    pause: float,
) -> None:
    from coasty_mcp.local.x11_clipboard import X11Clipboard

    monkeypatch.setattr("coasty_mcp.local.keyboard.CHARACTER_PAUSE", pause)
    monkeypatch.setattr("coasty_mcp.local.keyboard.PASTED", 200)
    note, written = tmp_path / "note.txt", "{a@b.c} ~\n" * 40
    note.touch()
    start("l3afpad", str(note))
    with copied(display, "Zoë €", *also):
        async with seated(settings=ALLOWED) as model:
            await until(model, r'note.txt" \(active\)')
            await sleep(0.5)  # until its text is there to be typed into
            done = await do(model, {"action": "type", "text": written})
            with fail_after(20):
                while not note.read_text():
                    await do(model, {"action": "key_combo", "keys": "ctrl+s"})
                    await sleep(0.2)
        with closing(X11Clipboard()) as clipboard:
            assert clipboard.content() == (None if also else "Zoë €".encode())
    assert structured(done)["done"] == ["type_text of 400 characters"]
    assert note.read_text() == written


@pytest.mark.parametrize("thief", ["xterm -T thief", "sh -c 'sleep 0.5; exec xterm -T thief'"])
async def test_a_window_that_opens_late_or_steals_the_focus_is_not_typed_into(
    start: Start, tmp_path: Path, thief: str
) -> None:
    read = tmp_path / "read"
    start("xterm", "-T", "right", "-e", "sh", "-c", f"stty raw -echo; cat > {read}")
    async with seated(settings=ALLOWED) as model:
        await until(model, r'"right" \(active\)')
        while not read.exists():
            await sleep(0.05)
        start("sh", "-c", f"exec {thief}")
        stopped = await do(model, {"action": "type", "text": "a" * 4000}, same_window=True)
        await until(model, r'"thief" \(active\)')
    assert error(stopped)["code"] == "OTHER_WINDOW"
    typed = re.search(r"(\d+) of 4000 characters had been done", text(stopped))
    assert typed
    assert len(read.read_text()) <= int(typed[1]) < 4000


async def test_text_after_a_click_waits_for_a_slow_window_manager(
    start: Start, manager: Manager, tmp_path: Path
) -> None:
    written, read = "a" * 40, tmp_path / "read"
    start("xterm", "-T", "here", "-geometry", "60x9+0+30", "-e", "sh", "-c", f"cat > {read}")
    async with seated(settings=ALLOWED) as model:
        await until(model, r'"here" \(active\)')
        start("xterm", "-T", "other", "-geometry", "60x9+0+400")
        await until(model, r'"other" \(active\)')
        manager.send_signal(SIGSTOP)
        awake = Timer(0.15, manager.send_signal, [SIGCONT])
        awake.start()
        await do(
            model,
            {"action": "click", "x": 100, "y": 100},
            {"action": "type", "text": f"{written}\n"},
        )
        awake.join()
        with fail_after(5):
            while not read.read_text().endswith("\n"):
                await sleep(0.05)
    assert read.read_text() == f"{written}\n"


async def test_too_long_a_text_is_refused_before_anything_is_typed(display: str) -> None:
    async with seated(settings=ALLOWED) as model:
        refused = await do(model, {"action": "type", "text": "a" * 20_001})
    assert "text may have 20000 characters, not 20001: type it in parts." in text(refused)


async def test_a_long_text_tells_how_far_it_is(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coasty_mcp.local.guard.REPORT_PAUSE", 0.1)
    heard: list[tuple[float, float | None, str | None]] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        heard.append((progress, total, message))

    arguments = {"action_type": "type", "params": {"text": "a" * 500}}
    async with seated(settings=ALLOWED) as model:
        done = await model.call_tool(DO, arguments, progress_callback=hear)
    assert structured(done)["done"] == ["type_text of 500 characters"]
    first, total, message = heard[0]
    assert (total, message) == (500, f"{first:.0f} characters done.")
    assert len({each[0] for each in heard}) == len(heard) > 1
