"""What is spent is remembered, whatever happens to the file meanwhile."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from coasty_mcp.api.errors import SpendLimit
from coasty_mcp.money import Budget, SpendLog
from coasty_mcp.money.prices import Price
from support.spending import charged, used


def emptied(file: Path) -> None:
    file.unlink()


def truncated(file: Path) -> None:
    file.write_bytes(b"")


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-20])


def replaced(file: Path) -> None:
    file.unlink()
    lines = [{"open": "x", "held": 0}, {"close": "x", "spent": -1000}]
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines))


def rubbish(file: Path) -> None:
    deep, long = "[" * 100_000, f'{{"open": "y", "held": {"9" * 5000}}}'
    lines = [
        deep,
        long,
        "5",
        "null",
        '"text"',
        '{"open": "w", "held": -5}',
        '{"close": "z"}',
        '{"open": 1, "held": "2"}',
    ]
    file.write_bytes("\n".join(lines).encode() + b"\n\xff\xfe\x00\n")


def a_link(file: Path) -> None:
    elsewhere = file.with_name("elsewhere")
    elsewhere.write_text("")
    file.unlink()
    file.symlink_to(elsewhere)


def a_pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def swollen(file: Path) -> None:
    os.truncate(file, 10 * 2**30)


def without_its_folder(file: Path) -> None:
    file.unlink()
    file.parent.rmdir()


@pytest.mark.parametrize("harm", [emptied, truncated, cut, replaced, rubbish])
def test_the_count_goes_on_when_the_file_is_harmed(
    tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    ours, theirs = (Budget(20, SpendLog(tmp_path, "key")) for _ in range(2))
    used(ours, 6, 6)
    used(theirs, 5, 5)
    assert ours.room() == theirs.room() == 9
    [file] = tmp_path.iterdir()
    harm(file)
    assert ours.room() == theirs.room() == 9
    with pytest.raises(SpendLimit):
        used(ours, 10, 10)
    used(ours, 4, 4)
    assert theirs.room() == 5


@pytest.mark.parametrize("harm", [a_link, a_pipe, a_folder, swollen, without_its_folder])
def test_what_cannot_be_written_down_is_not_spent(
    tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    budget = Budget(20, SpendLog(tmp_path / "state", "key"))
    used(budget, 6, 6)
    [file] = (tmp_path / "state").iterdir()
    harm(file)
    with pytest.raises(SpendLimit, match="what is spent cannot be written down"):
        used(budget, 1, 1)
    assert (budget.spent, budget.room()) == (6, 14)
    used(Budget(None, SpendLog(tmp_path / "another", "key")), 1, 1)


def test_a_file_too_large_to_be_read_stops_the_start_and_says_why(tmp_path: Path) -> None:
    swollen(SpendLog(tmp_path, "key").file)
    with pytest.raises(OSError, match="has more than 256,000,000 bytes"):
        SpendLog(tmp_path, "key")


def test_without_a_limit_a_broken_file_stops_nothing(tmp_path: Path) -> None:
    budget = Budget(None, SpendLog(tmp_path, "key"))
    [file] = tmp_path.iterdir()
    a_folder(file)
    used(budget, 6, 6)
    assert budget.spent == 6


def test_a_disk_that_is_full_in_the_middle_of_a_line_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    budget = Budget(20, SpendLog(tmp_path, "key"))
    write = os.write

    def nearly_full(descriptor: int, data: bytes) -> int:
        return write(descriptor, data[:9])

    monkeypatch.setattr(os, "write", nearly_full)
    with pytest.raises(SpendLimit, match="cannot be written down"):
        used(budget, 6, 6)
    monkeypatch.undo()
    used(budget, 6, 6)
    assert Budget(20, SpendLog(tmp_path, "key")).spent == 6


def test_a_paid_answer_is_counted_though_it_cannot_be_written_down(tmp_path: Path) -> None:
    budget = Budget(20, SpendLog(tmp_path, "key"))
    with budget.reserving(Price(6)) as settle:
        [file] = tmp_path.iterdir()
        a_folder(file)
        settle(charged(6))
    assert budget.spent == 6


def test_a_line_that_is_read_half_written_is_read_when_it_is_whole(tmp_path: Path) -> None:
    budget = Budget(20, SpendLog(tmp_path, "key"))
    [file] = tmp_path.iterdir()
    text = '\n{"open": "theirs", "held": 7}\n'
    with file.open("a") as other:
        other.write(text[:15])
        other.flush()
        assert budget.room() == 20
        other.write(text[15:])
    assert budget.room() == 13


@pytest.mark.parametrize("held", [-5, "5", None, 5.5, True, 10**9])
def test_a_number_that_cannot_be_never_raises_the_room(tmp_path: Path, held: object) -> None:
    budget = Budget(20, SpendLog(tmp_path, "key"))
    used(budget, 6, 6)
    [file] = tmp_path.iterdir()
    lines = [{"open": "x", "held": held}, {"open": "y", "held": 3}, {"close": "y", "spent": held}]
    with file.open("a") as other:
        other.writelines(f"{json.dumps(line)}\n" for line in lines)
    assert budget.room() == 20 - 6 - 3


def test_what_was_settled_is_not_counted_twice_when_the_file_is_read_again(tmp_path: Path) -> None:
    budget = Budget(20, SpendLog(tmp_path, "key"))
    used(Budget(20, SpendLog(tmp_path, "key")), 5, 5)
    assert budget.room() == 15
    [file] = tmp_path.iterdir()
    file.write_text("\n" * 3 + file.read_text())
    assert budget.room() == 15
    assert budget.spent == 5


def test_no_file_stays_open_after_one_that_is_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = SpendLog(tmp_path, "key")
    log.add({"open": "x", "held": 0})
    monkeypatch.setattr("coasty_mcp.money.spend_log.LARGEST", 1)
    os.close(free := os.open(os.devnull, os.O_RDONLY))
    with pytest.raises(OSError, match="has more than 1 bytes"):
        log.news()
    os.close(next_free := os.open(os.devnull, os.O_RDONLY))
    assert next_free == free
