"""What is wrong with a workflow's definition, and where it is said to be."""

import json
import time
from random import Random
from typing import Any

import pytest

from coasty_mcp.api.workflows import GUIDE, faults, input_faults
from coasty_mcp.api.workflows.conditions import OPERANDS
from coasty_mcp.api.workflows.steps import TYPES, fields

Json = dict[str, Any]

YES: Json = {"op": "eq", "left": 1, "right": 1}


def step(kind: str, name: str = "s", **more: Any) -> Json:
    return {"id": name, "type": kind, **more}


def task(name: str = "t", text: str = "Look.", **more: Any) -> Json:
    return step("task", name, task=text, **more)


def check(condition: Any) -> Json:
    return step("assert", "check", condition=condition)


def nested(levels: int) -> Json:
    inner = task()
    for level in range(levels - 1):
        inner = step("loop", f"l{level}", count=1, body=[inner])
    return inner


WHOLE = [
    task("invoice", "Open {{ inputs.url }}.", save_as="bill", machine_id="m", cua_version="v1"),
    check({"op": "and", "conditions": [YES, {"op": "not", "condition": YES}]}),
    step(
        "if",
        condition={"op": "contains", "left": "{{bill.result}}", "right": "PAID"},
        then=[step("succeed", "ok", output={"state": "{{invoice.status}}"})],
    )
    | {"else": [step("human_approval", "ask", message="Send?", timeout_seconds=60)]},
    step("loop", "poll", body=[task("look", "Round {{vars.iteration}}.")], max_iterations=5)
    | {"while": {"op": "falsy", "value": "{{look.passed}}"}},
    step("loop", "twice", count=2, body=[task("again")]),
    step("retry", "r", max_attempts=3, body=[task("try", "Attempt {{vars.attempt}}.")]),
    step("parallel", "both", branches=[[task("a")], [task("b")]]),
    step("fail", "end", message="{{a.result}} and {{b.error.code}} after {{look.steps}}"),
]


def test_a_definition_with_every_type_of_step_has_no_fault() -> None:
    schema = {"properties": {"url": {"type": "string"}}}
    assert faults({"steps": WHOLE, "output": {"of": "{{bill.result}}"}}, schema) == []


FAULTS: dict[str, tuple[Any, str, str]] = {
    "no object": ([], "", "object with a list of steps"),
    "no steps": ({}, "steps", "at least one step"),
    "empty steps": ({"steps": []}, "steps", "at least one step"),
    "unknown field of the definition": (
        {"steps": [task()], "outputs": {}},
        "outputs",
        "Did you mean output?",
    ),
    "output that is no object": ({"steps": [task()], "output": 1}, "output", "an object"),
}
STEP_FAULTS: dict[str, tuple[Any, str, str]] = {
    "no object": ("task", "", "id and a type"),
    "no type": ({"id": "a"}, ".type", "A step needs a type: task, assert"),
    "unknown type": (step("tsk"), ".type", "Did you mean task?"),
    "no id": ({"type": "fail"}, ".id", "A step of type fail needs id."),
    "malformed id": (step("fail", "a b"), ".id", "must match"),
    "reserved id": (task("vars"), ".id", "vars is reserved"),
    "reserved save_as": (task(save_as="inputs"), ".save_as", "inputs is reserved"),
    "missing field": (step("task"), ".task", "A step of type task needs task."),
    "unknown field": (task(max_step=3), ".max_step", "Did you mean max_steps?"),
    "wrong type of a field": (task(max_steps="5"), ".max_steps", "integer"),
    "field out of range": (
        step("retry", body=[task()], max_attempts=21),
        ".max_attempts",
        "less than or equal to 20",
    ),
    "value that there is not": (task(cua_version="v2"), ".cua_version", "'v1', 'v3', 'v4' or 'v5'"),
    "loop without an end": (step("loop", body=[task()]), "", "either count or while"),
    "loop with two ends": (
        step("loop", body=[task()], count=1) | {"while": YES},
        "",
        "either count or while",
    ),
    "empty body": (step("loop", body=[], count=1), ".body", "at least 1 item"),
    "too many branches": (
        step("parallel", branches=[[task(f"t{n}")] for n in range(17)]),
        ".branches",
        "at most 16 items",
    ),
    "approval in parallel": (
        step("parallel", branches=[[step("human_approval", "ask")]]),
        ".branches[0][0].type",
        "no human_approval in a parallel",
    ),
    "succeed deep in parallel": (
        step("parallel", branches=[[step("if", "i", condition=YES, then=[step("succeed", "ok")])]]),
        ".branches[0][0].then[0].type",
        "no succeed in a parallel",
    ),
    "id used twice": (
        step("loop", count=1, body=[step("fail", "s")]),
        ".body[0].id",
        "steps[0] has the id s already",
    ),
    "nine levels": (nested(9), ".body[0]" * 7 + ".body", "at most 8 levels"),
    "condition that is no object": (check("yes"), ".condition", "an object"),
    "unknown operator": (check({"op": "equals"}), ".condition.op", "There is no operator equals"),
    "no operator": (check({}), ".condition.op", "A condition needs an op: eq, ne"),
    "missing operand": (check({"op": "lt", "left": 1}), ".condition.right", "lt needs right."),
    "operand of another operator": (
        check({"op": "truthy", "value": 1, "left": 1}),
        ".condition.left",
        "no operand left",
    ),
    "no conditions": (check({"op": "or", "conditions": []}), ".condition.conditions", "at least"),
    "no object inside conditions": (
        check({"op": "not", "condition": 1}),
        ".condition.condition",
        "object of op",
    ),
    "fault inside conditions": (
        check({"op": "and", "conditions": [YES, {"op": "not", "condition": {"op": "x"}}]}),
        ".condition.conditions[1].condition.op",
        "no operator x",
    ),
    "unclosed template": (task(text="{{inputs.a"), ".task", "not closed"),
    "template that is no path": (task(text="{{a + b}}"), ".task", "{{a + b}} is no path"),
    "name that nothing binds": (task(text="{{bill.result}}"), ".task", "no task before this"),
    "own name": (task("t", "{{t.result}}"), ".task", "no task before this named t"),
    "name in a condition": (
        step("if", condition={"op": "eq", "left": "{{x.y}}", "right": 1}, then=[]),
        ".condition.left",
        "no task before this named x",
    ),
    "name deep in an output": (
        step("succeed", output={"all": ["{{x.y}}"]}),
        ".output.all[0]",
        "no task before this named x",
    ),
    "iteration outside a loop": (task(text="{{vars.iteration}}"), ".task", "in a loop"),
    "attempt in a loop": (
        step("loop", count=1, body=[task(text="{{vars.attempt}}")]),
        ".body[0].task",
        "vars.attempt in a retry",
    ),
    "sibling branch": (
        step("parallel", branches=[[task("a")], [task("b", "{{a.result}}")]]),
        ".branches[1][0].task",
        "no task before this named a",
    ),
    "input that the schema does not name": (
        task(text="{{inputs.ulr}}"),
        ".task",
        "There is no input ulr. Did you mean url?",
    ),
    "while that compares what its body binds": (
        step("loop", body=[task()])
        | {"while": {"op": "ne", "left": "{{t.status}}", "right": "succeeded"}},
        ".while.left",
        "no task before this named t",
    ),
}


@pytest.mark.parametrize(("definition", "path", "words"), FAULTS.values(), ids=FAULTS)
def test_a_fault_of_the_definition_is_found_at_its_place(
    definition: Any, path: str, words: str
) -> None:
    [fault] = faults(definition)
    assert fault.path == path
    assert words in fault.message


@pytest.mark.parametrize(("wrong", "path", "words"), STEP_FAULTS.values(), ids=STEP_FAULTS)
def test_a_fault_of_a_step_is_found_at_its_place(wrong: Any, path: str, words: str) -> None:
    [fault] = faults({"steps": [wrong]}, {"properties": {"url": {}}})
    assert fault.path == f"steps[0]{path}"
    assert words in fault.message
    assert fault.message.endswith((".", "?"))


def test_a_typo_in_the_field_of_a_task_is_found() -> None:
    [fault] = faults({"steps": [task(), task("u", "{{t.pased}}")]})
    assert fault == ("steps[1].task", "There is no field pased. Did you mean passed?")


def test_all_faults_are_told_at_once() -> None:
    found = faults({"steps": [task("a b", max_steps=0), step("tsk", "c"), task("d", "{{e.f}}")]})
    assert [fault.path for fault in found] == [
        "steps[0].id",
        "steps[0].max_steps",
        "steps[1].type",
        "steps[2].task",
    ]


def test_what_either_branch_of_an_if_binds_can_be_used_after_it() -> None:
    choice = step("if", condition=YES, then=[task("a")]) | {"else": [task("b")]}
    assert faults({"steps": [choice, task("c", "{{a.result}} {{b.result}}")]}) == []


def test_a_variable_of_a_loop_is_gone_after_it() -> None:
    after = task("u", "{{vars.iteration}}")
    assert len(faults({"steps": [step("loop", count=1, body=[task()]), after]})) == 1


def test_eight_levels_and_200_steps_are_allowed_and_no_more() -> None:
    assert faults({"steps": [nested(8)]}) == []
    assert faults({"steps": [task(f"t{n}") for n in range(200)]}) == []
    [fault] = faults({"steps": [task(f"t{n}") for n in range(100_000)]})
    assert fault == ("steps", "A workflow has at most 200 steps in all.")


def test_inputs_may_have_any_name_without_a_schema() -> None:
    assert faults({"steps": [task(text="{{inputs.whatever}}")]}) == []


def test_junk_never_raises() -> None:
    random = Random(7)
    names = [*TYPES, *OPERANDS, "steps", "id", "type", "op", "{{", "{{x.y}}", "", "left", "value"]
    names += [name for kind in TYPES for name in fields(kind)]

    def junk(depth: int) -> Any:
        kind = random.randrange(10 if depth else 5)
        if kind >= 8:
            return [junk(depth - 1) for _ in range(random.randrange(4))]
        if kind >= 5:
            made = {random.choice(names): junk(depth - 1) for _ in range(random.randrange(5))}
            return {"id": "x", "type": random.choice(list(TYPES)), "op": "and", **made}
        return [None, random.choice(names), random.randrange(9), 1.5, True][kind]

    for _ in range(2000):
        definition = {"steps": [junk(6) for _ in range(3)], "output": junk(3)}
        for thing in (definition, junk(2)):
            assert all(json.dumps(fault) for fault in faults(thing, junk(2)))


@pytest.mark.parametrize("inside", ["body", "condition", "output", "left", "op", "type"])
def test_endless_junk_is_answered_soon(inside: str) -> None:
    deep: Any = {}
    for _ in range(20_000):
        deep = {"id": "a", "type": "loop", "op": "not", "condition": deep, inside: [deep]}
    wide = {"x" * 99 + str(n): "{{" for n in range(20_000)}
    began = time.process_time()
    for thing in (
        deep,
        {"steps": [deep]},
        {"steps": [check(deep)]},
        {"steps": [{**task(), **wide}]},
    ):
        assert 0 < len(faults(thing)) <= 50
    assert time.process_time() - began < 5


SCHEMA = {
    "required": ["url", 5],
    "properties": {"url": {"type": "string"}, "n": {"type": ["integer", "null"]}, "x": 1},
}


@pytest.mark.parametrize(
    ("inputs", "wrong"),
    [
        ({"url": "u", "n": 1, "x": [], "more": 1}, []),
        ({"url": "u", "n": None}, []),
        ({}, [("inputs.url", "The input url is missing.")]),
        ({"url": 1, "n": True}, ["inputs.url", "inputs.n"]),
    ],
)
def test_inputs_are_held_to_the_names_and_types_of_their_schema(
    inputs: Json, wrong: list[Any]
) -> None:
    found = input_faults(inputs, SCHEMA)
    assert [fault if isinstance(wrong[0], tuple) else fault.path for fault in found] == wrong


def test_the_guide_names_every_type_field_and_operator_in_120_words() -> None:
    named = {word for kind in TYPES for word in fields(kind)} | OPERANDS.keys() | TYPES.keys()
    assert {word for word in named if word not in GUIDE} == set()
    assert len(GUIDE.split()) <= 120
