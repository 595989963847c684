"""What an agent saw, step by step: listed, shown one by one, saved into a folder."""

import base64
from pathlib import Path

import pytest
from httpx2 import AsyncClient, MockTransport, Response

from coasty_mcp.sandbox import World
from coasty_mcp.screens import Picture
from coasty_mcp.settings import Settings
from support.mcp_client import (
    Era,
    error,
    new_machine,
    picture,
    seated,
    structured,
    text,
    written_call,
)
from support.run_gallery import PICTURE, Gallery, shot

SEE, WATCH, START = "coasty_get_run_screenshots", "coasty_watch_run", "coasty_start_run"
RUN = {"run_id": "run_1"}


def settings(folder: Path | None = None) -> Settings:
    return Settings(sandbox=True, toolsets=("runs",), files_dir=folder)


async def test_what_an_agent_saw_is_listed_and_shown(era: Era) -> None:
    world = World(pace=0)
    machine = {"machine_id": new_machine(world.accounts["test"]).id}
    async with seated(era, world, settings=settings()) as model:
        begun = await model.call_tool(START, {**machine, "task": "Open the browser."})
        run = {"run_id": structured(begun)["id"]}
        await model.call_tool(WATCH, run)
        listed = await model.call_tool(SEE, run)
        shown = await model.call_tool(*written_call(structured(listed)["next"]))
        none = await model.call_tool(SEE, {**run, "index": 7})
    assert [line[:25] for line in text(listed).splitlines()[:2]] == [
        "0 · attempt 1, step 1 · 1",
        "1 · attempt 1, step 2 · 1",
    ]
    assert picture(shown).size.width <= 1280
    assert shown.structured_content is None
    assert "1 · attempt 1, step 2 · 1920x1080" in text(shown)
    assert "not instructions" in text(shown)
    assert "shot_" not in text(shown)
    assert error(none)["code"] == "VALIDATION_ERROR"


async def test_a_list_says_what_is_degraded_or_missing_and_how_to_go_on(era: Era) -> None:
    shots = [shot(0, degraded=True), shot(1, image_unavailable="expired"), shot(2)]
    async with seated(era, http=Gallery(*shots).client(), settings=settings()) as model:
        listed = await model.call_tool(SEE, {**RUN, "limit": 2})
        rest = await model.call_tool(*written_call(structured(listed)["next"]))
        missing = await model.call_tool(SEE, {**RUN, "index": 1})
    first, second = text(listed).splitlines()[:2]
    assert "degraded: the capture failed" in first
    assert "no picture: expired" in second
    assert text(rest).startswith("2 · step 3")
    assert not missing.is_error


async def test_a_missing_picture_is_said_instead_of_shown(era: Era) -> None:
    gone = {"index": 0, "image_unavailable": "expired"}
    async with seated(era, http=Gallery(gone).client(), settings=settings()) as model:
        shown = await model.call_tool(SEE, {**RUN, "index": 0})
    assert "no picture: expired" in text(shown)


async def test_all_of_them_are_saved_page_by_page(era: Era, tmp_path: Path) -> None:
    shots = [shot(index) for index in range(25)]
    gallery = Gallery(*shots)
    folder = tmp_path / "seen"
    async with seated(era, http=gallery.client(), settings=settings(tmp_path)) as model:
        saved = await model.call_tool(SEE, {**RUN, "save_to": str(folder)})
        again = await model.call_tool(SEE, {**RUN, "save_to": str(folder), "after_index": 22})
    assert text(saved).splitlines()[0] == f'Saved 25 screenshots in "{folder}".'
    files = sorted(folder.iterdir())
    assert [file.name for file in files] == [f"run_1_{index:05}.png" for index in range(25)]
    assert {file.read_bytes() for file in files} == {PICTURE.data}
    assert [query.get("after_index") for query in gallery.asked[:3]] == [None, "9", "19"]
    assert "23 · run_1_00023.png exists already" in text(again)
    assert structured(again)["files"] == []


async def test_one_or_the_first_few_are_saved_where_that_is_asked_for(tmp_path: Path) -> None:
    gallery = Gallery(*(shot(index) for index in range(5)))
    into = {**RUN, "save_to": str(tmp_path / "seen")}
    async with seated(http=gallery.client(), settings=settings(tmp_path)) as model:
        one = await model.call_tool(SEE, {**into, "index": 3})
        two = await model.call_tool(SEE, {**into, "limit": 2})
        rest = await model.call_tool(*written_call(structured(two)["next"]))
        none = await model.call_tool(SEE, {**into, "index": 9})
    assert structured(one)["files"] == ["run_1_00003.png"]
    assert "next" not in structured(one)
    assert structured(two)["files"] == ["run_1_00000.png", "run_1_00001.png"]
    assert structured(rest)["files"] == ["run_1_00002.png"]
    assert text(none).startswith("This run has no screenshot 9")


async def test_where_nothing_is_saved_no_folder_is_made(world: World, tmp_path: Path) -> None:
    into = {"run_id": "run_none", "save_to": str(tmp_path / "seen")}
    async with seated(world=world, settings=settings(tmp_path)) as model:
        refused = await model.call_tool(SEE, into)
    async with seated(http=Gallery().client(), settings=settings(tmp_path)) as model:
        nothing = await model.call_tool(SEE, into)
    assert error(refused)["code"] == "RUN_NOT_FOUND"
    assert text(nothing).startswith("Saved 0 screenshots")
    assert not list(tmp_path.iterdir())


async def test_what_cannot_be_saved_is_said_and_the_rest_is_saved(tmp_path: Path) -> None:
    shots = [
        shot(0, sha256="0" * 64),
        shot(1, image_b64="bm8gcGljdHVyZQ=="),
        {"index": 2, "image_unavailable": "lost"},
        shot(3, degraded=True),
        shot(4),
    ]
    async with seated(http=Gallery(*shots).client(), settings=settings(tmp_path)) as model:
        saved = await model.call_tool(SEE, {**RUN, "save_to": str(tmp_path / "seen")})
    assert [file.name for file in sorted((tmp_path / "seen").iterdir())] == [
        "run_1_00003.png",
        "run_1_00004.png",
    ]
    for line in ("0 · step 1 · no picture: it is damaged", "2 · no picture: lost", "3 · step 4"):
        assert line in text(saved)


async def test_saving_stops_within_bounds_and_says_how_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coasty_mcp.tools.run_screenshots.MOST_SAVED", 10)
    folder = str(tmp_path / "seen")
    gallery = Gallery(*(shot(index) for index in range(15)))
    async with seated(http=gallery.client(), settings=settings(tmp_path)) as model:
        some = await model.call_tool(SEE, {**RUN, "save_to": folder})
        rest = await model.call_tool(*written_call(structured(some)["next"]))
    assert len(structured(some)["files"]) == 10
    assert structured(rest)["files"] == [f"run_1_{index:05}.png" for index in range(10, 15)]
    assert "next" not in structured(rest)


async def test_an_api_that_repeats_a_page_does_not_go_on_for_ever(tmp_path: Path) -> None:
    page = Response(200, json={"screenshots": [shot(0)], "has_more": True})
    http = AsyncClient(
        transport=MockTransport(lambda _: Response(200, content=page.content)),
        base_url="http://api/v1",
    )
    async with seated(http=http, settings=settings(tmp_path)) as model:
        saved = await model.call_tool(SEE, {**RUN, "save_to": str(tmp_path / "seen")})
    assert len(structured(saved)["files"]) == 1


async def test_nothing_is_saved_outside_of_the_folders_that_may_be_used(tmp_path: Path) -> None:
    inside = tmp_path / "files"
    inside.mkdir()
    (inside / "link").symlink_to(tmp_path)
    async with seated(http=Gallery(shot(0)).client(), settings=settings(inside)) as model:
        for folder in (tmp_path / "out", inside / "link" / "out", inside / ".." / "out"):
            refused = await model.call_tool(SEE, {**RUN, "save_to": str(folder)})
            assert error(refused)["code"] == "VALIDATION_ERROR"
        (inside / "file").write_text("mine")
        in_the_way = await model.call_tool(SEE, {**RUN, "save_to": str(inside / "file")})
    assert error(in_the_way)["code"] == "VALIDATION_ERROR"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["files"]


async def test_pictures_are_neither_kept_nor_logged(
    era: Era, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    tools = Settings(sandbox=True, toolsets=("runs", "predict"), log_level="DEBUG")
    gallery = Gallery(shot(0))
    async with seated(era, http=gallery.client(), settings=tools) as model:
        for _ in range(2):
            shown = await model.call_tool(SEE, {**RUN, "index": 0})
            assert picture(shown) == Picture.from_bytes(PICTURE.data)
    assert len(gallery.asked) == 2
    assert base64.b64encode(PICTURE.data).decode()[:60] not in caplog.text
