"""The shell of a simulated computer."""

import copy
from datetime import UTC, datetime, timedelta

import pytest
from PIL import ImageChops

from coasty_mcp.sandbox.computer import CommandError, Computer
from support.computer_user import User


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
        ("printf '%s' hello | base64; echo aGVsbG8= | base64 -d; echo", "aGVsbG8=\nhello\n"),
        ("echo /wD+ | base64 -d > -b; base64 -w0 -- -b; wc -c < -b; cat -- -b", "/wD+3\n\ufffd\0"),
        ("base64 Downloads/report.csv | head -1 | tr -d A-Za-z0-9+/=", "\n"),
        ("echo '!' | base64 -d || echo no", "base64: invalid input\nno\n"),
        ("printf abc | sha256sum; printf abc > a; sha256sum a", "ba7816bf8f01cfea414140de5dae2223"),
        ("printf abcdefg > a; dd if=a of=b bs=3 skip=1 count=1 status=none; cat b", "def"),
        ("dd if=a oflag=x", "dd: the sandbox does not know 'oflag=x' here, only if, of, bs"),
        ("stat -c '%s %n' Downloads/report.csv", "67 Downloads/report.csv\n"),
        ("realpath ./Downloads/../x; realpath -e x", "/home/user/x\nrealpath: /home/user/x: No"),
        ("touch a; echo b > b; mv -n b a; cat a b; mv -T b a; cat a", "b\nb\n"),
        ("mv -T Downloads/report.csv Documents", "mv: cannot overwrite directory 'Documents'"),
        ("mkdir q && rm -r q && ls q", "ls: /home/user/q: No such file or directory\n"),
        ("ls nowhere 2>/dev/null || echo gone", "gone\n"),
        ("cat nowhere 2>&1 | wc -l", "1\n"),
        ("echo *", "Desktop Documents Downloads\n"),
        ("sleep 60; echo awake", "awake\n"),
        ("echo a\necho b", "a\nb\n"),
        ("exit 3; echo never", ""),
        ("echo $((2 + 3 * 4)) $(( (2+3)*4 % 7 )) $((2**10)) $((-7 / 2))", "14 6 1024 -3\n"),
        ("X=5; echo $((X * 2 + $X)) $((X > 4 ? 1 : 0))", "15 1\n"),
        ('echo $(pwd) "$(echo a; echo b)" `whoami`', "/home/user a\nb user\n"),
        ("echo $(cd Documents; pwd); pwd", "/home/user/Documents\n/home/user\n"),
        ("FILES=$(ls | wc -l); echo $((FILES + 1))", "4\n"),
        ("X='a  b'; echo $X; echo \"$X\"", "a b\na  b\n"),
        ("echo ${X:-none} ${USER:-none} ${#USER} ${USER:+there}", "none user 4 there\n"),
        ("mkdir -p p/{src,tests}; ls p; echo {1..4} x{a,b}y", "src\ntests\n1 2 3 4 xay xby\n"),
        ("printf '%s=%d\\n' a 1 b 2", "a=1\nb=2\n"),
        ("printf '%05.1f|%-4s|%x%%' 3.14159 ab 255", "003.1|ab  |ff%"),
        ("printf 'one\\ttwo\\n'; echo -e 'a\\nb'", "one\ttwo\na\nb\n"),
        ("seq 3; seq 2 2 6 | tail -1; seq 3 -1 2", "1\n2\n3\n6\n3\n2\n"),
        ("which cat; command -v ls; type cd", "/usr/bin/cat\n/usr/bin/ls\ncd is a shell"),
        ("df -h | tail -1", "/dev/vda1           10.0G       3.0G       7.0G  30% /\n"),
        (
            "printf 'one\\ntwo\\n' > t; tail -c +5 t | head -c 2; tail -c 3 t",
            "two\nwo\n"[:2] + "wo\n",
        ),
        ("head -c3 Documents/welcome.txt; head --lines=1 Downloads/report.csv", "Welmonth,orders"),
        ("seq 4 | tail -n +3; seq 4 | head -n -3", "3\n4\n1\n"),
        ("test -d Documents && [ -f Documents/welcome.txt ] && [ 3 -gt 2 ] && echo ok", "ok\n"),
        ("cat > f.txt <<'EOF'\nhello $USER\n\"x\"\nEOF\ncat f.txt", 'hello $USER\n"x"\n'),
        ("cat <<EOF | wc -l\n$USER\n$((1+1))\nEOF", "2\n"),
        ("cat <<< $USER", "user\n"),
        (
            "sort -rn Downloads/report.csv | head -1; printf 'b\\na\\nb\\n' | sort | uniq -c",
            "month",
        ),
        ("cut -d, -f2 Downloads/report.csv | tail -1; echo abc | tr a-c A-C", "127\nABC\n"),
        ("sed -n 2p Downloads/report.csv; echo aXbX | sed 's/X/-&/g'", "June,118,9440\na-Xb-X\n"),
        ("find . -name '*.csv'; find Documents -type f", "./Downloads/report.csv\nDocuments/welc"),
        (
            "grep -rl July .; grep -o '[0-9]\\+' Downloads/report.csv | head -1",
            "./Downloads/report.csv",
        ),
        ("echo a >&2; echo b", "a\nb\n"),
        ("echo hi | tee x y | cat; cat x y", "hi\nhi\nhi\n"),
    ],
)
def test_a_line_prints_what_bash_would(user: User, line: str, output: str) -> None:
    printed = user.shell(line)
    assert printed[: len(output)] == output
    assert bool(printed) == bool(output)


@pytest.mark.parametrize(
    ("line", "output", "code"),
    [
        (
            "foo",
            "bash: foo: command not found. The sandbox does not have it; it has: :, [, ",
            127,
        ),
        ("false", "", 1),
        ("exit 3", "", 3),
        ("cd nowhere", "cd: /home/user/nowhere: No such file or directory\n", 1),
        ("rm Documents", "rm: cannot remove 'Documents': Is a directory\n", 1),
        ("rm -rf ~", "rm: /home/user: Permission denied\n", 1),
        ("cp -r Documents Documents/again", "cp: ", 1),
        ("echo hi > nowhere/x", "bash: /home/user/nowhere/x: No such file or directory\n", 1),
        ("grep nothing Downloads/report.csv", "", 1),
        ("grep -E '(' Downloads/report.csv", "grep: bad pattern", 1),
        ("mkdir", "mkdir: missing operand\n", 1),
        ("echo 'open", "bash: syntax error", 2),
        ("date)", "bash: syntax error near unexpected token `)'\n", 2),
        ("echo $(date", "bash: syntax error: a bracket is not closed", 2),
        ("echo ${X/a/b}", "bash: the sandbox does not expand ${X/a/b}", 1),
        ("echo $((1 / 0))", "bash: division by 0", 1),
        ("echo $((1 +))", "bash: ", 1),
        ("echo $((x++))", "bash: ", 1),
        ("python3 -c 'print(1)'", "bash: python3: command not found. The sandbox does not", 127),
        ("seq 1000000000", "seq: the sandbox does not print more than 100,000 numbers", 1),
        ("sed 's/a/\\1/' Downloads/report.csv", "sed: the sandbox does not put groups in", 1),
        ("grep -E '(a)\\1' Downloads/report.csv", "grep: bad pattern: the sandbox does not", 1),
        ("find . -exec rm {} +", "find: the sandbox does not find with more than -name", 1),
        ("which python3", "which: no python3: the sandbox does not have it\n", 1),
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


def test_sleep_takes_simulated_time_and_a_timeout_is_met(user: User) -> None:
    started = user.computer.clock.now()
    assert user.run("terminal_execute", command="sleep 20; echo awake")["output"] == "awake\n"
    assert (user.computer.clock.now() - started).total_seconds() == 20
    assert user.shell("date") == "Sat Aug 22 12:03:27 UTC 2026\n"
    with pytest.raises(CommandError, match="did not end within 30000 ms") as failure:
        user.run("terminal_execute", command="echo begun; sleep 50; echo never")
    assert failure.value.result
    assert (failure.value.result["output"], failure.value.result["exit_code"]) == ("begun\n", 124)
    assert (user.computer.clock.now() - started).total_seconds() == 50
    done = user.run("terminal_execute", command="sleep 50; echo awake", timeout_ms=60_000)
    assert done["output"] == "awake\n"


def test_after_simulated_time_the_clock_waits_until_the_worlds_has_come_as_far() -> None:
    moment = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
    user = User(Computer(width=1280, height=720, now=lambda: moment))
    assert user.shell("sleep 60; date +%T") == "09:31:00\n"
    moment += timedelta(seconds=59)
    assert user.shell("date +%T") == "09:31:00\n"
    moment += timedelta(seconds=2)
    assert user.shell("date +%T") == "09:31:01\n"


def test_a_command_in_the_background_takes_no_time_and_is_done_at_once(user: User) -> None:
    line = "sleep 500 > out.txt 2>&1 & echo begun"
    done = user.run("terminal_execute", command=line, timeout_ms=1000)
    assert done["output"] == "begun\n"
    assert user.shell("date; ls out.txt") == "Sat Aug 22 12:03:07 UTC 2026\nout.txt\n"
    with pytest.raises(CommandError, match=r"at most 120000; what takes longer .* background"):
        user.run("terminal_execute", command="sleep 500", timeout_ms=120_000)


def test_the_clock_of_a_machine_is_that_of_its_world() -> None:
    moment = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
    user = User(Computer(width=1280, height=720, now=lambda: moment))
    assert user.shell("date +%F; uptime").startswith("2027-03-01\n 09:30:00 up 3 min")
    assert user.shell("ls -l Downloads").endswith("Mar 01 09:30 report.csv\n")
    assert user.find("Clock").value == "09:30"
    snapshot = copy.deepcopy(user.computer)
    moment = datetime(2027, 3, 2, 9, 30, tzinfo=UTC)
    assert snapshot.shell("date +%F")["output"] == "2027-03-02\n"


def test_a_machine_without_a_desktop_shows_its_console() -> None:
    computer = Computer(width=1280, height=720, desktop=False)
    empty = computer.picture()
    computer.shell("echo hello")
    shown = computer.picture()
    assert shown.size == (1280, 720)
    assert shown.getpixel((1200, 700)) == (0x16, 0x19, 0x1F)
    assert ImageChops.difference(empty, shown).getbbox() is not None
    assert [(e.role, e.label) for e in computer.scene().elements] == [("window", "Console")]
