"""Templates, conditions and costs of workflows."""

from typing import Any

import pytest

from coasty_mcp.api.workflows import Unresolved, holds, render, worst_case
from coasty_mcp.api.workflows.cost import Cost

Json = dict[str, Any]

SCOPE: Json = {
    "inputs": {"n": 5, "names": ["Ann", "Bob"], "none": None},
    "bill": {"passed": True, "result": {"summary": "PAID in full"}},
}


def task(**more: Any) -> Json:
    return {"id": "t", "type": "task", "task": "Look.", "max_steps": 10, **more}


def loop(**more: Any) -> Json:
    return {"id": "l", "type": "loop", "body": [task()], **more}


YES = {"op": "eq", "left": 1, "right": 1}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{{inputs.n}}", 5),
        ("{{ inputs.names }}", ["Ann", "Bob"]),
        ("{{bill.passed}}", True),
        ("{{inputs.none}}", None),
        ("{{inputs.names.1}}", "Bob"),
        ("n is {{inputs.n}}, {{bill.passed}}", "n is 5, true"),
        ("of {{inputs.names}}", 'of ["Ann", "Bob"]'),
        ({"a": ["{{inputs.n}}", 1]}, {"a": [5, 1]}),
        ("no } template { here }}", "no } template { here }}"),
    ],
)
def test_a_template_is_filled_and_alone_it_keeps_its_type(text: Any, filled: Any) -> None:
    assert render(text, SCOPE) == filled


@pytest.mark.parametrize(
    "path", ["nobody", "inputs.m", "inputs.n.x", "inputs.names.9", "inputs.names.x", "bill.keys"]
)
def test_a_value_that_is_missing_is_named(path: str) -> None:
    with pytest.raises(Unresolved, match=rf"\{{\{{{path}\}}\}} has no value"):
        render(f"It is {{{{{path}}}}}.", SCOPE)


def test_templates_cannot_fill_the_memory() -> None:
    with pytest.raises(Unresolved, match="grows beyond"):
        render("{{x}}" * 1000, {"x": "x" * 10_000})


def test_what_a_template_brings_in_is_not_read_as_a_template() -> None:
    assert render("{{x}}!", {"x": "{{y}}"}) == "{{y}}!"


@pytest.mark.parametrize(
    ("op", "left", "right", "expected"),
    [
        ("eq", "{{inputs.n}}", 5, True),
        ("eq", True, 1, False),
        ("ne", "a", "b", True),
        ("ne", {"a": 1}, {"a": 1}, False),
        ("lt", 1, 1.5, True),
        ("lt", 2, 2, False),
        ("gt", "b", "a", True),
        ("lte", 2, 2, True),
        ("gte", 1, 2, False),
        ("contains", "PAID in full", "PAID", True),
        ("contains", "{{bill.result}}", "PAID", True),
        ("contains", "{{inputs.names}}", "Ann", True),
        ("contains", [1, 2], 3, False),
        ("contains", None, "x", False),
    ],
)
def test_two_values_are_compared(op: str, left: Any, right: Any, expected: bool) -> None:
    assert holds({"op": op, "left": left, "right": right}, SCOPE) is expected


@pytest.mark.parametrize(
    ("op", "value", "expected"),
    [
        ("truthy", "{{bill.passed}}", True),
        ("truthy", "", False),
        ("truthy", "{{nobody.passed}}", False),
        ("falsy", 0, True),
        ("falsy", "{{nobody.passed}}", True),
        ("falsy", [1], False),
        ("exists", 0, True),
        ("exists", "{{inputs.none}}", False),
        ("exists", "{{inputs.nothing}}", False),
    ],
)
def test_one_value_is_judged_and_may_be_missing(op: str, value: Any, expected: bool) -> None:
    assert holds({"op": op, "value": value}, SCOPE) is expected


@pytest.mark.parametrize(
    ("op", "values", "expected"),
    [
        ("and", [1, 1], True),
        ("and", [1, 0], False),
        ("or", [0, 1], True),
        ("or", [0, 0], False),
    ],
)
def test_conditions_are_combined(op: str, values: list[int], expected: bool) -> None:
    conditions = [{"op": "truthy", "value": value} for value in values]
    assert holds({"op": op, "conditions": conditions}, {}) is expected
    assert holds({"op": "not", "condition": {"op": op, "conditions": conditions}}, {}) != expected


@pytest.mark.parametrize(("left", "right"), [(1, "1"), (None, 1), ([], []), ("{{x.y}}", 1)])
def test_what_cannot_be_compared_is_an_error(left: Any, right: Any) -> None:
    with pytest.raises(Unresolved):
        holds({"op": "lt", "left": left, "right": right}, {})


@pytest.mark.parametrize(
    ("steps", "guard", "price", "runs"),
    [
        ([task()], None, 50, 1),
        ([{"id": "t", "type": "task", "task": "Look."}], None, 250, 1),
        ([task(cua_version="v1")], None, 80, 1),
        ([{"id": "s", "type": "succeed"}], None, 0, 0),
        ([loop(count=3)], None, 150, 3),
        ([loop(count=30)], 4, 200, 4),
        ([loop(**{"while": YES}, max_iterations=2)], None, 100, 2),
        ([loop(**{"while": YES})], 7, 350, 7),
        ([loop(count=2, body=[loop(count=3)])], None, 300, 6),
        ([{"id": "r", "type": "retry", "max_attempts": 3, "body": [task()]}], None, 150, 3),
        ([{"id": "p", "type": "parallel", "branches": [[task()], [task(), task()]]}], None, 150, 3),
        (
            [{"id": "i", "type": "if", "condition": YES, "then": [task()], "else": [task()] * 2}],
            None,
            100,
            2,
        ),
    ],
)
def test_the_worst_case_is_counted(
    steps: list[Json], guard: int | None, price: int, runs: int
) -> None:
    assert worst_case({"steps": steps}, guard) == Cost(price, runs)


def test_a_while_without_a_bound_has_no_worst_case_and_is_named() -> None:
    endless = loop(**{"while": YES})
    assert worst_case({"steps": [task(), endless]}) == Cost(None, None, ("l",))


def test_a_while_without_tasks_costs_nothing() -> None:
    idle = loop(**{"while": YES}, body=[{"id": "a", "type": "assert", "condition": YES}])
    assert worst_case({"steps": [idle]}) == Cost(0, 0)
