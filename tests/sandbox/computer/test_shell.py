"""The shell of a simulated computer."""

import pytest

from coasty_mcp.sandbox.computer import CommandError, Computer
from support.computer_user import User


@pytest.fixture
def user() -> User:
    return User()


@pytest.mark.parametrize(
    ("line", "output"),
    [
        ("echo hello world", "hello world\n"),
        ("pwd", "/home/user\n"),
        ("ls", "Desktop\nDocuments\nDownloads\n"),
        ("cd Documents && pwd; cd - && pwd", "/home/user/Documents\n/home/user\n"),
        ("whoami; hostname", "user\nsandbox\n"),
        ("uname -a && uptime", "Linux sandbox 6.8.0 x86_64\n 12:03:07 up 3 min"),
        ("date", "Sat Aug 22 12:03:07 UTC 2026\n"),
        ("date +%F", "2026-08-22\n"),
        ("head -n 1 Downloads/report.csv", "month,orders,revenue\n"),
        ("tail -1 Downloads/report.csv", "August,127,10160\n"),
        ("cat Downloads/report.csv | grep -v month | wc -l", "3\n"),
        ("grep -in july Downloads/*.csv", "3:July,131,10480\n"),
        ("echo b > x; echo a >> x; cat x", "b\na\n"),
        ("cat < Downloads/report.csv | head -1", "month,orders,revenue\n"),
        ("echo 'a;b' \"c|d\" e\\ f", "a;b c|d e f\n"),
        ("X=1; echo $X '$X' \"${X}2\"", "1 $X 12\n"),
        ("export NAME='Ada L'; echo $NAME; env | grep NAME", "Ada L\nNAME=Ada L\n"),
        ("false || echo rescued", "rescued\n"),
        ("false && echo no; echo $?", "1\n"),
        ("true && echo yes # a comment", "yes\n"),
        ("mkdir -p a/b && touch a/b/c && cp -r a d && mv d/b/c e && ls d/b e", "d/b:\ne\n"),
        ("mkdir q && rm -r q && ls q", "ls: /home/user/q: No such file or directory\n"),
        ("ls nowhere 2>/dev/null || echo gone", "gone\n"),
        ("cat nowhere 2>&1 | wc -l", "1\n"),
        ("echo *", "Desktop Documents Downloads\n"),
        ("sleep 60; echo awake", "awake\n"),
        ("echo a\necho b", "a\nb\n"),
        ("exit 3; echo never", ""),
    ],
)
def test_a_line_prints_what_bash_would(user: User, line: str, output: str) -> None:
    assert user.shell(line).startswith(output)
    assert bool(user.shell(line)) == bool(output)


@pytest.mark.parametrize(
    ("line", "output", "code"),
    [
        ("foo", "bash: foo: command not found\n", 127),
        ("false", "", 1),
        ("exit 3", "", 3),
        ("cd nowhere", "cd: /home/user/nowhere: No such file or directory\n", 1),
        ("rm Documents", "rm: cannot remove 'Documents': Is a directory\n", 1),
        ("rm -rf ~", "rm: /home/user: Permission denied\n", 1),
        ("cp -r Documents Documents/again", "cp: ", 1),
        ("echo hi > nowhere/x", "bash: /home/user/nowhere/x: No such file or directory\n", 1),
        ("grep nothing Downloads/report.csv", "", 1),
        ("grep '(' Downloads/report.csv", "grep: bad pattern", 1),
        ("mkdir", "mkdir: missing operand\n", 1),
        ("echo 'open", "bash: syntax error", 2),
        ("echo $(date)", "bash: syntax error near unexpected token `('\n", 2),
        ("ls |", "bash: syntax error", 2),
        ("echo >", "bash: syntax error", 2),
    ],
)
def test_a_failure_has_its_message_and_exit_code(
    user: User, line: str, output: str, code: int
) -> None:
    result = user.computer.shell(line)
    assert result["output"].startswith(output)
    assert result["exit_code"] == code


def test_a_session_keeps_its_folder_and_variables(user: User) -> None:
    session = user.computer.shell("cd Documents; X=5")["session_id"]
    assert user.computer.shell("pwd; echo $X", session)["output"] == "/home/user/Documents\n5\n"
    assert user.shell("pwd; echo $X") == "/home/user\n\n"


def test_a_command_may_start_in_a_folder(user: User) -> None:
    assert user.computer.shell("ls", cwd="/home/user/Downloads")["output"] == "report.csv\n"
    with pytest.raises(CommandError, match="No such file"):
        user.computer.shell("ls", cwd="/nowhere")


def test_output_is_cut_at_5000_characters(user: User) -> None:
    user.run("file_write", path="long.txt", content="x" * 9000)
    assert len(user.shell("cat long.txt")) == 5000


def test_a_session_is_connected_read_cleared_and_closed(user: User) -> None:
    session = user.run("terminal_connect")["session_id"]
    done = user.run("terminal_execute", command="echo hi", session_id=session)
    assert (done["output"], done["exit_code"], done["session_id"]) == ("hi\n", 0, session)
    read = user.run("terminal_read", session_id=session)["output"]
    assert read == "user@sandbox:~$ echo hi\nhi\n"
    user.run("terminal_clear", session_id=session)
    assert user.run("terminal_read")["output"] == ""
    user.run("terminal_close", session_id=session)
    with pytest.raises(CommandError, match=f"There is no terminal session {session}"):
        user.run("terminal_read", session_id=session)


def test_windows_has_its_own_prompt_paths_and_names() -> None:
    computer = Computer("windows")
    assert computer.shell("Get-Location")["output"] == "C:\\Users\\user\n"
    assert computer.shell("Get-ChildItem")["output"].splitlines()[0] == "Desktop"
    assert computer.shell("Write-Output hi")["output"] == "hi\n"
    assert "not recognized" in computer.shell("foo")["output"]
    session = computer.shell("cd C:\\Users\\user\\Downloads")["session_id"]
    transcript = computer.run("terminal_read", {"session_id": session})["output"]
    assert transcript.startswith("PS C:\\Users\\user> cd")
    assert computer.run("file_read", {"path": "C:\\Users\\user\\Downloads\\report.csv"})["content"]
