"""The main job end to end: the demo plays the host and its model, the server is the real one."""

import sys

import anyio
from mcp import MCPError

from .host import DemoFailed
from .story import tell


def run() -> None:
    """Print what happens. If something fails: one sentence, and exit code 1."""
    problem = ""
    try:
        anyio.run(tell)
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
