"""A finished call in the three forms of a record."""

from typing import Any, TypedDict

from mcp.types import ImageContent

from .finished_call import FinishedCall
from .marks import LandedActions, Mark

SCHEMA_VERSION = "ATIF-v1.8"
EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


class Session(TypedDict):
    """What is known of a session from the start."""

    id: str
    transport: str
    mode: str
    version: str
    notes: str


def picture_names(pictures: list[ImageContent], number: int) -> list[str]:
    """Return the names of the files for the pictures of a step."""
    return [
        f"pictures/step-{number:04}-{index}.{EXTENSIONS.get(each.mime_type, 'bin')}"
        for index, each in enumerate(pictures, 1)
    ]


def atif_head(session: Session) -> dict[str, Any]:
    """Return the fields of an ATIF trajectory that stand before its steps."""
    return {
        "schema_version": SCHEMA_VERSION,
        "session_id": session["id"],
        "agent": {
            "name": "coasty-mcp",
            "version": session["version"],
            "extra": {"transport": session["transport"], "mode": session["mode"]},
        },
        "notes": session["notes"],
    }


def atif_metrics(steps: int, charged: int) -> dict[str, Any]:
    """Return the fields of an ATIF trajectory that stand behind its steps; 1 credit is 1 cent."""
    metrics = {"total_steps": steps, "total_cost_usd": charged / 100}
    return {"final_metrics": metrics}


def atif_step(
    call: FinishedCall, number: int, pictures: list[str], landed: LandedActions
) -> dict[str, Any]:
    """Return an ATIF step: a tool call that no model of ours decided, and what came back."""
    name = f"call_{number}"
    shown = zip(call.pictures, pictures, strict=False)
    images = [
        {"type": "image", "source": {"media_type": each.mime_type, "path": path}}
        for each, path in shown
    ]
    content = [{"type": "text", "text": call.text}, *images]
    return {
        "step_id": number,
        "timestamp": call.started_at.isoformat(),
        "source": "agent",
        "message": call.tool,
        "tool_calls": [
            {"tool_call_id": name, "function_name": call.tool, "arguments": call.arguments}
        ],
        "observation": {"results": [{"source_call_id": name, "content": content}]},
        "llm_call_count": 0,
        "extra": {
            "error": call.error_code,
            "seconds": round(call.seconds, 3),
            "credits": call.credits,
            "marks": landed.marks,
            **landed.predicted,
        },
    }


def osworld_line(call: FinishedCall, number: int, pictures: list[str]) -> dict[str, Any]:
    """Return a line of OSWorld's traj.jsonl."""
    return {
        "step_num": number,
        "action_timestamp": call.started_at.strftime("%Y%m%d@%H%M%S%f"),
        "action": {"tool": call.tool, "arguments": call.arguments},
        "response": call.text,
        "reward": 0,
        "done": False,
        "info": {"error": call.error_code, "credits": call.credits},
        "screenshot_file": pictures[-1] if pictures else None,
    }


def page_step(call: FinishedCall, marks: list[Mark]) -> dict[str, Any]:
    """Return a step as the page shows it, without its picture."""
    return {
        "tool": call.tool,
        "time": call.started_at.isoformat(timespec="seconds"),
        "seconds": round(call.seconds, 3),
        "credits": call.credits,
        "arguments": call.arguments,
        "text": call.text,
        "error": call.error_code,
        "marks": marks,
    }
