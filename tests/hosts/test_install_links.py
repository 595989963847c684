"""The one-click links, decoded as each host decodes them."""

import json
import re
from base64 import b64decode
from urllib.parse import parse_qs, urlsplit

import pytest

from support.install_links import LAUNCH, links, links_table


def query(host: str) -> dict[str, str]:
    fields = parse_qs(urlsplit(links()[host]).query, strict_parsing=True)
    return {name: value for name, [value] in fields.items()}


@pytest.mark.parametrize("host", ["Cursor", "LM Studio"])
def test_a_link_of_cursors_kind_holds_the_servers_block_in_base64(host: str) -> None:
    fields = query(host)
    assert fields["name"] == "coasty"
    assert json.loads(b64decode(fields["config"], validate=True)) == LAUNCH


def test_vs_code_is_told_to_ask_for_the_key_and_to_keep_it_secret() -> None:
    fields = query("VS Code")
    assert fields["name"] == "coasty"
    config, [asked] = json.loads(fields["config"]), json.loads(fields["inputs"])
    assert config == {
        "type": "stdio",
        **LAUNCH,
        "env": {"COASTY_API_KEY": f"${{input:{asked['id']}}}"},
    }
    assert (asked["type"], asked["password"]) == ("promptString", True)


def test_the_line_for_the_readme_survives_markdown() -> None:
    shown = re.findall(r"\[([^\]]+)\]\((https://[!-'*-~]+)\)", links_table())
    assert dict(shown) == links()
