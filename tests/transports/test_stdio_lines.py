"""Whatever stands on stdin, the server lives, and every id gets an answer."""

import json
import os

import pytest
from mcp.types import JSONRPCResponse

from coasty_mcp.transports.jsonrpc_lines import Refusal, read_line, write_line
from support.stdio_process import Guest

LIST = '{"jsonrpc": "2.0", "id": %s, "method": "tools/list"}'
GET = (
    '{"jsonrpc": "2.0", "id": "%s", "method": "tools/call", "params": '
    '{"name": "coasty_get_machine", "arguments": {"machine_id": %s}}}'
)
DEEP = "[" * 50_000 + "]" * 50_000
STRANGE: dict[str, tuple[str, object]] = {
    "an empty line": ("\n \t\r\n" + LIST % '"empty"', "empty"),
    "a BOM": ("\ufeff" + LIST % '"bom"', "bom"),
    "params as an empty list": ((LIST % '"none"')[:-1] + ', "params": []}', "none"),
    "params as a list": ((LIST % '"list"')[:-1] + ', "params": ["x"]}', -32602),
    "no jsonrpc": ('{"id": "bare", "method": "tools/list"}', -32600),
    "no method": ('{"jsonrpc": "2.0", "id": "idle"}', -32600),
    "a method that is a number": ('{"jsonrpc": "2.0", "id": "five", "method": 5}', -32600),
    "an id that is a fraction": (LIST % "1.5", -32600),
    "an id that no number can hold": (LIST % "[1e400, NaN]", -32600),
    "an id that is true": (LIST % "true", -32600),
    "a batch": ("[" + LIST % '"one"' + ", " + LIST % '"two"' + "]", -32600),
    "depth": (GET % ("deep", DEEP), -32600),
    "a number of 6,000 digits": (GET % ("long", "9" * 6000), -32600),
    "half an emoji": (GET % ("half", r'"mch_\ud83d"'), "half"),
    "an emoji": (GET % ("whole", r'"mch_\ud83d\ude00"'), "whole"),
    "a backslash before what looks like half an emoji": (GET % ("safe", r'"\\ud83d"'), "safe"),
    "no JSON": ("not json\n5\nnull\n\x00\n{\n" + LIST % '"after"', "after"),
}


def test_every_request_of_a_strange_host_is_answered() -> None:
    latin = GET.encode() % (b"latin", b'"mch_\xe9"')
    wanted = ["empty", "bom", "none", "list", "bare", "idle", "five", 1.5, None, True]
    wanted += ["one", "two", "deep", "long", "half", "whole", "safe", "after", "latin"]
    with Guest() as guest:
        guest.greet()
        lines = [*(line.encode() for line, _ in STRANGE.values()), latin, b""]
        os.write(guest.stdin.fileno(), b"\n".join(lines))
        answers = [json.loads(guest.stdout.readline()) for _ in wanted]
        guest.stdin.close()
        assert guest.left() == (0, "", "")
    replies = {str(answer["id"]): answer for answer in answers}
    assert sorted(replies) == sorted(map(str, wanted))
    for text in ("half", "latin"):
        assert replies[text]["result"]["isError"]


@pytest.mark.parametrize(("line", "wanted"), STRANGE.values(), ids=STRANGE)
def test_a_strange_line_is_read_or_refused_by_its_id(line: str, wanted: object) -> None:
    found = [each for part in line.split("\n") for each in read_line(part)]
    told = {getattr(each, "code", None) or getattr(each, "id", None) for each in found}
    assert told == {wanted}


def test_an_id_that_cannot_be_read_is_answered_without_it() -> None:
    [refused] = read_line(LIST % ("9" * 6000))
    assert isinstance(refused, Refusal)
    assert json.loads(refused.line())["id"] is None


def test_all_arguments_may_be_json_text_and_an_empty_list_is_none() -> None:
    line = LIST.replace("tools/list", "tools/call")[:-1] + (
        ', "params": {"name": "coasty_list_machines", "arguments": %s}}'
    )
    with Guest() as guest:
        guest.greet()
        for arguments in ("[]", '""', r'"{\"limit\": \"5\"}"', "[5]", '"limit"', "5"):
            guest.stdin.write(line % (1, arguments) + "\n")
        guest.stdin.flush()
        answers = [json.loads(guest.stdout.readline()) for _ in range(6)]
    taken = [answer for answer in answers if "result" in answer]
    refused = [answer["error"] for answer in answers if "error" in answer]
    assert [answer["result"]["isError"] for answer in taken] == [False] * 3
    assert {each["code"] for each in refused} == {-32602}
    assert {each["message"] for each in refused} == {
        'arguments must be an object. For example, {"limit": 50}.'
    }


def test_an_id_further_in_is_not_the_id_of_a_request() -> None:
    inner = '{"jsonrpc": "2.0", "params": {"id": 1, "deep": ' + DEEP + '}, "id": "outer"'
    assert [getattr(each, "request_id", None) for each in read_line(inner)] == ["outer"]


def test_what_is_asked_right_before_the_end_of_input_is_answered() -> None:
    with Guest() as guest:
        guest.greet()
        assert guest.ask("tools/list")["tools"]
        guest.stdin.write(LIST % '"list"' + "\n" + LIST % '"no end of line"')
        guest.stdin.close()
        code, said, complaint = guest.left()
    assert (code, complaint) == (0, "")
    answers = [json.loads(line) for line in said.splitlines()]
    assert [answer["id"] for answer in answers] == ["list", "no end of line"]


def test_half_characters_go_out_as_replacement_characters() -> None:
    answer = JSONRPCResponse(jsonrpc="2.0", id=1, result={"text": "caf\udce9"})
    assert json.loads(write_line(answer))["result"] == {"text": "caf\ufffd"}
