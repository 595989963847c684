"""The sandbox's `/parse` and `/models`."""

import pytest
from httpx2 import AsyncClient

from support.sandbox_http import code


async def test_code_becomes_actions(http: AsyncClient) -> None:
    source = "pyautogui.click(1, 2)\npyautogui.write('hi')"
    actions = (await http.post("/parse", json={"code": source})).json()["actions"]
    assert [action["action_type"] for action in actions] == ["click", "type_text"]


@pytest.mark.parametrize("body", [{}, {"code": ""}, {"code": "click("}, {"screenshot": "x"}])
async def test_code_that_is_none_is_refused(http: AsyncClient, body: dict[str, str]) -> None:
    answer = await http.post("/parse", json=body)
    assert (answer.status_code, code(answer)) == (422, "VALIDATION_ERROR")


async def test_the_models_are_listed_with_one_latest(http: AsyncClient) -> None:
    models = (await http.get("/models")).json()
    assert [engine["id"] for engine in models["cua_versions"]] == ["v1", "v3", "v4", "v5"]
    assert [engine["id"] for engine in models["cua_versions"] if engine["latest"]] == ["v5"]
    assert len(models["action_types"]) == 10
