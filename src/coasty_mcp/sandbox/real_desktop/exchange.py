"""Runs a program in a cage to its end: what it reads and what it prints are files outside."""

import os
import select
from collections.abc import Sequence
from time import monotonic
from typing import IO

from .running_cage import CageFailed, RunningCage

CHUNK = 65_536


def exchange(
    cage: RunningCage,
    command: Sequence[str],
    given: IO[bytes],
    taken: IO[bytes],
    *,
    seconds: float,
    most_bytes: int,
) -> None:
    """Let a program read the one file, and keep what it prints in the other.

    Raises:
        CageFailed: it failed, took longer, or printed more.
    """
    theirs, give = os.pipe()
    take, tell = os.pipe()
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.set_blocking(give, False)
    open_ones = {give, take}
    try:
        try:
            program = cage.start(command, [theirs, tell, nothing])
        finally:
            for descriptor in (theirs, tell, nothing):
                os.close(descriptor)
        try:
            _pump(give, take, given, taken, open_ones, monotonic() + seconds, most_bytes)
            if program.wait(seconds) != 0:
                raise CageFailed(f"{command[0]} failed in this machine.")
        except CageFailed:
            cage.kill(program)
            raise
        finally:
            program.forget()
    finally:
        for descriptor in open_ones:
            os.close(descriptor)


def _pump(
    give: int,
    take: int,
    given: IO[bytes],
    taken: IO[bytes],
    open_ones: set[int],
    deadline: float,
    most_bytes: int,
) -> None:
    rest, kept = given.read(CHUNK), 0
    while open_ones:
        writable = [give] if give in open_ones else []
        readable = [take] if take in open_ones else []
        left = max(0.0, deadline - monotonic())
        reads, writes, _ = select.select(readable, writable, [], left)
        if not reads and not writes:
            raise CageFailed("This machine takes too long.")
        if writes:
            rest = _given(give, rest, given)
            if not rest:
                _close(give, open_ones)
        if reads:
            data = os.read(take, CHUNK)
            kept += taken.write(data)
            if kept > most_bytes:
                raise CageFailed("This machine answers with more than it may.")
            if not data:
                _close(take, open_ones)


def _given(give: int, data: bytes, more: IO[bytes]) -> bytes:
    """Write what there is room for; return what comes next, nothing when nobody reads any more."""
    try:
        return data[os.write(give, data) :] or more.read(CHUNK)
    except BrokenPipeError:
        return b""


def _close(descriptor: int, open_ones: set[int]) -> None:
    open_ones.discard(descriptor)
    os.close(descriptor)
