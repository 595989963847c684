from pathlib import Path

import pytest

from coasty_mcp.api.errors import InvalidRequest
from coasty_mcp.screens import Picture, save
from support.drawings import plain_picture


@pytest.mark.parametrize(
    ("to", "name", "file"),
    [
        ("", "PNG", "shot_1.png"),
        ("look.png", "PNG", "look.png"),
        ("look.jpeg", "WEBP", "look.webp"),
        ("shots", "WEBP", "shots/shot_1.webp"),
        ("2026.05", "PNG", "2026.05/shot_1.png"),
        ("look.png", "JPEG", "look.jpg"),
        ("look.JPG", "JPEG", "look.jpg"),
        *((f"look.{each}", "PNG", "look.png") for each in ("bmp", "gif", "webp")),
    ],
)
async def test_a_picture_is_saved_under_what_it_is(
    to: str, name: str, file: str, tmp_path: Path
) -> None:
    drawn = plain_picture(8, 6, name)
    saved = await save(drawn, str(tmp_path / to), "shot_1")
    assert saved == (tmp_path / file).resolve()
    assert await Picture.open_file(str(saved)) == drawn
    (other := tmp_path / "other.txt").touch()
    assert saved.stat().st_mode == other.stat().st_mode


async def test_a_file_is_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "look.png"
    file.write_text("precious")
    with pytest.raises(InvalidRequest, match="already"):
        await save(plain_picture(8, 6), str(file), "shot_1")
    assert file.read_text() == "precious"


@pytest.mark.parametrize("to", ["missing/look.png", "x" * 5000, "nul\0.png"])
async def test_a_place_that_cannot_be_written_is_refused(to: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match=r"cannot be written: .") as refused:
        await save(plain_picture(8, 6), str(tmp_path / to), "shot_1")
    assert len(str(refused.value)) < 300
