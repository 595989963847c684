import pytest

from coasty_mcp.api.errors import InvalidRequest
from coasty_mcp.screens import Picture, ScreenshotHandle, ScreenshotStore, Size
from support.drawings import plain_picture


def handle() -> ScreenshotHandle:
    return ScreenshotHandle(Size(1280, 720), Size(1920, 1080))


def test_a_picture_is_found_by_its_handle() -> None:
    screenshots, shown, picture = ScreenshotStore(), handle(), plain_picture(8, 6)
    screenshots.keep(picture, shown, "mch_1")
    assert screenshots.get(str(shown)) is picture
    assert screenshots.machine_of(str(shown)) == "mch_1"


def test_a_picture_that_is_gone_says_how_to_go_on() -> None:
    gone = str(handle())
    with pytest.raises(InvalidRequest, match=r"no longer kept.*coasty_take_machine_screenshot"):
        ScreenshotStore().get(gone)
    assert ScreenshotStore().machine_of(gone) is None


def test_a_made_up_handle_is_not_called_gone() -> None:
    with pytest.raises(InvalidRequest, match="not a screenshot_id"):
        ScreenshotStore().get("latest")


def test_nobody_finds_the_pictures_of_another() -> None:
    screenshots, shown = ScreenshotStore(), handle()
    ada, bob = screenshots.of("ada"), screenshots.of("bob")
    ada.keep(plain_picture(8, 6), shown, "mch_1")
    assert (ada.machine_of(str(shown)), bob.machine_of(str(shown))) == ("mch_1", None)
    assert (ada.screens_of("mch_1"), bob.screens_of("mch_1")) == ({Size(1920, 1080)}, set())
    with pytest.raises(InvalidRequest, match="no longer kept"):
        bob.get(str(shown))


def test_the_picture_used_longest_ago_makes_room() -> None:
    screenshots, picture = ScreenshotStore(most_bytes=250), Picture(bytes(100), "image/png")
    first, second, third = [handle() for _ in range(3)]
    screenshots.keep(picture, first)
    screenshots.keep(picture, second)
    screenshots.get(str(first))
    screenshots.keep(picture, third)
    assert screenshots.get(str(first)) is screenshots.get(str(third)) is picture
    with pytest.raises(InvalidRequest, match="no longer kept"):
        screenshots.get(str(second))


def test_a_picture_larger_than_all_the_room_is_not_kept() -> None:
    screenshots, shown = ScreenshotStore(most_bytes=10), handle()
    screenshots.keep(Picture(bytes(100), "image/png"), shown)
    with pytest.raises(InvalidRequest, match="no longer kept"):
        screenshots.get(str(shown))
