"""Where real desktops can be had, and that nobody pays for them who does not want them."""

import subprocess
import sys
from pathlib import Path

import anyio
import pytest

from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.sandbox.real_desktop import prerequisites
from support.command_process import coasty_mcp
from support.mcp_client import error, seated, structured, text
from support.real_desk import require_real_desktop

ORDER = {"display_name": "desk"}
DRAWN = """
import asyncio, sys
from coasty_mcp.sandbox import sandbox_client
async def use():
    async with sandbox_client() as http:
        machine = (await http.post("/machines", json={"display_name": "desk"})).json()["machine"]
        await http.get(f"/machines/{machine['id']}/screenshot")
asyncio.run(use())
print([name for name in sys.modules if "real_desktop" in name or name.startswith("Xlib")])
"""


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A Linux computer with none of the programs, and the folder that its package manager is in."""
    monkeypatch.setattr(prerequisites, "FOLDERS", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("manager", "line"),
    [
        ("apt-get", "sudo apt-get install tigervnc-standalone-server bubblewrap openbox"),
        ("dnf", "sudo dnf install tigervnc-server-minimal bubblewrap openbox"),
        ("pacman", "sudo pacman -S tigervnc bubblewrap openbox"),
    ],
)
async def test_what_is_missing_is_named_with_the_line_that_installs_it(
    bare: Path, manager: str, line: str
) -> None:
    (bare / manager).touch(0o755)
    async with seated(http=sandbox_client(World(desktops="real"))) as model:
        refused = await model.call_tool("coasty_provision_machine", ORDER)
    assert error(refused)["code"] == "REAL_DESKTOP_NOT_AVAILABLE"
    assert "needs Xtigervnc, bwrap, openbox" in text(refused)
    assert line in text(refused)
    assert "The drawn desktop works everywhere" in text(refused)


async def test_other_systems_are_told_to_use_the_drawn_desktop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    async with seated(http=sandbox_client(World(desktops="real"))) as model:
        refused = await model.call_tool("coasty_provision_machine", ORDER)
    assert "Real desktops need Linux; the drawn one (--sandbox-desktop drawn)" in text(refused)


async def test_windows_is_not_to_be_had() -> None:
    require_real_desktop()
    async with seated(http=sandbox_client(World(desktops="real"))) as model:
        refused = await model.call_tool("coasty_provision_machine", {**ORDER, "os_type": "windows"})
    assert "Real desktops run Linux" in text(refused)


async def test_a_machine_without_desktop_has_a_terminal_alone() -> None:
    require_real_desktop()
    api = sandbox_client(World(desktops="real"))
    async with api as http, seated(http=http, sleep=anyio.sleep) as model:
        made = await model.call_tool(
            "coasty_provision_machine", {**ORDER, "desktop_enabled": False}
        )
        machine = {"machine_id": structured(made)["machine"]["id"]}
        done = await model.call_tool(
            "coasty_run_terminal_command", {**machine, "command": "ps -e | grep -c Xtigervnc"}
        )
        assert structured(done)["output"] == "0\n"
        refused = await model.call_tool("coasty_take_machine_screenshot", machine)
        assert "was started without a desktop" in text(refused)


def test_nothing_of_it_is_imported_with_the_drawn_desktop() -> None:
    done = subprocess.run([sys.executable, "-c", DRAWN], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.timeout(150)  # a whole desktop and a browser, on a computer that may be busy
def test_the_demo_writes_a_text_and_fills_in_a_form(tmp_path: Path) -> None:
    require_real_desktop()
    shown = coasty_mcp("demo", "--desktop", "real", cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert "| Real programs, on a real screen." in shown.stdout
    assert "| Thank you, Ada: Coffee, with milk." in shown.stdout
    assert sorted(each.name for each in (tmp_path / "coasty-demo").iterdir()) == [
        "editor.jpg",
        "form.jpg",
        "ordered.jpg",
    ]
