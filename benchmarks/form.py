"""The contact form of the sandbox, filled in by doing what each result's next line says."""

import json
import re

from coasty_mcp.demo.prediction_loop import GOAL

from .servers import OURS
from .wire import Era, Json, running

MOST_TURNS = 30


def filling(era: Era) -> dict[str, float]:
    """Return the turns and the characters of text that a model needs for the form."""
    with running([*OURS.command, "--sandbox"], {}, era) as server:
        desk = server.call("coasty_provision_machine", display_name="desk", desktop_enabled=True)
        machine_id = desk["structuredContent"]["machine"]["id"]
        tool, arguments = "coasty_predict", {"machine_id": machine_id, "instruction": GOAL}
        told = list[str]()
        while len(told) < MOST_TURNS:
            told.append(_text(server.call(tool, **arguments)))
            last = told[-1].splitlines()[-1]
            if not last.startswith("Next: "):
                return {"turns": len(told), "characters": sum(map(len, told))}
            tool, arguments = _call(last.removeprefix("Next: "))
    raise AssertionError(f"Still going on after {MOST_TURNS} turns.")


def _text(result: Json) -> str:
    assert not result.get("isError"), result
    return "\n".join(each["text"] for each in result["content"] if each["type"] == "text")


def _call(written: str) -> tuple[str, Json]:
    """Return the tool and the arguments of a call as a next line writes it."""
    tool, _, rest = written.removesuffix(")").partition("(")
    arguments, decoder, at = Json(), json.JSONDecoder(), 0
    while named := re.compile(r"(?:, )?(\w+)=").match(rest, at):
        arguments[named[1]], at = decoder.raw_decode(rest, named.end())
    return tool, arguments
