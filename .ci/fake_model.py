"""A fake model that hosts connect to: it makes the same calls in a row, whatever it is asked.

It speaks the four APIs that hosts use, and is their proxy too, to note what else they request.
"""

import json
import re
from collections.abc import Collection, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NamedTuple

Json = dict[str, Any]

TOOL_CALLS = ("coasty_provision_machine", "coasty_take_machine_screenshot", "coasty_get_machine")
UNKNOWN_MACHINE = {"machine_id": "mch_missing"}
"""For the last call, which fails."""
SEARCH_TOOLS = ("ToolSearch", "tool_search")
"""Of Claude Code and Qwen Code."""
MAX_REQUESTS = 20
"""After so many it is done in any case."""


class Call(NamedTuple):
    name: str
    arguments: Json
    id: str


class Anthropic:
    """Messages: Claude Code, opencode, Copilot CLI."""

    @staticmethod
    def offered(request: Json) -> list[str]:
        return [tool["name"] for tool in request.get("tools", [])]

    @staticmethod
    def results(request: Json) -> list[Any]:
        lists = [m["content"] for m in request["messages"] if isinstance(m["content"], list)]
        results = [block for blocks in lists for block in blocks if block["type"] == "tool_result"]
        return [each["content"] for each in results if "tool_reference" not in str(each)]

    @staticmethod
    def reply(call: Call | None) -> Iterator[Json]:
        usage = {"input_tokens": 1, "output_tokens": 1}
        message = {"id": "msg", "type": "message", "role": "assistant", "model": "fake"}
        yield {"type": "message_start", "message": {**message, "content": [], "usage": usage}}
        block: Json = {"type": "text", "text": ""}
        delta = {"type": "text_delta", "text": "Done."}
        if call:
            block = {"type": "tool_use", "id": call.id, "name": call.name, "input": {}}
            delta = {"type": "input_json_delta", "partial_json": json.dumps(call.arguments)}
        yield {"type": "content_block_start", "index": 0, "content_block": block}
        yield {"type": "content_block_delta", "index": 0, "delta": delta}
        yield {"type": "content_block_stop", "index": 0}
        ended = {"stop_reason": "tool_use" if call else "end_turn"}
        yield {"type": "message_delta", "delta": ended, "usage": usage}
        yield {"type": "message_stop"}


class Google:
    """generateContent: Gemini CLI."""

    @staticmethod
    def offered(request: Json) -> list[str]:
        tools = [each for tool in request.get("tools", []) for each in tool["functionDeclarations"]]
        return [tool["name"] for tool in tools]

    @staticmethod
    def results(request: Json) -> list[Any]:
        """A result and the pictures that follow it, which are parts of their own."""
        turns = [content["parts"] for content in request["contents"]]
        return [turn for turn in turns if any("functionResponse" in part for part in turn)]

    @staticmethod
    def reply(call: Call | None) -> Iterator[Json]:
        part: Json = {"text": "Done."}
        if call:
            part = {"functionCall": {"name": call.name, "args": call.arguments}}
        content = {"role": "model", "parts": [part]}
        yield {"candidates": [{"content": content, "finishReason": "STOP", "index": 0}]}


class OpenAI:
    """Responses: Codex, which keeps the tools of a server together in a namespace."""

    @staticmethod
    def offered(request: Json) -> list[str]:
        spaces = [tool for tool in request.get("tools", []) if tool["type"] == "namespace"]
        return [f"{space['name']}/{each['name']}" for space in spaces for each in space["tools"]]

    @staticmethod
    def results(request: Json) -> list[Any]:
        results = [each for each in request["input"] if each["type"] == "function_call_output"]
        return [each["output"] for each in results]

    @staticmethod
    def reply(call: Call | None) -> Iterator[Json]:
        said = {"type": "output_text", "text": "Done."}
        item: Json = {"type": "message", "role": "assistant", "content": [said]}
        if call:
            space, name = call.name.split("/")
            item = {"type": "function_call", "namespace": space, "name": name}
            item |= {"call_id": call.id, "arguments": json.dumps(call.arguments)}
        yield {"type": "response.created", "response": {"id": "answer"}}
        yield {"type": "response.output_item.done", "output_index": 0, "item": item}
        yield {"type": "response.completed", "response": {"id": "answer"}}


class ChatCompletions:
    """OpenAI's older API: Qwen Code."""

    @staticmethod
    def offered(request: Json) -> list[str]:
        return [tool["function"]["name"] for tool in request.get("tools", [])]

    @staticmethod
    def results(request: Json) -> list[Any]:
        """A result and the pictures that follow it, in a message of the user's or in its own."""
        turns: list[Any] = []
        sent = json.dumps(request)
        searches = re.findall(r'"id": "(call_\d+)"[^{]*\{"name": "tool_search"', sent)
        for message in request["messages"]:
            if message["role"] == "tool" and message["tool_call_id"] not in searches:
                turns.append([message["content"]])
            elif message["role"] == "user" and turns:
                turns[-1].append(message["content"])
        return turns

    @staticmethod
    def reply(call: Call | None) -> Iterator[Json]:
        delta: Json = {"role": "assistant", "content": "Done."}
        if call:
            function = {"name": call.name, "arguments": json.dumps(call.arguments)}
            called = {"index": 0, "id": call.id, "type": "function", "function": function}
            delta = {"role": "assistant", "content": None, "tool_calls": [called]}
        chunk = {"id": "answer", "object": "chat.completion.chunk", "created": 0, "model": "fake"}
        yield {**chunk, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
        ended = "tool_calls" if call else "stop"
        yield {**chunk, "choices": [{"index": 0, "delta": {}, "finish_reason": ended}]}


APIS = {
    "/messages": Anthropic,
    "enerateContent": Google,
    "/responses": OpenAI,
    "/chat/completions": ChatCompletions,
}


@dataclass
class FakeModel:
    """What hosts asked of the model, and what they told it."""

    url: str
    requests: list[str] = field(default_factory=list[str])
    """The bodies of all requests to the model."""
    results: list[Any] = field(default_factory=list[Any])
    """The results of its tool calls, as the host passed them on."""
    other_requests: list[str] = field(default_factory=list[str])
    """Other requests to this address, or through it as a proxy."""
    searches: list[str] = field(default_factory=list[str])
    """What it searches for first, among the tools that the host has but does not offer."""

    def answer(self, path: str, text: str) -> Iterator[Json]:
        api = next(api for part, api in APIS.items() if part in path)
        self.requests.append(text)
        request = json.loads(text)
        self.results = max(self.results, api.results(request), key=len)
        return api.reply(self._next(api.offered(request), api.results(request), text))

    def _next(self, offered: Collection[str], results: list[Any], text: str) -> Call | None:
        """Return the next call. A tool that is only named, not offered, is searched for first."""
        identity = f"call_{len(self.requests)}"
        search = next((name for name in SEARCH_TOOLS if name in offered), None)
        if self.searches and search:
            return Call(search, {"query": self.searches.pop(0)}, identity)
        if len(results) == len(TOOL_CALLS) or len(self.requests) > MAX_REQUESTS:
            return None
        step = TOOL_CALLS[len(results)]
        machine = re.search(r"mch_test_\w+", json.dumps(results))
        arguments = {"machine_id": machine[0]} if machine else {"display_name": "desk"}
        if step == TOOL_CALLS[-1]:
            arguments = UNKNOWN_MACHINE
        for name in offered:
            if name.endswith(step):
                return Call(name, arguments, identity)
        named = re.search(rf"mcp__\w+__{step}", text)
        if not named or not search:
            return None
        return Call(search, {"query": f"select:{named[0]}"}, identity)


@contextmanager
def fake_model(*searches: str) -> Generator[FakeModel]:
    """Serve the model on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            if not any(part in self.path for part in APIS):
                return self.note()
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            for event in model.answer(self.path, text):
                named = f"event: {event['type']}\n" if "type" in event else ""
                self.wfile.write(f"{named}data: {json.dumps(event)}\n\n".encode())
            return None

        def note(self) -> None:
            model.other_requests.append(f"{self.command} {self.path}")
            self.send_error(404)

        def do_CONNECT(self) -> None:
            """Forward to the model itself, for hosts that use a proxy for this computer too."""
            if not model.url.endswith(self.path):
                return self.note()
            self.send_response(200)
            self.end_headers()
            self.close_connection = False
            return None

        do_GET = do_HEAD = note

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        model = FakeModel(f"http://127.0.0.1:{server.server_port}", searches=[*searches])
        Thread(target=server.serve_forever, daemon=True).start()
        yield model
        server.shutdown()
