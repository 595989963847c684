"""Where secrets come from: a file of the user's own, or a command; faults are said at start."""

import os
import sys
import threading
from functools import partial
from pathlib import Path
from subprocess import run

import pytest

from coasty_mcp.api.secrets import Secrets
from coasty_mcp.hosts.launcher import output_of
from coasty_mcp.server.secret_sources import read_secrets
from coasty_mcp.settings import Settings, WrongSetting
from support.command_process import coasty_mcp

DOTENV = """\
# of the shop
SHOP_PASSWORD=correct horse  # the staple

export TOKEN = 'a # b \\n $HOME'
SPOKEN="say \\"hi\\"\\nand go \\$5"
KEY="-----BEGIN KEY-----
abc
-----END KEY-----"
HASH=abc#def#ghi
"""
VALUES = {
    "SHOP_PASSWORD": "correct horse",
    "TOKEN": "a # b \\n $HOME",
    "SPOKEN": 'say "hi"\nand go $5',
    "KEY": "-----BEGIN KEY-----\nabc\n-----END KEY-----",
    "HASH": "abc#def#ghi",
}


def from_file(path: Path, text: str, mode: int = 0o600) -> Secrets:
    path.write_bytes(text.encode())
    path.chmod(mode)
    return read_secrets(Settings(secrets_file=path), output_of)


def from_command(code: str) -> Secrets:
    command = f"{sys.executable} -c '{code}'"
    return read_secrets(Settings(secrets_command=command), partial(output_of, patience=2))


def values(secrets: Secrets) -> dict[str, str]:
    return {name: secrets.filled(f"{{{{secret:{name}}}}}") for name in secrets.names}


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("begins", ["", "\ufeff"])
def test_a_dotenv_file_is_read(tmp_path: Path, ends: str, begins: str) -> None:
    text = begins + DOTENV.replace("\n", ends)
    assert values(from_file(tmp_path / "env", text)) == VALUES


@pytest.mark.parametrize("printed", ['{"A": "correct horse"}', "A=correct horse"])
def test_a_command_prints_lines_or_json(printed: str) -> None:
    assert values(from_command(f"print({printed!r})".replace("'", '"""'))) == {"A": "correct horse"}


def test_both_together_are_read(tmp_path: Path) -> None:
    file = tmp_path / "env"
    from_file(file, "A=correct horse")
    both = Settings(secrets_file=file, secrets_command="cat")
    read = read_secrets(both, lambda command, most: b"B=battery staple")
    assert values(read) == {"A": "correct horse", "B": "battery staple"}


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o777])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(WrongSetting, match="others can read: chmod 600"):
        from_file(tmp_path / "env", "A=correct horse", mode)


@pytest.mark.timeout(5)
def test_a_file_is_not_read_to_an_end_that_never_comes(tmp_path: Path) -> None:
    from_file(tmp_path / "env", "A=correct horse")
    os.truncate(tmp_path / "env", 10 * 2**30)
    with pytest.raises(WrongSetting, match="holds more than 256,000 bytes"):
        read_secrets(Settings(secrets_file=tmp_path / "env"), output_of)


def test_what_is_no_regular_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    for path in (tmp_path / "pipe", tmp_path, Path("/dev/zero"), tmp_path / "none"):
        with pytest.raises(WrongSetting, match="COASTY_SECRETS_FILE names"):
            read_secrets(Settings(secrets_file=path), output_of)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("A=correct horse\nswordfish", "line 2 is not NAME=value"),
        ("A='correct horse", "line 1 is not NAME=value"),
        ("A=correct horse\nA=swordfish!", "line 2 names a secret again"),
        ("A=seven77", "A is shorter than 8 characters, and so cannot be hidden"),
        ("A=4", "A is shorter than 8"),
        ("A=", "A is shorter than 8"),
        ("A-B=correct horse", "a name must be letters, digits and _"),
        ('{"A": 12345678}', "each value in the JSON must be text"),
        ('{"A": "correct horse', "this is no JSON"),
        ("A=correct horse" * 20_000, "holds more than 256,000 bytes"),
        ("A=it is {{secret:A}}", "is no text that can be typed"),
    ],
)
def test_what_is_wrong_is_a_sentence_without_a_value(
    tmp_path: Path, text: str, sentence: str
) -> None:
    with pytest.raises(WrongSetting) as wrong:
        from_file(tmp_path / "env", text)
    assert sentence in str(wrong.value)
    assert not [word for word in ("horse", "swordfish", "seven77") if word in str(wrong.value)]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("import sys; sys.exit(3)", "it ended with exit code 3"),
        ("import time; time.sleep(60)", "it took longer than 2 s"),
        ("import os, time; os.fork() or time.sleep(60)", "it took longer than 2 s"),
        ("while True: print(9 * 9999)", "holds more than 256,000 bytes"),
        ("import sys; sys.stdout.buffer.write(bytes([255]))", "is not UTF-8 text"),
    ],
)
def test_a_command_that_fails_says_how(code: str, sentence: str) -> None:
    with pytest.raises(WrongSetting, match="COASTY_SECRETS_COMMAND") as wrong:
        from_command(code)
    assert sentence in str(wrong.value)


INTERRUPTED = """
import signal, sys
from coasty_mcp.hosts.launcher import output_of
signal.signal(signal.SIGUSR1, lambda *_: sys.exit(7))
watched = "until [ $(ls /proc/$PPID/task | wc -l) -gt 1 ]; do :; done"
output_of(["sh", "-c", f"{watched}; kill -USR1 $PPID; exec sleep 99"], 9)
"""
"""A process that is told to end as soon as it has a thread that watches its command."""


@pytest.mark.skipif(sys.platform != "linux", reason="looks for a thread in /proc")
@pytest.mark.timeout(20)
def test_a_command_ends_where_this_process_is_told_to_end() -> None:
    assert run([sys.executable, "-c", INTERRUPTED]).returncode == 7


def test_a_command_that_has_ended_is_watched_no_longer() -> None:
    assert output_of(["echo", "A"], 9) == b"A\n"
    alarms = [each for each in threading.enumerate() if isinstance(each, threading.Timer)]
    assert all(alarm.finished.is_set() for alarm in alarms), "it would end what has its number then"


def test_a_command_that_is_not_there_says_so() -> None:
    with pytest.raises(WrongSetting, match="No such file"):
        read_secrets(Settings(secrets_command="no-such-manager read"), output_of)


def test_a_command_is_run_without_a_shell_and_without_our_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COASTY_API_KEY", "sk-coasty-test-1")
    shown = from_command("import os; print('A=' + str(sorted(os.environ)) * 2)".replace("'", '"'))
    assert "COASTY_API_KEY" not in values(shown)["A"]
    echo = Settings(secrets_command="echo 'A=$HOME;' correct $(id)")
    assert values(read_secrets(echo, output_of)) == {"A": "$HOME; correct $(id)"}


def test_secrets_are_of_the_owner_and_not_of_remote_callers() -> None:
    remote = {"transport": "streamable-http", "allow_remote": "true", "allowed_host": "a.example"}
    for source in ("secrets_file", "secrets_command"):
        with pytest.raises(WrongSetting, match="gives nobody your secrets"):
            Settings.read({}, {**remote, source: "x"})


def test_a_server_with_wrong_secrets_does_not_start_and_says_why(tmp_path: Path) -> None:
    done = coasty_mcp("--sandbox", COASTY_SECRETS_FILE=str(tmp_path / "none"))
    assert done.returncode == 2
    assert "COASTY_SECRETS_FILE names" in done.stderr
    assert "cannot be read: No such file or directory" in done.stderr
