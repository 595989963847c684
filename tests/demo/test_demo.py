"""The demo as a newcomer sees it.

It takes seconds, because it is the command itself that runs, once for all of them: it draws, looks
and predicts for that long.
"""

import re
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from PIL import Image, ImageChops

from support.command_process import coasty_mcp
from support.default_tools import NUMBER_OF_DEFAULT_TOOLS

NAMES = ["after.jpg", "before.jpg", "predicted.jpg"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where an earlier demo has left a picture."""
    folder = tmp_path_factory.mktemp("somewhere")
    (folder / "coasty-demo").mkdir()
    (folder / "coasty-demo" / "before.jpg").write_text("an earlier picture")
    return folder


@pytest.fixture(scope="module")
def shown(folder: Path) -> CompletedProcess[str]:
    return coasty_mcp("demo", cwd=folder)


def test_it_succeeds_and_says_where_to_go_on(shown: CompletedProcess[str], folder: Path) -> None:
    assert shown.returncode == 0, shown.stderr
    assert shown.stderr == ""
    ending = shown.stdout[shown.stdout.index("Done: ") :]
    assert str(folder / "coasty-demo") in ending.replace("\n", " ")
    assert "COASTY_API_KEY" in ending


def test_it_reaches_its_goal_in_several_predictions(shown: CompletedProcess[str]) -> None:
    predictions = re.findall(r"^ +Prediction \d+: (.+?)(?: +\d+ ms)?$", shown.stdout, re.MULTILINE)
    assert len(predictions) >= 3
    assert predictions[-1] == "done, the goal is reached"
    [actions] = re.findall(r"coasty_execute_machine_action: (\d+) actions", shown.stdout)
    assert int(actions) >= 5


@pytest.mark.parametrize(
    "line",
    [
        f"tools/list: {NUMBER_OF_DEFAULT_TOOLS} tools",
        "coasty_provision_machine: mch_test_",
        "coasty_run_terminal_command: uname -a && uptime, exit code 0",
        "coasty_create_schedule: daily",
        "coasty_add_trigger: ",
        "coasty_run_schedule_now: ",
        "coasty_list_schedule_runs: manual run, completed",
        "coasty_get_credits: ",
        "coasty_execute_machine_action: error VALIDATION_ERROR",
        "is terminated",
    ],
)
def test_it_tells_every_step_and_how_long_it_took(shown: CompletedProcess[str], line: str) -> None:
    [told] = [each for each in shown.stdout.splitlines() if line in each]
    assert re.search(r" \d+ ms$", told)


def test_it_shows_an_error_in_the_words_for_the_model(shown: CompletedProcess[str]) -> None:
    assert "| There is no command dubble_click. Did you mean double_click" in shown.stdout


def test_a_pipe_gets_plain_text_without_the_secret(shown: CompletedProcess[str]) -> None:
    assert "\x1b" not in shown.stdout
    assert re.search(r"whsec_\w{4}\.\.\.", shown.stdout)
    assert not re.search(r"whsec_\w{5}", shown.stdout)


def test_it_leaves_pictures_on_which_something_has_changed(
    shown: CompletedProcess[str], folder: Path
) -> None:
    assert sorted(file.name for file in (folder / "coasty-demo").iterdir()) == NAMES
    after, before, predicted = (
        Image.open(folder / "coasty-demo" / name).convert("RGB") for name in NAMES
    )
    assert before.size == after.size == predicted.size == (1280, 720)
    for first, second in [(before, after), (before, predicted), (predicted, after)]:
        assert ImageChops.difference(first, second).getbbox()


def test_what_goes_wrong_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "coasty-demo").write_text("a file where the folder should be")
    failed = coasty_mcp("demo", cwd=tmp_path)
    assert failed.returncode == 1
    assert failed.stderr == "coasty-mcp demo: coasty-demo cannot be written: File exists.\n"
