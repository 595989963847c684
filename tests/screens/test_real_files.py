"""Files are opened where their path was checked to lead, and never hang."""

import os
from contextlib import suppress
from pathlib import Path

import pytest

from coasty_mcp.api.errors import InvalidRequest
from coasty_mcp.screens import Picture, save
from coasty_mcp.server.allowed_paths import confined
from support.drawings import plain_picture


def free_descriptors() -> list[int]:
    """Return the lowest numbers that no open file has."""
    descriptors = [os.open(os.devnull, os.O_RDONLY) for _ in range(4)]
    for each in descriptors:
        os.close(each)
    return descriptors


async def test_a_path_that_became_a_link_after_it_was_checked_is_refused(tmp_path: Path) -> None:
    allowed, secret = tmp_path / "allowed", tmp_path / "secret"
    for folder in (allowed / "in", secret):
        folder.mkdir(parents=True)
        (folder / "screen.png").write_bytes(plain_picture(8, 6).data)
    path = confined(str(allowed / "in" / "screen.png"), [allowed])
    (allowed / "in" / "screen.png").unlink()
    (allowed / "in").rmdir()
    (allowed / "in").symlink_to(secret)
    with pytest.raises(InvalidRequest, match="cannot be opened"):
        await Picture.open_file(path)
    with pytest.raises(InvalidRequest, match="cannot be written"):
        await save(plain_picture(8, 6), str(allowed / "in" / "new.png"), "")
    assert [each.name for each in secret.iterdir()] == ["screen.png"]


async def test_a_file_that_became_a_link_after_it_was_checked_is_refused(tmp_path: Path) -> None:
    allowed, secret = tmp_path / "allowed", tmp_path / "secret.png"
    allowed.mkdir()
    for file in (allowed / "screen.png", secret):
        file.write_bytes(plain_picture(8, 6).data)
    path = confined(str(allowed / "screen.png"), [allowed])
    (allowed / "screen.png").unlink()
    (allowed / "screen.png").symlink_to(secret)
    with pytest.raises(InvalidRequest, match="cannot be opened"):
        await Picture.open_file(path)


async def test_a_fifo_and_a_device_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.png")
    for path in (tmp_path / "fifo.png", Path("/dev/zero")):
        with pytest.raises(InvalidRequest, match="is not a file"):
            await Picture.open_file(str(path))


async def test_no_file_stays_open_whether_it_was_read_or_refused(tmp_path: Path) -> None:
    screen, folder, new = tmp_path / "screen.png", tmp_path / "folder", tmp_path / "new.png"
    screen.write_bytes(plain_picture(8, 6).data)
    folder.mkdir()
    await Picture.open_file(str(screen))  # which starts what decodes it
    free = free_descriptors()
    for path in (screen, folder, tmp_path / "missing.png", folder / "missing" / "in.png"):
        with suppress(InvalidRequest):
            await Picture.open_file(str(path))
        assert free_descriptors() == free
    for _ in range(2):  # the second time it is there already
        with suppress(InvalidRequest):
            await save(plain_picture(8, 6), str(new), "")
        assert free_descriptors() == free


async def test_a_file_url_and_a_tilde_lead_where_they_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "a screen.png").write_bytes(plain_picture(8, 6).data)
    for path in ("~/a screen.png", f"file://{tmp_path}/a%20screen.png"):
        assert (await Picture.open_file(confined(path, [tmp_path]))).size == (8, 6)
    with pytest.raises(InvalidRequest, match="not in a folder"):
        confined("file:///etc/passwd", [tmp_path])
