"""What people write is drawn, although the font that comes with Pillow has little but ASCII."""

import unicodedata

import pytest

from coasty_mcp.sandbox.computer.drawing.glyph_painter import in_font
from coasty_mcp.sandbox.computer.drawing.text_layout import Face, advance
from coasty_mcp.sandbox.computer.drawing.text_masks import mask
from support.computer_user import User

LETTERS = "ÄÖÜäöüßéèêëàáâãåçčñõőøłđæœíïıýžşąęćńś"
SYMBOLS = "€£¥§µ\N{MULTIPLICATION SIGN}÷„\N{EN DASH}—•®²½→←↑↓✓✗★☆"
EMOJI = "😀🙂😉😍😎😐😢😡😮👍👎👋🚀🔥⚠🎉💡📧🔒🔍☀⏰📅📁📄🌍🏠☕❤✅❌"


def drawn(letter: str, face: Face = "plain") -> bytes:
    return mask(letter, 28, face).tobytes()


@pytest.mark.parametrize("face", ["plain", "bold", "mono"])
def test_letters_symbols_and_emoji_are_drawn_each_in_its_own_way(face: Face) -> None:
    pictures = {drawn(letter, face): letter for letter in LETTERS + SYMBOLS}
    assert "".join(pictures.values()) == LETTERS + SYMBOLS
    assert all(any(picture) for picture in pictures)
    shown = {drawn(letter, face): letter for letter in EMOJI}
    assert "".join(shown.values()) == EMOJI


@pytest.mark.parametrize(("letter", "base"), [("ä", "a"), ("Ü", "U"), ("ñ", "n"), ("ç", "c")])
def test_an_accent_is_seen_and_takes_no_room(letter: str, base: str) -> None:
    assert drawn(letter) != drawn(base)
    assert advance(letter, "plain") == advance(base, "plain")


@pytest.mark.parametrize("face", ["plain", "bold", "mono"])
def test_an_accent_that_is_typed_by_itself_is_drawn_on_its_letter(face: Face) -> None:
    for letter in "äÜñç":
        apart = unicodedata.normalize("NFD", letter)
        assert drawn(apart, face) == drawn(letter, face)
        assert sum(advance(each, face) for each in apart) == advance(letter, face)


def test_what_cannot_be_drawn_shows_its_code_point() -> None:
    assert not in_font("中")
    assert drawn("中") != drawn("国")


@pytest.mark.parametrize("letter", ["\ufe0f", "\u200d", "\U0001f3fd", "\u202e", "\x07"])
def test_what_only_changes_another_letter_is_not_drawn(letter: str) -> None:
    assert advance(letter, "plain") == 0
    assert drawn(f"a{letter}b") == drawn("ab")


def test_umlauts_that_are_typed_change_the_picture() -> None:
    pictures = set[bytes]()
    for name in ("Jurgen Grose", "Jürgen Größe"):
        user = User()
        user.go("example.com/contact")
        user.click("Name")
        user.type(name)
        pictures.add(user.computer.picture().tobytes())
        assert user.value("Name") == name
    assert len(pictures) == 2
