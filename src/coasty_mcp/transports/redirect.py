"""The standard streams, pointed elsewhere. Imports next to nothing: it comes before all else."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def stdout_to_stderr() -> Generator[None]:
    """Meanwhile nothing reaches stdout, be it printed here or written by a library in C."""
    stdout = redirect_descriptor(1, os.dup(2))
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(stdout, 1)
        os.close(stdout)


def redirect_descriptor(standard: int, elsewhere: int) -> int:
    """Point a standard stream elsewhere, and hand out where it went until now."""
    private = os.dup(standard)
    os.dup2(elsewhere, standard)
    os.close(elsewhere)
    return private
