"""Names are one word of either shell, and the commands do in a real bash what they say."""

import os
import shutil
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from subprocess import run

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coasty_mcp.api.errors import InvalidRequest
from coasty_mcp.sandbox.computer import Computer
from coasty_mcp.tools.remote_shells import Bash, quoted_name

ATTACKS = [
    *("plain", "a b", "'", '"', "''", "\\", "\\'", "$(touch pwned)", "`touch pwned`", "$HOME"),
    *("; touch pwned", "&& touch pwned", "| touch pwned", "> pwned", "a\ntouch pwned", "-rf", "--"),
    *("!!", "*", "?", "[a-z]", "{a,b}", "#", "%TEMP%", "a\tb", "\x1b[31m", "\u202e", "\u00e4"),
    *("\u2018", "\u2019; touch pwned; \u2018", "\u201a\u201b'", "\u201c$(touch pwned)\u201d", "$_"),
    *(
        "'@\ntouch pwned\n@'",
        "a`$(touch pwned)",
        "' + (touch pwned) + '",
        "~user",
        "=x",
        "\r",
        "é" * 80,
    ),
]
BASH = shutil.which("bash")
with_bash = pytest.mark.skipif(not BASH, reason="there is no bash here")


def bash(command: str, folder: Path) -> str:
    variables = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    assert BASH
    done = run([BASH, "-c", command], cwd=folder, env=variables, capture_output=True, check=False)
    return (done.stdout + done.stderr).decode("utf-8", "surrogateescape")


@with_bash
@pytest.mark.parametrize("name", ATTACKS)
def test_a_name_is_one_word_of_bash(name: str, tmp_path: Path) -> None:
    printed = bash(f"printf '%s,' {quoted_name(name, windows=False)}", tmp_path)
    assert printed == f"{name},"
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("name", ATTACKS)
def test_a_name_is_one_word_of_powershell(name: str) -> None:
    """As its grammar has it: in single quotes only quotes end a text, and doubled are none."""
    quoted = quoted_name(name, windows=True)
    assert quoted[0] == quoted[-1] == "'"
    read, inside = "", quoted[1:-1]
    while inside:
        if inside[0] in "'\u2018\u2019\u201a\u201b":
            assert inside[0] == inside[1]
            inside = inside[1:]
        read, inside = read + inside[0], inside[1:]
    assert read == name


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\n\r"), min_size=1))
@settings(max_examples=50, deadline=None)
def test_any_name_comes_through_both_shells_of_the_sandbox(name: str) -> None:
    for system in ("linux", "windows"):
        word = quoted_name(name, windows=system == "windows")
        said = Computer(system).shell(f"echo {word}")["output"]
        if not name.startswith(("-", "~")):  # which echo and the home folder take
            assert said == f"{name}\n"


def test_the_home_folder_may_stand_first(tmp_path: Path) -> None:
    for path, meant in [("~/a b", f"{tmp_path}/a b"), ("~", str(tmp_path)), ("~a", "~a")]:
        assert bash(f"printf %s {quoted_name(path, windows=False)}", tmp_path) == meant


def test_a_nul_is_refused() -> None:
    for windows in (True, False):
        with pytest.raises(InvalidRequest, match="NUL"):
            quoted_name("a\0b", windows=windows)


@with_bash
@pytest.mark.parametrize("name", [*ATTACKS, "~", "True"])
def test_the_commands_do_in_a_real_bash_what_they_say(name: str, tmp_path: Path) -> None:
    folder, shell, data = tmp_path / f"in {name[:20]}", Bash(), os.urandom(5000)
    folder.mkdir()
    digest = sha256(data).hexdigest()
    target, part, encoded = (str(folder / each) for each in (name, ".part", ".b64"))
    looked = bash(shell.look(str(folder), target), tmp_path)
    assert looked == f"True\nFalse\n{folder}\n"
    Path(encoded).write_text(b64encode(data).decode())
    assert bash(shell.decode(encoded, part), tmp_path).startswith(digest)
    assert bash(shell.place(part, target, overwrite=False), tmp_path).startswith(digest)
    assert (folder / name).read_bytes() == data
    measured = bash(shell.measure(target), tmp_path)
    assert measured == f"5000\n{digest}  -\n{target}\n"
    Path(part).write_bytes(b"new")
    assert bash(shell.place(part, target, overwrite=False), tmp_path).startswith(digest)
    assert (folder / name).read_bytes() == data
    assert bash(shell.place(part, target, overwrite=True), tmp_path) != ""
    assert (folder / name).read_bytes() == b"new"
    (folder / name).write_bytes(data)
    cut = b""
    for number, last in ((0, 2000), (1, 2000), (2, 1000)):
        assert bash(shell.cut(target, number, 2000, last, part), tmp_path) == ""
        cut += Path(part).read_bytes()
    assert cut == data
    assert bash(shell.remove(target, part, encoded, "none"), tmp_path) == ""
    assert [*folder.iterdir()] == []
    assert [*tmp_path.iterdir()] == [folder]


@with_bash
def test_a_folder_is_neither_replaced_nor_moved_into(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "part").write_bytes(b"new")
    for overwrite in (True, False):
        printed = bash(Bash().place("part", "there", overwrite=overwrite), tmp_path)
        assert sha256(b"new").hexdigest() not in printed
    assert [*(tmp_path / "there").iterdir()] == []
