"""The PowerShell of a simulated Windows machine."""

import pytest

from coasty_mcp.sandbox.computer import Computer

POWERSHELL = [
    ("echo $env:USERNAME", "user\n"),
    ('Write-Host "I am $env:USERNAME in $HOME"', "I am user in C:\\Users\\user\n"),
    ("Get-CimInstance Win32_OperatingSystem | Select-Object -First 1", "Caption"),
    (
        "Set-Content -Path a.txt -Value 'one'; Add-Content a.txt two; Get-Content a.txt",
        "one\ntwo\n",
    ),
    ("echo hello > c.txt; type c.txt; cat C:\\Users\\user\\c.txt", "hello\nhello\n"),
    ("dir Downloads", "report.csv\n"),
    ("Get-ChildItem -Filter *.csv -Recurse", "C:\\Users\\user\\Downloads\\report.csv\n"),
    ("ver", "Microsoft Windows [Version 10.0.22631] (simulated)\n"),
    ("$name = 'Ada'; echo \"Hello $name\"", "Hello Ada\n"),
    ("whoami; hostname", "sandbox\\user\nsandbox\n"),
    ("Get-Content Downloads\\report.csv | Select-String July", "July,131,10480\n"),
    ("mkdir x; Test-Path x; rmdir x; Test-Path x", "True\nFalse\n"),
    ("Get-Date -Format yyyy-MM-dd", "2026-08-22\n"),
    ("cd Documents; pwd", "C:\\Users\\user\\Documents\n"),
    (
        "[IO.File]::WriteAllBytes('C:\\Users\\user\\a', [Convert]::FromBase64String('/wD+')); "
        "[System.Convert]::ToBase64String([IO.File]::ReadAllBytes('a'), 1, 2); "
        "Get-Item -LiteralPath 'a' | Select-Object -ExpandProperty Length",
        "AP4=\n3\n",
    ),
    (
        "Set-Content 'a\u2019\u2018s' x; Set-Content b y; [IO.File]::Move('a\u2018\u2018s', 'b'); "
        "[IO.File]::Replace('a\u2018\u2018s', 'b', [NullString]::Value); type b; "
        "[IO.File]::Delete('b'); [IO.File]::Delete('b'); Test-Path -LiteralPath b",
        'Exception calling "move" with "2" argument(s): "Cannot create a file when that file '
        'already exists."\nx\nFalse\n',
    ),
    (
        "Set-Content a abc; Get-FileHash a -Algorithm SHA256 | Select-Object -ExpandProperty Hash",
        "EDEAAFF3F1774AD2888673770C6D64097E391BC362D7D6FB34982DDF0EFD18CB\n",
    ),
    ("Convert-Path -LiteralPath .", "C:\\Users\\user\n"),
    ("Copy-Item Downloads\\report.csv r.csv; del Downloads\\report.csv; dir r*", "r.csv\n"),
]
NOT_POWERSHELL = [
    ("[IO.File]::Open('a')", "does not have [io.file]::open with 1 arguments; it has: [convert]"),
    ("[Convert]::FromBase64String('!')", "The input is not a valid Base-64 string."),
    ("[IO.File]::Delete('a'", "the sandbox's PowerShell does not run"),
    ("Get-Process", "The sandbox does not have it; it has: add-content, "),
    ("(Get-Date).Year", "the sandbox's PowerShell does not run `(Get-Date).Year'"),
    ("echo $env:NOTHING", "the sandbox has no variable $env:nothing; it has $env:computername, "),
    ('echo "$(2+2)"', "$(...) is not among them"),
    ("2 + 2", "the sandbox's PowerShell has cmdlets"),
    ("1..3", "the sandbox's PowerShell has cmdlets"),
    ("$x = 5; $x + 1", "the sandbox's PowerShell has cmdlets"),
    ("[int]3 + 4", "the sandbox's PowerShell has cmdlets"),
    ("$x = @(1,2)", "the sandbox's PowerShell does not run `@(1,2)'"),
    (
        "Get-CimInstance Win32_Fan",
        "the sandbox does not have the class Win32_Fan; it has: win32_",
    ),
    ("Get-Content a.txt -Wait", "the sandbox does not know -wait here; it knows: -path"),
    ("Get-Content nowhere.txt", "nowhere.txt: No such file or directory"),
    ("foreach ($x in 1..3) { $x }", "does not run"),
    ("ls | Where-Object { $_.Name }", "does not run"),
    ("Set-Content a.txt", "Cannot bind argument to parameter 'value'"),
]


@pytest.mark.parametrize(("line", "output"), POWERSHELL)
def test_powershell_prints_what_windows_would(line: str, output: str) -> None:
    result = Computer("windows").shell(line)
    assert result["output"][: len(output)] == output
    assert (bool(result["output"]), result["exit_code"]) == (bool(output), 0)


@pytest.mark.parametrize(("line", "output"), NOT_POWERSHELL)
def test_what_the_windows_shell_cannot_do_it_says_and_fails(line: str, output: str) -> None:
    result = Computer("windows").shell(line)
    assert output in result["output"]
    assert result["exit_code"] != 0


def test_an_exit_has_its_code_and_a_number_puts_itself_out() -> None:
    assert Computer("windows").shell("exit 3")["exit_code"] == 3
    assert Computer("windows").shell("$x = 5; echo $x; 7")["output"] == "5\n7\n"


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
