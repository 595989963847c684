"""Which calls the person is asked about depends on what they do."""

from typing import Any

import pytest
from pydantic import SecretStr

from coasty_mcp.server import consent
from coasty_mcp.server.published_tool import PublishedTool
from coasty_mcp.settings import Settings
from coasty_mcp.tools.catalog import TOOLSETS
from support.mcp_client import LIVE_KEY
from support.published_once import publish

LIVE = Settings(api_key=SecretStr(LIVE_KEY), confirm="auto")


def published(name: str) -> PublishedTool:
    tools = [each for toolset in TOOLSETS for each in (*toolset.tools, *toolset.page_tools)]
    [tool] = [each for each in tools if each.name == name]
    return publish(tool)


def is_asked(name: str, arguments: dict[str, Any], confirm: str = "auto") -> bool:
    tool, settings = published(name), LIVE.model_copy(update={"confirm": confirm})
    reason = tool.asks(arguments, settings) if tool.asks else ""
    return consent.is_wanted(tool, reason, settings, can_ask=True)


DELETE = {"command": "file_delete", "parameters": {"path": "/a"}}
TYPE_ITS_NAME = {"command": "type", "parameters": {"text": "file_delete"}}
CLICK = {"command": "click", "parameters": {"x": 1, "y": 1}}


@pytest.mark.parametrize(
    ("name", "arguments", "asked"),
    [
        ("coasty_execute_machine_action", DELETE, True),
        ("coasty_execute_machine_action", CLICK, False),
        ("coasty_execute_machine_action", {"command": "type", "parameters": {"text": "x"}}, False),
        ("coasty_execute_machine_action", TYPE_ITS_NAME, False),
        ("coasty_execute_machine_action", {"actions": [CLICK, TYPE_ITS_NAME]}, False),
        ("coasty_execute_machine_action", {"actions": [CLICK, DELETE]}, True),
        ("coasty_execute_machine_action", {"actions": [{"action": "directory_delete"}]}, True),
        ("coasty_execute_machine_action", {"actions": [CLICK]}, False),
        ("coasty_write_files", {"op": "delete", "path": "/a"}, True),
        ("coasty_write_files", {"op": "delete-directory", "path": "/a"}, True),
        ("coasty_write_files", {"op": "write", "path": "/a"}, False),
        ("coasty_run_terminal_command", {"command": "rm -rf /"}, False),
        ("coasty_set_machine_ttl", {"ttl_minutes": 5}, True),
        ("coasty_set_machine_ttl", {"ttl_minutes": 600}, False),
        ("coasty_set_machine_ttl", {"ttl_minutes": 0}, True),
        ("coasty_provision_machine", {}, True),
        ("coasty_provision_machine", {"ttl_minutes": 60}, False),
        ("coasty_answer_workflow_run", {"approved": True}, True),
        ("coasty_answer_workflow_run", {"approved": False}, False),
        ("coasty_start_run", {"max_steps": 10}, True),
        ("coasty_start_task", {"max_steps": 10, "deadline_seconds": 60}, True),
        ("coasty_start_machine", {}, True),
        ("coasty_upload_file", {"overwrite": True}, True),
        ("coasty_upload_file", {"overwrite": False}, False),
        ("coasty_download_file", {"overwrite": True}, True),
        ("coasty_pause_schedule", {}, False),
        ("coasty_stop_machine", {}, False),
        ("coasty_predict", {}, False),
        ("coasty_update_schedule", {"name": "news"}, False),
        ("coasty_update_schedule", {"metadata": {"a": "b"}, "enabled": False}, False),
        ("coasty_update_schedule", {"name": "news", "enabled": True}, True),
        ("coasty_update_schedule", {"day_of_week": 0}, True),
        ("coasty_update_schedule", {"cron": "0 8 * * *", "enabled": False}, True),
        ("coasty_update_schedule", {"task_prompt": "Read the news."}, True),
        *(
            ("coasty_live_view_page", {"message": {"machine_id": "mch_1", **message}}, asked)
            for message, asked in [
                ({"kind": "frame"}, False),
                ({"kind": "act", "command": "click"}, False),
                ({"kind": "stop"}, False),
                ({"kind": "hand_back", "note": "done"}, False),
                ({"kind": "hand_back", "run": "run_1"}, True),
                ({"kind": "start"}, True),
                ({"kind": "terminate"}, True),
            ]
        ),
        *(
            (name, {}, True)
            for name in (
                "coasty_terminate_machine",
                "coasty_create_schedule",
                "coasty_delete_schedule",
                "coasty_run_schedule_now",
                "coasty_resume_schedule",
                "coasty_add_trigger",
                "coasty_remove_trigger",
                "coasty_cancel_run",
                "coasty_resume_run",
                "coasty_archive_workflow",
                "coasty_run_workflow",
                "coasty_cancel_workflow_run",
            )
        ),
    ],
)
def test_whether_it_is_asked_depends_on_what_this_call_does(
    name: str, arguments: dict[str, Any], asked: bool
) -> None:
    assert is_asked(name, arguments) is asked


def test_always_asks_before_all_that_does_not_only_read() -> None:
    for tool in (tool for toolset in TOOLSETS for tool in toolset.tools):
        settings = LIVE.model_copy(update={"confirm": "always"})
        wanted = consent.is_wanted(published(tool.name), "", settings, can_ask=False)
        assert wanted is not tool.effect.read_only_hint, tool.name
