"""`coasty-mcp demo`: the main job end to end, in the sandbox.

The demo takes the part of the host and its model; the server is the real one, a process of its own.
"""

import sys
from collections.abc import Awaitable, Callable

import anyio
from mcp import MCPError

from . import real_desktop, steps
from .tool_client import DemoFailed


def run() -> None:
    """Run the demo and print its steps; a failure is one sentence on stderr and exit code 1."""
    _run(steps.run_steps)


def run_on_real_desktop() -> None:
    """Run the demo that uses real programs; it fails as the other one does."""
    _run(real_desktop.run_steps)


def _run(demo: Callable[[], Awaitable[None]]) -> None:
    problem = ""
    try:
        anyio.run(demo)
    except* DemoFailed as failures:  # the SDK's task groups wrap whatever leaves them
        problem = _sentence(failures)
    except* (MCPError, OSError) as failures:
        problem = f"The server has stopped answering ({_sentence(failures)})."
    except* SystemExit:
        problem = "Nobody reads on."
    if problem:
        sys.exit(f"coasty-mcp demo: {problem}")


def _sentence(failure: BaseException) -> str:
    while inner := getattr(failure, "exceptions", ()):
        failure = inner[0]
    return str(failure)
