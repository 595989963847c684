"""What a workflow is started with: checked by its schema, and filled in."""

import pytest

from coasty_mcp.sandbox import sandbox_client
from support.workflow_sandbox import step


@pytest.mark.parametrize(
    "schema",
    [
        {"who": {"type": "string", "required": True}},
        {"type": "object", "properties": {"who": {"type": "string"}}, "required": ["who"]},
    ],
    ids=["flat", "json-schema"],
)
async def test_inputs_are_checked_by_either_form_of_schema(schema: dict[str, object]) -> None:
    steps = [{"id": "a", "type": "assert", "condition": {"op": "eq", "left": 1, "right": 1}}]
    order = {"definition": {"steps": steps}, "inputs_schema": schema}
    async with sandbox_client() as http:
        right = await http.post("/workflows/runs", json={**order, "inputs": {"who": "Ann"}})
        missing = await http.post("/workflows/runs", json={**order, "inputs": {}})
        wrong = await http.post("/workflows/runs", json={**order, "inputs": {"who": 7}})
    assert [answer.status_code for answer in (right, missing, wrong)] == [200, 422, 422]


@pytest.mark.parametrize(
    "schema",
    [
        {"who": {"type": "string", "required": True, "default": "Ann"}},
        {"properties": {"who": {"type": "string", "default": "Ann"}}, "required": ["who"]},
    ],
    ids=["flat", "json-schema"],
)
async def test_an_input_that_is_left_out_has_its_default(schema: dict[str, object]) -> None:
    definition = {"steps": [step("succeed", "end", output={"to": "{{inputs.who}}"})]}
    async with sandbox_client() as http:
        order = {"definition": definition, "inputs_schema": schema}
        begun = (await http.post("/workflows/runs", json=order)).json()
        given = {**order, "inputs": {"who": "Bob"}}
        other = (await http.post("/workflows/runs", json=given)).json()
    assert (begun["inputs"], other["inputs"]) == ({"who": "Ann"}, {"who": "Bob"})


@pytest.mark.parametrize(
    "schema",
    [
        {"many": {"type": "integer", "default": "x"}},
        {"type": "object", "properties": {"many": {"type": "integer", "default": "x"}}},
    ],
    ids=["flat", "json-schema"],
)
async def test_a_default_of_another_type_is_refused_where_it_stands(
    schema: dict[str, object],
) -> None:
    order = {"definition": {"steps": [step("succeed", "end")]}, "inputs_schema": schema}
    async with sandbox_client() as http:
        refused = await http.post("/workflows/runs", json=order)
    assert refused.status_code == 422
    said = refused.json()["error"]["message"]
    assert said.startswith("inputs_schema.many.default: It must be of type integer.")
