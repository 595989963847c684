"""Our shapes against the published contract: client and sandbox share them, so neither can tell."""

from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from coasty_mcp.api.rules import flat_schema
from coasty_mcp.api.wire import (
    actions,
    keys,
    machines,
    predict,
    runs,
    schedules,
    sessions,
    workflows,
)
from coasty_mcp.tools.catalog import TOOLSETS
from support.contract import Json, load, stripped
from support.published_once import publish

CONTRACT = load()
LIMITS = (
    "enum",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
)

REQUESTS: dict[str, type[BaseModel]] = {
    "LlmConfig": predict.LlmConfig,
    "PredictRequest": predict.PredictRequest,
    "TrajectoryStep": predict.TrajectoryStep,
    "ActionResponse": predict.ActionTaken,
    "GroundRequest": predict.GroundRequest,
    "ParseRequest": predict.ParseRequest,
    "ProvisionRequest": machines.ProvisionMachine,
    "UpdateMachineRequest": machines.UpdateMachine,
    "ActionRequest": actions.MachineAction,
    "BatchActionRequest": actions.BatchAction,
    "BrowserOpRequest": actions.BrowserAction,
    "TerminalRequest": actions.TerminalCommand,
    "FilesOpRequest": actions.FilesAction,
    "ScheduleCreateRequest": schedules.CreateSchedule,
    "ScheduleUpdateRequest": schedules.UpdateSchedule,
    "RunScheduleRequest": schedules.RunSchedule,
    "TriggerCreateRequest": schedules.CreateTrigger,
    "CreateSessionRequest": sessions.CreateSession,
    "SessionPredictRequest": sessions.SessionPredict,
    "RunRequest": runs.StartRun,
    "ResumeRunRequest": runs.ResumeRun,
    "WorkflowCreateRequest": workflows.CreateWorkflow,
    "WorkflowUpdateRequest": workflows.UpdateWorkflow,
    "StartWorkflowRunRequest": workflows.StartWorkflowRun,
    "ResumeWorkflowRunRequest": workflows.ResumeWorkflowRun,
    "CreateAPIKeyRequest": keys.CreateKey,
    "StoreLlmKeyRequest": keys.StoreLlmKey,
}
UNDER_POLICY = {
    *("PredictRequest", "ParseRequest", "CreateSessionRequest", "RunRequest"),
    *("StartWorkflowRunRequest", "ScheduleCreateRequest", "ActionRequest", "BatchActionRequest"),
}
"""They take an action_policy, which the vendor's reference has and its OpenAPI document not yet."""
# The documentation offers a third kind of trigger and a choice of clouds, which the OpenAPI
# document leaves out; the tools offer weekdays, which go out as a cron.
BEYOND = {
    ("ProvisionRequest", "provider"),
    ("TriggerCreateRequest", "email_label"),
    ("TriggerCreateRequest", "kind"),
    ("ScheduleCreateRequest", "frequency"),
    ("ScheduleUpdateRequest", "frequency"),
    *((name, "action_policy") for name in UNDER_POLICY),
}

TOOL_REQUESTS = {
    "coasty_predict": "PredictRequest",
    "coasty_ground": "GroundRequest",
    "coasty_parse": "ParseRequest",
    "coasty_provision_machine": "ProvisionRequest",
    "coasty_execute_machine_action": "ActionRequest",
    "coasty_run_terminal_command": "TerminalRequest",
    "coasty_create_schedule": "ScheduleCreateRequest",
    "coasty_update_schedule": "ScheduleUpdateRequest",
    "coasty_run_schedule_now": "RunScheduleRequest",
    "coasty_add_trigger": "TriggerCreateRequest",
}
# A picture is named, not sent; a trajectory is a list of earlier pictures' names; the command is
# one of the contract's or one that a prediction returns, and refused by name.
TOOL_DIFFERS = {
    ("coasty_predict", "screenshot"),
    ("coasty_ground", "screenshot"),
    ("coasty_execute_machine_action", "command"),
}

each_request = pytest.mark.parametrize("name", REQUESTS)
each_tool = pytest.mark.parametrize("tool", TOOL_REQUESTS)


def schema_of(name: str) -> Json:
    return CONTRACT["schemas"][name]


def resolved(schema: Json) -> Json:
    return schema_of(schema["$ref"].rpartition("/")[2]) if "$ref" in schema else schema


def limits(field: Json) -> Json:
    found = {word: field[word] for word in LIMITS if word in field}
    if "enum" in found:
        found["enum"] = sorted(each for each in found["enum"] if each is not None)
    return found | {"items": limits(field["items"])} if "items" in field else found


def kind(field: Json) -> str:
    """The type, apart from null."""
    kinds = field.get("type")
    return (
        kinds if isinstance(kinds, str) else next(each for each in kinds or [""] if each != "null")
    )


def is_nullable(field: Json) -> bool:
    return "null" in field.get("type", []) if isinstance(field.get("type"), list) else False


def test_the_contract_is_the_published_one() -> None:
    published = Path(__file__).parents[3] / "shared" / "contract" / "openapi.json"
    if not published.exists():
        pytest.skip("the vendor's document is not here")
    assert stripped(TypeAdapter(Json).validate_json(published.read_bytes())) == CONTRACT


@each_request
def test_a_request_has_the_fields_of_the_contract(name: str) -> None:
    ours, theirs = flat_schema(REQUESTS[name]), schema_of(name)
    extra = {field for request, field in BEYOND if request == name}
    assert ours["properties"].keys() == theirs["properties"].keys() | (
        extra - {"kind"} - {"frequency"}
    )
    assert set(ours["required"]) == set(theirs.get("required", []))


@each_request
def test_a_request_has_the_types_and_limits_of_the_contract(name: str) -> None:
    ours = flat_schema(REQUESTS[name])["properties"]
    for field, theirs in schema_of(name)["properties"].items():
        if (name, field) in BEYOND:
            continue
        wanted = resolved(theirs)
        assert kind(ours[field]) == kind(wanted), field
        if wanted.get("type") != "array" or "$ref" not in wanted["items"]:
            assert limits(ours[field]) == limits(wanted), field


@each_request
def test_a_request_takes_null_exactly_where_the_contract_does(name: str) -> None:
    for field, theirs in schema_of(name)["properties"].items():
        if "$ref" in theirs:
            continue
        try:
            REQUESTS[name].model_validate_json(f'{{"{field}": null}}')
            refused: set[str] = set()
        except ValidationError as error:
            refused = {
                str(problem["loc"][0]) if problem["loc"] else problem["msg"]
                for problem in error.errors()
                if problem["type"] != "missing"
            }
        assert bool(refused) != is_nullable(theirs), field


def test_an_unknown_field_is_refused_everywhere() -> None:
    for request in REQUESTS.values():
        with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
            request.model_validate({"surprise": 1})


def test_the_commands_are_those_of_the_contract() -> None:
    command = schema_of("ActionRequest")["properties"]["command"]["enum"]
    assert set(get_args(actions.Command)) == set(command)
    assert len(command) == 49


@each_tool
def test_a_tools_arguments_agree_with_the_contract(tool: str) -> None:
    [found] = [each for toolset in TOOLSETS for each in toolset.tools if each.name == tool]
    published = publish(found)
    arguments = flat_schema(published.fn_metadata.arg_model)["properties"]
    hidden = arguments.keys() - published.parameters["properties"].keys()
    assert hidden == {"coasty_update_schedule": {"run_at"}}.get(tool, set())
    theirs = schema_of(TOOL_REQUESTS[tool])
    shared = [name for name in arguments if name in theirs["properties"]]
    assert len(shared) >= 1
    for name in shared:
        if (tool, name) in TOOL_DIFFERS or (TOOL_REQUESTS[tool], name) in BEYOND:
            continue
        ours, wanted = limits(arguments[name]), limits(resolved(theirs["properties"][name]))
        if name == "trajectory":
            ours, wanted = {"maxItems": ours["maxItems"]}, {"maxItems": wanted["maxItems"]}
        assert ours == wanted, name
