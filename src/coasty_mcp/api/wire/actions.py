"""Commands on machines: `/machines/{machine_id}/actions`, `/browser`, `/terminal` and `/files`."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self, cast

from pydantic import Field, model_validator

from .base import Reply, Request, in_words
from .policy import ActionPolicy

Parameters = Annotated[dict[str, Any], Field(description="The command's parameters.")]
TimeoutMs = Annotated[
    int,
    Field(
        ge=1000,
        le=120_000,
        description="Give up after this time.",
        json_schema_extra=in_words(
            "a whole number from 1000 up to 120000; what takes longer goes into the background "
            "(COMMAND > out.txt 2>&1 &), and tail out.txt shows how far it is",
            30_000,
        ),
    ),
]
ShellCommand = Annotated[
    str,
    Field(
        min_length=1,
        max_length=8192,
        description="bash, or PowerShell on windows.",
    ),
]
ShellSession = Annotated[
    str, Field(max_length=128, description="Calls with the same name share a shell.")
]
WorkingFolder = Annotated[str, Field(max_length=512, description="Folder to run in.")]
Command = Literal[
    "screenshot",
    "click",
    "double_click",
    "click_with_modifiers",
    "type",
    "key_press",
    "key_combo",
    "scroll",
    "drag",
    "list_windows",
    "switch_to_window",
    "close_window",
    "minimize_window",
    "maximize_window",
    "restore_window",
    "arrange_windows",
    "move_window",
    "terminal_connect",
    "terminal_execute",
    "terminal_read",
    "terminal_clear",
    "terminal_close",
    "file_read",
    "file_write",
    "file_edit",
    "file_append",
    "file_delete",
    "file_exists",
    "file_download",
    "file_list_downloads",
    "directory_list",
    "directory_delete",
    "browser_open",
    "browser_navigate",
    "browser_click",
    "browser_type",
    "browser_get_dom",
    "browser_get_clickables",
    "browser_state",
    "browser_info",
    "browser_scroll",
    "browser_wait",
    "browser_screenshot",
    "browser_close",
    "browser_list_tabs",
    "browser_open_tab",
    "browser_close_tab",
    "browser_switch_tab",
    "browser_execute",
]
BrowserOp = Literal[
    "open",
    "navigate",
    "click",
    "type",
    "dom",
    "clickables",
    "state",
    "info",
    "scroll",
    "close",
    "screenshot",
    "wait",
    "list-tabs",
    "open-tab",
    "close-tab",
    "switch-tab",
]
FilesReadOp = Literal["read", "exists", "list", "list-directory", "download", "list-downloads"]
FilesWriteOp = Literal["write", "edit", "append", "delete", "delete-directory"]
FilesOp = FilesReadOp | FilesWriteOp
BROWSER_OPS: Mapping[str, Command] = {
    "open": "browser_open",
    "navigate": "browser_navigate",
    "click": "browser_click",
    "type": "browser_type",
    "dom": "browser_get_dom",
    "clickables": "browser_get_clickables",
    "state": "browser_state",
    "info": "browser_info",
    "scroll": "browser_scroll",
    "close": "browser_close",
    "screenshot": "browser_screenshot",
    "wait": "browser_wait",
    "list-tabs": "browser_list_tabs",
    "open-tab": "browser_open_tab",
    "close-tab": "browser_close_tab",
    "switch-tab": "browser_switch_tab",
}
FILES_OPS: Mapping[str, Command] = {
    "read": "file_read",
    "exists": "file_exists",
    "list": "directory_list",
    "list-directory": "directory_list",
    "download": "file_download",
    "list-downloads": "file_list_downloads",
    "write": "file_write",
    "edit": "file_edit",
    "append": "file_append",
    "delete": "file_delete",
    "delete-directory": "directory_delete",
}
"""The command behind each `/browser/{op}` and `/files/{op}`."""


class ActionStep(Request):
    """One command for a machine."""

    command: Command
    parameters: Parameters = Field(default_factory=dict[str, Any])
    timeout_ms: TimeoutMs | None = None


class MachineAction(ActionStep):
    """A command that is sent alone."""

    action_policy: ActionPolicy | None = None


class BatchAction(Request):
    """Several commands for a machine, carried out in order."""

    steps: Annotated[list[ActionStep], Field(min_length=1, max_length=50)]
    stop_on_error: bool = True
    action_policy: ActionPolicy | None = None


class BrowserAction(Request):
    """One operation of a machine's browser."""

    parameters: Parameters = Field(default_factory=dict[str, Any])
    timeout_ms: TimeoutMs | None = None


class FilesAction(Request):
    """One operation on a machine's files."""

    parameters: Parameters = Field(default_factory=dict[str, Any])


class TerminalCommand(Request):
    """A command line for a machine's terminal."""

    command: ShellCommand
    timeout_ms: TimeoutMs = 30_000
    session_id: ShellSession | None = None
    cwd: WorkingFolder | None = None


RESULT_FIELDS = {"machine_id", "command", "success", "result", "error", "duration_ms", "screenshot"}
ENVELOPE_FIELDS = RESULT_FIELDS | {"op", "request_id", "object"}


class ActionResult(Reply):
    """What a command did, and what the machine said."""

    machine_id: str = ""
    command: str = ""
    success: bool
    result: dict[str, Any] | None = None
    error: str | None = None
    """Why it failed on the machine; the HTTP status is 200 all the same."""
    duration_ms: int = 0
    screenshot: str | None = None
    """A data: URI, after browser commands."""

    @model_validator(mode="before")
    @classmethod
    def _in_one_shape(cls, body: Any) -> Any:
        """Some servers name the command `op`, and put the result at the top level."""
        if not isinstance(body, dict):
            return body
        said = cast("dict[str, Any]", body)
        inner = said.get("result")
        outer = {name: each for name, each in said.items() if name not in ENVELOPE_FIELDS}
        if inner is None or not isinstance(inner, dict):
            given = {} if inner is None else {"output": inner}
            inner = {**outer, **given} or None
        result = cast("dict[str, Any]", inner or {})
        failed = said.get("error") or result.get("exit_code")
        filled: dict[str, Any] = {
            "command": said.get("op") or "",
            "success": not failed,
            **{name: each for name, each in said.items() if each is not None},
            "result": inner,
        }
        return {name: each for name, each in filled.items() if each is not None}


class BatchResult(Reply):
    """The results of a batch, one for each command that was tried."""

    machine_id: str = ""
    results: list[ActionResult]
    completed_count: int = 0
    failed_count: int = 0
    aborted: bool = False

    @model_validator(mode="after")
    def _counted(self) -> Self:
        """Some servers leave the counting to the reader."""
        if not self.completed_count + self.failed_count:
            self.completed_count = sum(each.success for each in self.results)
            self.failed_count = len(self.results) - self.completed_count
        return self
