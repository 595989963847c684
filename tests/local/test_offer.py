"""Who gets these tools, and what they answer where they cannot work."""

import sys

import pytest

from coasty_mcp.local import Screen
from coasty_mcp.local.failures import NoScreen, NotInstalled
from coasty_mcp.local.open_desktop import open_desktop
from coasty_mcp.server.selection import select
from coasty_mcp.settings import Settings, WrongSetting
from coasty_mcp.tools.catalog import TOOLSETS
from support.mcp_client import Era, error, seated, text

LOOK, DO, AUTOMATE = "coasty_look_at_screen", "coasty_do_on_screen", "coasty_automate_screen"
CALLS: list[tuple[str, dict[str, object]]] = [
    (LOOK, {}),
    (DO, {"action_type": "click"}),
    (AUTOMATE, {"task": "Close all windows."}),
]


def names(**settings: object) -> set[str]:
    return {tool.name for tool in select(TOOLSETS, Settings.model_validate(settings))}


def test_only_who_names_them_gets_them() -> None:
    ours = {LOOK, DO, AUTOMATE}
    assert names(toolsets=["local"]) == ours
    assert names(toolsets=[], tools=[LOOK]) == {LOOK}
    assert not names() & ours
    assert not names(toolsets=["all"]) & ours
    assert not names(toolsets=["all"], transport="streamable-http") & ours
    assert names(toolsets=["local"], read_only=True) == {LOOK}


@pytest.mark.parametrize("transport", ["streamable-http", "sse"])
@pytest.mark.parametrize(("setting", "name"), [("toolsets", "local"), ("tools", LOOK)])
def test_over_http_they_are_refused(transport: str, setting: str, name: str) -> None:
    with pytest.raises(WrongSetting) as refused:
        names(transport=transport, **{setting: [name]})
    assert str(refused.value) == (
        f"--{setting} (COASTY_{setting.upper()}): {name} is for this computer's own screen, which "
        "is never offered over HTTP: leave it out, or use --transport stdio."
    )


@pytest.mark.parametrize(("name", "arguments"), CALLS)
async def test_without_the_users_consent_they_say_what_to_set_and_why(
    era: Era, name: str, arguments: dict[str, object]
) -> None:
    async with seated(era, settings=Settings(sandbox=True, toolsets=("local",))) as model:
        refused = await model.call_tool(name, arguments)
    assert text(refused) == (
        "This server may not see or control this computer's screen. Only the user can allow it: "
        "start the server with --allow-local-control (COASTY_ALLOW_LOCAL_CONTROL=true). "
        "(LOCAL_CONTROL_NOT_ALLOWED)"
    )


async def test_the_prompt_comes_with_the_toolset(era: Era) -> None:
    async with seated(era, settings=Settings(sandbox=True, toolsets=("local",))) as model:
        [offered] = (await model.list_prompts()).prompts
        said = await model.get_prompt("automate_my_screen", {"task": "Tidy the desktop."})
    assert offered.name == "automate_my_screen"
    assert "Tidy the desktop." in str(said.messages[0].content)


async def test_without_the_libraries_the_install_line_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("XDG_SESSION_TYPE", raising=False)
    for module in ("Xlib", "Xlib.display", "pynput", "mss"):
        monkeypatch.setitem(sys.modules, module, None)
    for module in ("x11_desktop", "pynput_desktop", "x11_screens", "mss_capture"):
        monkeypatch.delitem(sys.modules, f"coasty_mcp.local.{module}", raising=False)
    with pytest.raises(NotInstalled, match=r"uv tool install 'coasty-mcp\[local\]'"):
        open_desktop()
    with pytest.raises(NotInstalled, match=r"uv tool install 'coasty-mcp\[local\]'"):
        await Screen().look()


@pytest.mark.skipif(sys.platform != "linux", reason="this is about X and Wayland")
@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"DISPLAY": ""}, "There is no X display here"),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, "This is a Wayland session"),
        ({"DISPLAY": ":0", "XDG_SESSION_TYPE": "wayland"}, "This is a Wayland session"),
    ],
)
def test_without_a_screen_that_can_be_used_another_way_is_named(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], sentence: str
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(NoScreen, match=f"{sentence}.*screenshot_path"):
        open_desktop()


async def test_a_display_that_is_gone_is_one_clear_sentence() -> None:
    pytest.importorskip("mss")
    pytest.importorskip("Xlib")
    settings = Settings(sandbox=True, toolsets=("local",), allow_local_control=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISPLAY", ":987")
        patch.delenv("WAYLAND_DISPLAY", raising=False)
        patch.delenv("XDG_SESSION_TYPE", raising=False)
        async with seated(settings=settings) as model:
            refused = await model.call_tool(LOOK, {})
    assert error(refused)["code"] == "NO_LOCAL_SCREEN"
