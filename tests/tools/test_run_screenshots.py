"""What an agent saw, step by step: listed, shown one by one, saved into a folder."""

import base64
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient, MockTransport, Request, Response

from coasty_mcp.sandbox import World
from coasty_mcp.screens import Picture
from coasty_mcp.settings import Settings
from support.drawings import plain_picture
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

Json = dict[str, Any]

SEE, WATCH, START = "coasty_get_run_screenshots", "coasty_watch_run", "coasty_start_run"
RUN = {"run_id": "run_1"}
PICTURE = plain_picture(200, 100)


class Gallery:
    """An API with the screenshots of one run."""

    def __init__(self, *shots: Json, page: int = 10) -> None:
        self.shots, self.page = shots, page
        self.asked: list[Json] = []

    def __call__(self, request: Request) -> Response:
        query = dict(request.url.params)
        self.asked.append(query)
        most = min(int(query["limit"]), self.page)
        after = int(query.get("after_index", -1))
        found = [each for each in self.shots if each["index"] > after]
        data = [
            {name: each[name] for name in each if name != "image_b64" or "include_image" in query}
            for each in found[:most]
        ]
        return Response(200, json={"data": data, "has_more": len(found) > most})

    def client(self) -> AsyncClient:
        return AsyncClient(transport=MockTransport(self), base_url="http://api/v1")


def shot(index: int, **more: Any) -> Json:
    digest = sha256(PICTURE.data).hexdigest()
    return {"index": index, "step": index + 1, "image_b64": PICTURE.base64, "sha256": digest} | more


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
