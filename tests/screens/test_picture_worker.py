"""What a stranger's picture may take of time and memory, whatever it makes a decoder do."""

import os
import pickle
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from time import monotonic

import pytest
from PIL import Image

from coasty_mcp.api.errors import InvalidScreenshot
from coasty_mcp.screens import Picture, fit_for_api, picture_worker
from coasty_mcp.screens.picture_worker import work_on
from support.attacking_pictures import (
    black_png,
    costly_webp,
    divide_by_zero,
    names_of_variables,
    number_of_process,
    take_all_memory,
    take_for_ever,
    with_scans,
)
from support.drawings import encode, plain_picture

LARGE = replace(plain_picture(1920, 1080), foreign=True)
COSTLY = "more time or memory"


async def test_what_takes_for_ever_is_ended_and_the_next_picture_is_decoded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert picture_worker.SECONDS == 5
    await fit_for_api(LARGE)
    with monkeypatch.context() as patched:
        patched.setattr(picture_worker, "SECONDS", 0.2)
        began = monotonic()
        with pytest.raises(InvalidScreenshot, match=COSTLY):
            await work_on(LARGE, take_for_ever)
        assert monotonic() - began < 4
    assert await fit_for_api(LARGE) == await fit_for_api(plain_picture(1920, 1080))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no alarm")
def test_a_worker_ends_in_time_though_its_parent_is_gone() -> None:
    serve = "from coasty_mcp.screens import picture_worker as w; w.SECONDS = 1; w.serve()"
    task = pickle.dumps((take_for_ever, LARGE, (), {}))
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    ended = subprocess.run(
        [sys.executable, "-c", serve], input=task, env=environment, check=False, timeout=20
    )
    assert ended.returncode == -signal.SIGALRM


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits memory")
async def test_what_takes_too_much_memory_is_refused() -> None:
    with pytest.raises(InvalidScreenshot, match=COSTLY):
        await work_on(LARGE, take_all_memory)
    with pytest.raises(InvalidScreenshot):
        await fit_for_api(replace(Picture.from_bytes(costly_webp()), foreign=True))
    assert (await fit_for_api(LARGE)).size == (1280, 720)


@pytest.mark.parametrize(
    ("picture", "sent"),
    [
        (Picture.from_bytes(black_png(7680, 4320)), (3840, 2160)),
        (encode(Image.new("RGB", (4200, 4000)), compress_level=1), (2268, 2160)),
    ],
    ids=["8K", "17 megapixels in colours"],
)
async def test_a_large_picture_takes_no_more_memory_than_it_may(
    picture: Picture, sent: tuple[int, int]
) -> None:
    assert (await fit_for_api(replace(picture, foreign=True), hd=True)).size == sent


async def test_where_they_are_decoded_there_is_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COASTY_API_KEY", "sk-coasty-live-secret")
    worker = picture_worker.WorkerProcess()
    names = worker.run((names_of_variables, LARGE, (), {}))
    worker.end()
    assert "PATH" in names
    assert not [name for name in names if name.startswith("COASTY_")]


async def test_pictures_of_callers_and_from_files_are_those_of_strangers(tmp_path: Path) -> None:
    (tmp_path / "screen.png").write_bytes(LARGE.data)
    assert (await Picture.open_file(str(tmp_path / "screen.png"))).foreign
    assert (await Picture.of_stranger(LARGE.base64)).foreign


async def test_a_failure_there_is_raised_here() -> None:
    with pytest.raises(ZeroDivisionError):
        await work_on(LARGE, divide_by_zero)


async def test_other_pictures_are_decoded_in_this_process() -> None:
    assert await work_on(replace(LARGE, foreign=False), number_of_process) == os.getpid()
    assert await work_on(LARGE, number_of_process) != os.getpid()


async def test_a_jpeg_of_countless_scans_is_refused_at_once() -> None:
    began = monotonic()
    with pytest.raises(InvalidScreenshot, match="damaged"):
        Picture.from_bytes(with_scans(20_000))
    assert monotonic() - began < 1
    assert Picture.from_bytes(with_scans(0)).size == (3000, 3000)
