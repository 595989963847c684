"""Loops, conditions and groups in the shell of a simulated computer, as bash runs them."""

import pytest

from coasty_mcp.sandbox.computer import CommandError
from support.computer_user import User

READING = "printf 'a 1\\nb 2\\n' > t; while read -r x y; do echo $y$x; done < t"
NESTED = "for i in 1 2 3; do for j in 1 2 3; do if [ $j = 2 ]; then {}; fi; echo $i$j; done; done"


@pytest.mark.parametrize(
    ("line", "output"),
    [
        ("for i in 1 2 3; do echo $i; done", "1\n2\n3\n"),
        ('for d in D*s; do echo "<$d>"; done', "<Documents>\n<Downloads>\n"),
        ('for x in "a b" c; do echo "$x"; done', "a b\nc\n"),
        ("for i in $(seq 2) {5..6}; do printf '%s-' $i; done; echo $i", "1-2-5-6-6\n"),
        ("for i in; do echo never; done; echo $?", "0\n"),
        ("i=0; while [ $i -lt 3 ]; do echo $i; i=$((i+1)); done", "0\n1\n2\n"),
        ("i=2; until [ $i -eq 0 ]; do echo $i; i=$((i-1)); done", "2\n1\n"),
        ("while false; do :; done; echo $?", "0\n"),
        (NESTED.format("continue"), "11\n13\n21\n23\n31\n33\n"),
        (NESTED.format("continue 2"), "11\n21\n31\n"),
        (NESTED.format("break 2"), "11\n"),
        ("break; echo after", "break: only meaningful in a loop\nafter\n"),
        (READING, "1a\n2b\n"),
        ("seq 3 | while IFS= read -r x; do echo got $x; done", "got 1\ngot 2\ngot 3\n"),
        ("seq 3 | { read x; echo first $x; cat; }", "first 1\n2\n3\n"),
        ("n=0; seq 3 | while read x; do n=$((n+1)); done; echo $n", "0\n"),
        ('read x y <<< "1 2 3"; echo $x,$y', "1,2 3\n"),
        ("if false; then echo a; elif true; then echo b; else echo c; fi", "b\n"),
        ("if ! [ -d nope ]; then echo none; fi; ! true; echo $?", "none\n1\n"),
        ("if [ 1 -eq 1 ]\nthen\n  echo lines\nfi", "lines\n"),
        ("if true; then false; fi; echo $?", "1\n"),
        ("A=1; (A=2; cd /; pwd; echo $A); echo $A; pwd", "/\n2\n1\n/home/user\n"),
        ("(exit 3); echo $?", "3\n"),
        ("{ echo b; echo a; } | sort; { echo c; } > f; cat f", "a\nb\nc\n"),
        ("for i in 3 1 2; do echo $i; done | sort | head -1", "1\n"),
        ("for i in 1 2; do echo $i >> acc; ls none; done 2> errors; wc -l < errors", "2\n"),
        ("x=$(for i in 1 2; do echo $i; done); echo $x", "1 2\n"),
        ("[ 1 = 1 ] && for i in 1; do echo $i; done || echo no", "1\n"),
        ("for i in 1 2; do exit 4; done; echo never", ""),
        ("cd / | cat; pwd; echo for while do done if then fi {", "/home/user\nfor while do done"),
    ],
)
def test_a_loop_or_condition_does_what_bash_does(user: User, line: str, output: str) -> None:
    printed = user.shell(line)
    assert printed[: len(output)] == output
    assert bool(printed) == bool(output)


@pytest.mark.parametrize(
    ("line", "output", "code"),
    [
        ("for i in 1 2; do exit 4; done", "", 4),
        ("if false; then echo a; fi", "", 0),
        ("for i in 1 2; do echo $i", "bash: syntax error: unexpected end of command\n", 2),
        ("for i in 1; do done", "bash: syntax error near unexpected token `done'\n", 2),
        ("( )", "bash: syntax error near unexpected token `)'\n", 2),
        ("fi", "bash: syntax error near unexpected token `fi'\n", 2),
        ("for 1 in 2; do :; done", "bash: `1': not a valid identifier\n", 2),
        ("for ((i=0; i<3; i++)); do echo $i; done", "bash: the sandbox does not run `for (('", 2),
        ("((i++))", "bash: the sandbox does not run `(('", 2),
        ("case x in x) echo;; esac", "bash: the sandbox does not run `case'", 2),
        ("[[ a == b* ]] && echo", "bash: the sandbox does not run `[['", 2),
        ("f() { echo; }", "bash: the sandbox does not run `(': its shell has programs", 2),
        ("a=(1 2)", "bash: the sandbox does not run `('", 2),
        ("read -p Name: x", "read: the sandbox does not know '-p' here, only -r and names\n", 1),
        ("while true; do :; done", "bash: the sandbox does not do this much work", 2),
        ("{ " * 25 + "echo; " + "}; " * 25, "bash: the sandbox does not run commands this deep", 2),
    ],
)
def test_what_a_loop_cannot_do_is_said(user: User, line: str, output: str, code: int) -> None:
    result = user.computer.shell(line)
    assert result["output"].startswith(output)
    assert result["exit_code"] == code


def test_a_loop_that_sleeps_meets_its_timeout(user: User) -> None:
    with pytest.raises(CommandError, match="did not end within 25000 ms") as failure:
        user.computer.shell("while true; do echo tick; sleep 10; done", timeout_ms=25_000)
    assert failure.value.result
    assert failure.value.result["output"] == "tick\n" * 3
