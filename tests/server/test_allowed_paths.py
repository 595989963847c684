"""Tools read and write files only where they may."""

from pathlib import Path

import pytest

from coasty_mcp.api.errors import InvalidRequest
from coasty_mcp.sandbox import World
from coasty_mcp.sandbox.world.machines import Machine
from coasty_mcp.server.allowed_paths import allowed_folders, confined
from coasty_mcp.settings import Settings
from support.drawings import plain_picture
from support.mcp_client import Era, error, seated, structured, text

LOOK, PREDICT = "coasty_take_machine_screenshot", "coasty_predict"


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, beside another one with a picture in it."""
    folder, outside = tmp_path / "work", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    (outside / "private.png").write_bytes(plain_picture(400, 300).data)
    (folder / "own.png").write_bytes(plain_picture(400, 300).data)
    (folder / "way-out").symlink_to(outside)
    (folder / "private.png").symlink_to(outside / "private.png")
    monkeypatch.chdir(folder)
    return folder


ELSEWHERE = [
    "../outside/private.png",
    "way-out/private.png",
    "private.png",
    "{work}/../outside/private.png",
    "{work}-not/private.png",
    "/etc/hostname",
    "/proc/self/environ",
    "~/.ssh/id_rsa",
    "~nobody-of-this-name/x.png",
    "nul\0.png",
]


@pytest.mark.parametrize("path", ELSEWHERE)
async def test_a_picture_elsewhere_is_not_opened(era: Era, work: Path, path: str) -> None:
    arguments = {"instruction": "x", "screenshot_path": path.format(work=work)}
    async with seated(era) as model:
        refused = await model.call_tool(PREDICT, arguments)
    assert error(refused)["code"] == "VALIDATION_ERROR"
    sentences = (f"What lies in {work} may be", "must be a path", "is no path")
    assert any(each in text(refused) for each in sentences)


@pytest.mark.parametrize("path", [*ELSEWHERE, "..", "/", "way-out", "way-out/new.png"])
async def test_nothing_is_written_elsewhere(
    world: World, machine: Machine, work: Path, path: str
) -> None:
    before = sorted(work.parent.rglob("*"))
    arguments = {"machine_id": machine.id, "save_to": path.format(work=work)}
    async with seated(world=world) as model:
        refused = await model.call_tool(LOOK, arguments)
    assert error(refused)["code"] == "VALIDATION_ERROR"
    assert sorted(work.parent.rglob("*")) == before


async def test_the_working_folder_and_the_one_set_may_be_used(
    era: Era, world: World, machine: Machine, work: Path
) -> None:
    more = Settings(sandbox=True, files_dir=work.parent / "outside")
    async with seated(era, world, settings=more) as model:
        for path in ("own.png", str(work / "own.png"), "way-out/private.png"):
            structured(
                await model.call_tool(PREDICT, {"instruction": "x", "screenshot_path": path})
            )
        for place in (".", "new.png", "../outside"):
            saved = await model.call_tool(LOOK, {"machine_id": machine.id, "save_to": place})
            assert not saved.is_error, text(saved)
        again = await model.call_tool(LOOK, {"machine_id": machine.id, "save_to": "new.jpg"})
    assert "stays as it is" in text(again)


async def test_a_link_in_the_place_of_a_new_file_is_not_followed(
    world: World, machine: Machine, work: Path
) -> None:
    (work / "new.jpg").symlink_to(work.parent / "outside" / "made.jpg")
    async with seated(world=world) as model:
        for name in ("new.jpg", "new.png"):  # what is saved gets the suffix .jpg
            refused = await model.call_tool(LOOK, {"machine_id": machine.id, "save_to": name})
            assert refused.is_error
    assert not (work.parent / "outside" / "made.jpg").exists()


def test_a_host_that_starts_servers_in_slash_or_at_home_gives_nothing_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home" / "ann"
    (home / "project").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    for here in (Path("/"), tmp_path / "home", home):
        monkeypatch.chdir(here)
        assert allowed_folders(None) == []
        assert allowed_folders(Path("~/project")) == [home / "project"]
        with pytest.raises(InvalidRequest, match="COASTY_FILES_DIR"):
            confined(str(home / "picture.png"), allowed_folders(None))
    monkeypatch.chdir(home / "project")
    assert allowed_folders(None) == [home / "project"]
