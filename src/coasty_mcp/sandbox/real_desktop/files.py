"""File commands of a real machine; relative paths start at its HOME."""

import json
from io import BytesIO
from typing import Any

from ..computer.command_error import CommandError
from ..computer.commands.parameters import Parameters
from .cage import GUEST_FILES
from .exchange import exchange
from .prerequisites import PYTHON, program
from .running_cage import CageFailed, RunningCage

SECONDS = 20.0
MOST_BYTES = 30_000_000
CONTENTS = {
    "file_write": (("content", "text"),),
    "file_append": (("content", "text"),),
    "file_edit": (("old_text", "old_string"), ("new_text", "new_string")),
}
COMMANDS = (
    *("file_read", "file_exists", "directory_list", "file_list_downloads", "file_download"),
    *("file_write", "file_append", "file_edit", "file_delete", "directory_delete"),
)


def run_file_command(cage: RunningCage, parameters: Parameters) -> dict[str, Any]:
    """Carry a file command out inside the machine, where no link leads out of it.

    Raises:
        CommandError: it failed.
    """
    command = parameters.command
    named = command != "file_list_downloads"
    path = parameters.text("path", "file_path") if named else "Downloads"
    contents = [parameters.text(*names) for names in CONTENTS.get(command, ())]
    answer = _answer(cage, json.dumps([command, path, *contents]).encode())
    if error := answer.get("error"):
        raise CommandError(str(error))
    return answer["result"]


def _answer(cage: RunningCage, request: bytes) -> dict[str, Any]:
    command, said = [program(PYTHON), "-I", "-S", GUEST_FILES], BytesIO()
    try:
        exchange(cage, command, BytesIO(request), said, seconds=SECONDS, most_bytes=MOST_BYTES)
        return json.loads(said.getvalue())
    except CageFailed as error:
        raise CommandError(str(error)) from error
    except (ValueError, TypeError) as error:
        raise CommandError("The file command failed in this machine.") from error
