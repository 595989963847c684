"""The doctor tells why a model is blind: what the picture tool answers, what hosts pass on."""

from pathlib import Path

import pytest

from coasty_mcp.doctor.pictures import LARGEST, judged
from coasty_mcp.hosts.catalogue import HOSTS
from coasty_mcp.hosts.commands import printed_entry
from coasty_mcp.hosts.handshake import Screenshot
from support.doctor_run import diagnosed
from support.drawings import plain_picture
from support.host_files import TINY, Person, named

GOOD = plain_picture(64, 48).base64


async def test_each_host_is_told_with_what_its_model_sees(tmp_path: Path) -> None:
    person = Person(tmp_path)
    for name in ("codex", "qwen", "copilot_cli", "lmstudio", "cursor"):
        person.has(named(name), "\n".join(printed_entry(name, TINY)).encode())
    found = await diagnosed(tmp_path, {}, sandbox=True)
    codex = "a screenshot as picture and text, other results as structured content"
    assert found["codex sees"][1:3] == ("ok", codex)
    assert "choose another one there" in found["codex sees"].fix
    assert found["cursor sees"][1:3] == ("ok", "what it is shown is not known")
    for blind in ("qwen sees", "copilot_cli sees", "lmstudio sees"):
        assert found[blind].status == "warn"
        assert "coasty_predict and coasty_ground with a machine_id" in found[blind].fix


def test_what_a_model_sees_is_said_in_three_words() -> None:
    seen = {part for host in HOSTS for part in host.model_view or ()}
    assert {word for part in seen for word in part.split(" and ")} == {
        *("text", "structured", "picture")
    }


async def test_a_server_that_has_no_picture_tool_is_named(tmp_path: Path) -> None:
    Person(tmp_path).has(named("codex"), "\n".join(printed_entry("codex", TINY)).encode())
    found = (await diagnosed(tmp_path, {}, sandbox=True))["pictures"]
    assert found.status == "fail"
    assert found.found.startswith("none could be taken: ")


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (Screenshot(True, "It is stopped.", [], False), "answers without one: It is stopped."),
        (Screenshot(False, "shot_1", [], False), "answers without one: shot_1"),
        (Screenshot(False, "", [GOOD], True), "structured content beside it"),
        (Screenshot(False, "", ["bm9uZQ=="], False), "the picture cannot be read"),
        (Screenshot(False, "", [GOOD + " " * LARGEST], False), "is too large"),
    ],
)
def test_an_answer_that_hosts_cannot_show_is_a_fault_of_ours(seen: Screenshot, words: str) -> None:
    finding = judged(seen)
    assert finding.status == "fail"
    assert words in finding.found
    assert finding.fix.startswith("Report this")


def test_a_picture_alone_is_what_hosts_can_show() -> None:
    assert judged(Screenshot(False, "shot_1", [GOOD], False)).status == "ok"
