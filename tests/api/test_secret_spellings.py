"""A secret is hidden however it comes back written."""

import pytest

from coasty_mcp.api.secrets import Secrets
from support.echo_api import reveals, written

VALUES = [
    "Zq7Zq7Zq7Xk",
    'korrekt "Pferd"\\Ä+/=?&<b>',
    "it's 'quoted' & <b>",
    "wJalrXUtnFEMI/K7MDENG+bPx/RfiCY=",
    "пароль-секрет 😀",
]


@pytest.mark.parametrize("value", VALUES)
def test_no_usual_way_to_write_a_secret_reveals_it(value: str) -> None:
    secrets = Secrets({"NAME": value})
    for text in written(value):
        assert reveals(text, value), text
        assert not reveals(secrets.hidden(text), value), text
