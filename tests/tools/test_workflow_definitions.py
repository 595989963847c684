"""A workflow's definition is checked and priced by the model before anything is sent."""

from typing import Any

import pytest

from coasty_mcp.sandbox import World, sandbox_client
from coasty_mcp.settings import Settings
from support.mcp_client import Era, error, recorded, seated, structured, text
from support.workflow_sandbox import step, task

VALIDATE, CREATE, UPDATE, RUN = (
    "coasty_validate_workflow",
    "coasty_create_workflow",
    "coasty_update_workflow",
    "coasty_run_workflow",
)
COMPOSING = Settings(sandbox=True, toolsets=("workflows",))
Json = dict[str, Any]

SIMPLE: Json = {"steps": [task("look")], "output": {"passed": "{{look.passed}}"}}
ENDLESS: Json = {
    "steps": [
        step("loop", "on", body=[task("t")], **{"while": {"op": "truthy", "value": "{{inputs.x}}"}})
    ]
}


@pytest.mark.parametrize(
    ("definition", "path"),
    [
        ({"step": []}, "steps"),
        ({"steps": [{"id": "a", "type": "tusk"}]}, "steps[0].type"),
        ({"steps": [task("a"), task("a")]}, "steps[1].id"),
        ({"steps": [task("a", "See {{b.result}}.")]}, "steps[0].task"),
        (
            {"steps": [step("parallel", "p", branches=[[step("fail", "f")]])]},
            "steps[0].branches[0][0].type",
        ),
        ({"steps": [step("if", "i", condition={"op": "is"}, then=[])]}, "steps[0].condition.op"),
    ],
)
async def test_each_fault_is_told_with_its_path_and_how_to_write_it(
    era: Era, definition: Json, path: str
) -> None:
    async with seated(era, settings=COMPOSING) as model:
        found = await model.call_tool(VALIDATE, {"definition": definition})
    said = structured(found)
    assert said["valid"] is False
    assert path in [fault["path"] for fault in said["faults"]]
    assert any(line.startswith(f"{path}: ") for line in text(found).splitlines())
    assert "human_approval: message?" in said["guide"]
    assert said["guide"] in text(found)


async def test_a_workflow_is_checked_without_a_key_and_without_a_request() -> None:
    http = sandbox_client(World())
    sent = recorded(http)
    keyless = Settings(toolsets=("workflows",))
    async with seated(http=http, settings=keyless) as model:
        valid = await model.call_tool(VALIDATE, {"definition": SIMPLE})
        refused = await model.call_tool("coasty_list_workflows", {})
    assert structured(valid)["valid"] is True
    assert error(refused)["code"] == "NOT_CONFIGURED"
    assert sent == []


@pytest.mark.parametrize(
    ("definition", "more", "most", "line"),
    [
        (SIMPLE, {}, 250, "Valid. It costs at most 250 credits ($2.50) a run."),
        (
            ENDLESS,
            {},
            None,
            "Valid. Nothing bounds its cost (on): set max_iterations and budget_cents.",
        ),
        (ENDLESS, {"max_iterations": 3}, 750, "Valid. It costs at most 750 credits ($7.50) a run."),
    ],
)
async def test_the_most_it_can_cost_is_told(
    definition: Json, more: Json, most: int | None, line: str
) -> None:
    async with seated(settings=COMPOSING) as model:
        valid = await model.call_tool(VALIDATE, {"definition": definition, **more})
    assert structured(valid).get("worst_case_credits") == most
    assert text(valid).splitlines()[0] == line


async def test_inputs_that_the_schema_does_not_name_are_faults() -> None:
    schema = {"type": "object", "properties": {"who": {"type": "string"}}}
    async with seated(settings=COMPOSING) as model:
        found = await model.call_tool(
            VALIDATE,
            {"definition": {"steps": [task("a", "{{inputs.whom}}")]}, "inputs_schema": schema},
        )
    assert "There is no input whom. Did you mean who?" in text(found)


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        (CREATE, {"name": "Look", "slug": "look"}),
        (UPDATE, {"workflow_id": "w"}),
        (RUN, {}),
    ],
)
async def test_a_faulty_definition_is_refused_before_it_is_sent(
    era: Era, tool: str, arguments: Json
) -> None:
    http = sandbox_client(World())
    sent = recorded(http)
    async with seated(era, http=http, settings=COMPOSING) as model:
        refused = await model.call_tool(tool, {**arguments, "definition": {"steps": [{"id": "a"}]}})
    assert text(refused).startswith("The workflow has faults. steps[0].type: A step needs a type")
    assert error(refused)["details"][0]["path"] == "steps[0].type"
    assert sent == []
