"""Nothing that a stranger writes into a command line keeps the process busy."""

import re
from contextlib import suppress
from random import Random
from time import process_time

import pytest

from coasty_mcp.sandbox.computer import CommandError, Computer
from coasty_mcp.sandbox.computer.drawing.theme import OsType
from coasty_mcp.sandbox.computer.shell.patterns import Pattern
from support.computer_user import User


@pytest.mark.parametrize(
    "command",
    [
        "echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa! | grep -E '(a+)+$'",
        "grep -E '(a|aa)+$' long.txt",
        "grep -E '(.*)*(.*)*(.*)*x' long.txt",
        "grep -o '(a*)*b' long.txt",
        "sed 's/a*a*a*a*b/x/g' long.txt",
        "sed -E 's/(a?){50}(a){50}/x/' long.txt",
        "grep -E '((((a{1,99}){1,99}){1,99}){1,99})' long.txt",
        "grep -E '((((){9999}){9999}){9999}){9999}' long.txt",
        "grep -E 'a*************************' long.txt",
        "find . -name '*a*a*a*a*a*a*a*a*a*a*a*a*b'",
        "cat long.txt long.txt long.txt long.txt long.txt long.txt long.txt long.txt long.txt x",
        "X=$(cat long.txt); echo $X$X$X$X$X$X$X$X$X$X$X$X$X$X$X$X$X$X$X$X$X$X$X | wc -c",
        "echo $((9**9**9**9**9)) $((1 << 99999999))",
        "printf '%9999s' x; printf '%1000000000d' 1",
        "sort long.txt;" * 500,
        "cat long.txt | wc;" * 500,
        "grep -E '(a|aa)+$' long.txt;" * 200,
        "sed 's/a/" + "&" * 5000 + "/g' long.txt",
        "sed 's/a*/" + "&" * 5000 + "/' long.txt",
        "seq -s '" + "x" * 8000 + "' 100000",
        "X=x; " + "X=$X$X$X; " * 500,
        "mkdir -p " + "a/" * 2000,
        "mkdir -p " + "a/" * 4000,
        "echo {1..999999999}",
        "echo {1..99}{1..99}{1..99}",
        "echo " + "$(" * 500 + "date" + ")" * 500,
        "echo $((" + "(" * 500 + "1" + ")" * 500 + "))",
        "echo $((" + "-" * 5000 + "1))",
        "grep -E '" + "(" * 3000 + "a" + ")" * 3000 + "' long.txt",
        "while true; do sort long.txt; done > /dev/null",
        "while true; do find / -name x; done; while true; do :; done",
        "for i in {1..999}; do for j in {1..999}; do for k in {1..999}; do :; done; done; done",
        "for i in $(seq 90000); do echo $i; done | tail -1",
        "while true; do while true; do while true; do x=$x; done | cat; done | cat; done | cat",
        "(" * 8000,
        "{ " * 4000,
        "if " * 2700,
        '"' * 8191,
        "'\"" * 4000,
        "\\\n" * 4000,
    ],
)
def test_no_command_line_keeps_the_process_busy(user: User, command: str) -> None:
    """A person who ends the server must not wait for what a stranger made it search."""
    user.run("file_write", path="long.txt", content=("a" * 60 + "!\n") * 1500)
    user.run("file_write", path="a" * 200, content="")
    started = process_time()
    user.computer.shell(command)
    assert process_time() - started < 3


def test_no_powershell_line_keeps_the_process_busy() -> None:
    for line in ("$x = 'x'; " + '$x = "$x$x"; ' * 500, '"' * 8000, "echo " + "`" * 8000):
        started = process_time()
        Computer("windows").shell(line)
        assert process_time() - started < 3


def test_no_edit_fills_the_memory_or_takes_for_ever(user: User) -> None:
    user.run("file_write", path="a.txt", content="a" * 500_000)
    started = process_time()
    with pytest.raises(CommandError, match="File too large"):
        user.run("file_edit", path="a.txt", old_text="a", new_text="b" * 500_000)
    user.double_click("Text Editor")
    for _ in range(4):
        user.type("a" * 20_000)
    user.type("!b")
    for key in ("ctrl+backspace", "ctrl+left", "ctrl+delete", "ctrl+home", "ctrl+right"):
        user.press(key)
    assert process_time() - started < 3


BASH = [
    *("for", "while", "until", "do", "done", "if", "then", "else", "fi", "in", "}", "!", "read"),
    "echo",
    "cat",
    "grep",
    "sed",
    "seq",
    "printf",
    "test",
    "[",
    "]",
    "find",
    "sort",
    "cut",
    "tr",
    "head",
    "cd",
    "which",
    "sleep",
    "-n",
    "-e",
    "-E",
    "-o",
    "-i",
    "-c",
    "*",
    "~",
    "..",
    "a",
    "x.txt",
    "Documents",
    "'s/a/b/g'",
    "2p",
    "'%s'",
    "%d",
    "%5.2f",
    "007",
    "0x1f",
    "99999999999999999999",
    "$X",
    "${X}",
    "${X:-a}",
    "${X/a}",
    "$?",
    "$(date)",
    "$((1+2))",
    "$((1/0))",
    "`pwd`",
    "$(",
    "))",
    "(",
    ")",
    "{",
    "{1..3}",
    "{a,b}",
    "'",
    '"',
    "\\",
    "|",
    "||",
    "&&",
    ";",
    "&",
    ">",
    ">>",
    "<",
    "<<",
    "<<<",
    "2>&1",
    "2>",
    ">&2",
    "<<EOF",
    "EOF",
    "\n",
    "#",
    "!",
    "=",
    "X=1",
    "[a-z]",
    "[[:alpha:]]",
    "(a+)+$",
    "a{2,3}",
    "^",
    "é",
    "\x00",
]
POWERSHELL = [
    "echo",
    "dir",
    "ver",
    "Get-Content",
    "Set-Content",
    "Select-String",
    "Select-Object",
    "Get-Date",
    "Get-CimInstance",
    "New-Item",
    "Copy-Item",
    "Test-Path",
    "Start-Sleep",
    "cd",
    "-Path",
    "-Value",
    "-First",
    "-Tail",
    "-Recurse",
    "*.csv",
    "a.txt",
    "1",
    "-1",
    "'x'",
    '"$x"',
    '"`n"',
    "$x",
    "$env:USERNAME",
    "$env:NO",
    "=",
    "'a'",
    "|",
    "||",
    "&&",
    ";",
    ">",
    ">>",
    "2>&1",
    "(",
    ")",
    "{",
    "@",
    ",",
    "#",
    "`",
    "'",
    '"',
    "$_",
    "\n",
]


@pytest.mark.parametrize(("os_type", "words"), [("linux", BASH), ("windows", POWERSHELL)])
def test_no_line_breaks_the_shell(os_type: OsType, words: list[str]) -> None:
    chance, computer = Random(7), Computer(os_type)
    for _ in range(1500):
        line = " ".join(chance.choices(words, k=chance.randrange(1, 12)))
        with suppress(CommandError):
            assert isinstance(computer.shell(line, timeout_ms=5000)["exit_code"], int)


def test_patterns_match_what_python_matches() -> None:
    """Python's own `re` is the judge, on random patterns and lines."""
    chance, pieces = Random(3), ["a", "b", ".", "[ab]", "[^a]", r"\w", r"\d", r"\b", "_"]

    def pattern(depth: int = 0) -> str:
        kind = chance.randrange(5 if depth < 4 else 2)
        if kind < 2:
            return chance.choice(pieces)
        if kind == 2:
            return pattern(depth + 1) + pattern(depth + 1)
        if kind == 3:
            return f"({pattern(depth + 1)}|{pattern(depth + 1)})"
        return f"({pattern(depth + 1)}){chance.choice(['*', '+', '?', '{1,2}', '{2}', '{1,}'])}"

    for _ in range(1000):
        text = chance.choice(["", "^"]) + pattern() + chance.choice(["", "$"])
        line = "".join(chance.choices("abc1_ ", k=chance.randrange(7)))
        expected = bool(re.search(text, line))
        assert (text, line, Pattern(text, extended=True).found_in(line)) == (text, line, expected)
