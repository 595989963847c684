"""Action policies: what they forbid, and that the stricter of two allows nothing more."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from coasty_mcp.api.errors import ActionBlocked, InvalidRequest
from coasty_mcp.api.policy import (
    in_agent_names,
    refuse_forbidden,
    require_known_actions,
    stricter,
)
from coasty_mcp.api.policy.checking import violation
from coasty_mcp.api.wire.policy import ActionPolicy

Json = dict[str, Any]

POINT = {"x": 5, "y": 5}
BOX = {"min_x": 10, "min_y": 20, "max_x": 100, "max_y": 200}


def policy(**fields: Any) -> ActionPolicy:
    return ActionPolicy.model_validate(fields)


@pytest.mark.parametrize(
    ("blocked", "action", "parameters"),
    [
        ("type_text", "type", {"text": "a"}),
        ("type", "type_text", {"text": "a"}),
        ("type_text", "browser_type", {"text": "a"}),
        ("click", "click", POINT),
        ("click", "double_click", POINT),
        ("click", "click_with_modifiers", {**POINT, "modifiers": ["ctrl"]}),
        ("click", "browser_click", {"selector": "a"}),
        ("double_click", "click", {**POINT, "clicks": 2}),
        ("double_click", "click", {**POINT, "clicks": "2"}),
        ("scroll", "browser_scroll", {}),
        ("file_delete", "file_delete", {"path": "a"}),
    ],
)
def test_a_blocked_action_is_blocked_under_every_name(
    blocked: str, action: str, parameters: Json
) -> None:
    assert violation(policy(blocked_actions=[blocked]), action, parameters)
    assert not violation(policy(blocked_actions=["drag"]), action, parameters)


@pytest.mark.parametrize(
    ("allowed", "action", "parameters", "may"),
    [
        ("type_text", "type", {"text": "a"}, True),
        ("type_text", "browser_type", {"text": "a"}, False),
        ("click", "double_click", POINT, True),
        ("click", "terminal_execute", {"command": "ls"}, False),
        ("click", "a_new_command", {}, False),
        ("drag", "done", {}, True),
        ("drag", "fail", {}, True),
        ("drag", "awaiting_human", {}, True),
    ],
)
def test_only_what_is_allowed_may_be_done_and_a_verdict(
    allowed: str, action: str, parameters: Json, may: bool
) -> None:
    assert (not violation(policy(allowed_actions=[allowed]), action, parameters)) is may


@pytest.mark.parametrize(
    ("blocked", "action", "parameters"),
    [
        ("win+r", "key_combo", {"keys": ["win", "r"]}),
        ("win+r", "key_combo", {"keys": ["R", "Super_L"]}),
        ("WIN+R", "key_combo", {"keys": "cmd+r"}),
        ("win+r", "key_combo", {"keys": ["win", "shift", "r"]}),
        ("win+r", "key_press", {"key": "Meta+r"}),
        ("win", "key_press", {"key": "Windows"}),
        ("win", "key_press", {"keys": ["tab", "win"]}),
        ("win", "key_combo", {"keys": ["win-e"]}),
        ("ctrl", "click_with_modifiers", {**POINT, "modifiers": ["Control"]}),
        ("ctrl", "click_with_modifiers", {**POINT, "modifiers": "ctrl"}),
        ("enter", "key_press", {"key": "Return"}),
        ("Return", "type", {"text": "rm -rf /\n"}),
        ("tab", "browser_type", {"text": "a\tb"}),
        ("ctrl++", "key_combo", {"keys": ["ctrl", "+"]}),
    ],
)
def test_a_blocked_key_is_blocked_in_every_spelling(
    blocked: str, action: str, parameters: Json
) -> None:
    assert violation(policy(blocked_keys=[blocked]), action, parameters)
    assert not violation(policy(blocked_keys=["f9"]), action, parameters)


def test_a_blocked_chord_blocks_none_of_its_keys_alone() -> None:
    forbidden = policy(blocked_keys=["win+r"])
    assert not violation(forbidden, "key_press", {"keys": ["win", "r"]})  # one after the other
    assert not violation(forbidden, "type", {"text": "win+r"})
    assert not violation(forbidden, "key_combo", {"keys": ["ctrl", "r"]})


@pytest.mark.parametrize(
    ("action", "parameters"),
    [
        ("close_window", {"title": "Mail"}),
        ("browser_close", {}),
        ("browser_close_tab", {}),
        ("key_combo", {"keys": ["Alt", "F4"]}),
        ("key_press", {"key": "ctrl+w"}),
    ],
)
def test_windows_stay_open_however_they_would_be_closed(action: str, parameters: Json) -> None:
    assert "clos" in violation(policy(block_window_close=True), action, parameters)
    assert not violation(policy(block_window_close=False), action, parameters)


@pytest.mark.parametrize(
    ("parameters", "may"),
    [
        ({"x": 10, "y": 20}, True),
        ({"x": 100, "y": 200}, True),
        ({"x": 101, "y": 20}, False),
        ({"x": 10, "y": 19.5}, False),
        ({"x": "50", "y": "1e3"}, False),
        ({"x": "nan", "y": 50}, False),
        ({"x": [50], "y": 50}, False),
        ({"x": 50}, True),
        ({"from_x": 50, "from_y": 50, "to_x": 5000, "to_y": 50}, False),
        ({"x1": 50, "y1": 50, "x2": 50, "y2": 0}, False),
        ({"text": "a"}, True),
    ],
)
def test_no_point_may_lie_out_of_bounds(parameters: Json, may: bool) -> None:
    assert (not violation(policy(coordinate_bounds=BOX), "drag", parameters)) is may


def test_one_forbidden_action_refuses_all_and_is_named() -> None:
    actions = [("click", POINT), ("type", {"text": "a"})]
    with pytest.raises(ActionBlocked, match="Action 2, type, is against the action policy"):
        refuse_forbidden(policy(blocked_actions=["type_text"]), actions)
    with pytest.raises(ActionBlocked, match="allows 1 actions, not 2"):
        refuse_forbidden(policy(max_actions=1), actions)
    refuse_forbidden(policy(max_actions=2), actions)
    refuse_forbidden(None, actions)


def test_an_action_that_does_not_exist_is_refused_with_the_nearest() -> None:
    with pytest.raises(InvalidRequest, match="There is no action type_txt"):
        require_known_actions(policy(blocked_actions=["type_txt"]))


def test_policies_without_common_bounds_are_refused() -> None:
    far = {"min_x": 500, "min_y": 500, "max_x": 600, "max_y": 600}
    with pytest.raises(InvalidRequest, match="own action policy"):
        stricter(policy(coordinate_bounds=BOX), policy(coordinate_bounds=far))


def test_too_many_blocked_keys_together_are_refused_rather_than_forgotten() -> None:
    many = [policy(blocked_keys=[f"{half}{n}" for n in range(100)]) for half in ("f", "g")]
    with pytest.raises(InvalidRequest, match="blocked_keys"):
        stricter(*many)


def test_what_neither_allows_leaves_the_verdict() -> None:
    both = stricter(policy(allowed_actions=["click"]), policy(allowed_actions=["type_text"]))
    assert both == policy(allowed_actions=["done"])
    none = stricter(policy(allowed_actions=["type"]), policy(blocked_actions=["type_text"]))
    assert none
    assert none.allowed_actions == ["done"]


WIDE = {"min_x": 0, "min_y": 0, "max_x": 1000, "max_y": 1000}
COMBO: tuple[str, Json] = ("key_combo", {"keys": ["win", "r"]})
STRICT: dict[str, tuple[Json, Json, tuple[str, Json]]] = {
    "allowed": (
        {"allowed_actions": ["click"]},
        {"allowed_actions": ["click", "drag"]},
        ("drag", {}),
    ),
    "blocked": ({"blocked_actions": ["drag"]}, {"blocked_actions": ["scroll"]}, ("drag", {})),
    "keys": ({"blocked_keys": ["win+r"]}, {"blocked_keys": ["f9"]}, COMBO),
    "closing": (
        {"block_window_close": True},
        {"block_window_close": False},
        ("close_window", {"title": "Mail"}),
    ),
    **{
        f"{name} beyond {at}": (
            {"coordinate_bounds": BOX},
            {"coordinate_bounds": WIDE},
            ("click", {"x": 50, "y": 50, name: at}),
        )
        for name, at in (("x", 9), ("x", 101), ("y", 19), ("y", 201))
    },
}


@pytest.mark.parametrize("name", STRICT)
def test_what_one_of_two_policies_forbids_both_together_forbid(name: str) -> None:
    strict, loose, action = STRICT[name]
    assert not violation(policy(**loose), *action)
    for one, other in ((strict, loose), (loose, strict)):
        both = stricter(policy(**one), policy(**other))
        assert both
        assert violation(both, *action)


def test_of_two_policies_the_fewer_actions_count() -> None:
    for one, other in ((1, 5), (5, 1)):
        both = stricter(policy(max_actions=one), policy(max_actions=other))
        assert both
        assert both.max_actions == 1


NAMES = some.sampled_from(["click", "double_click", "type", "type_text", "key_combo", "drag"])
KEYS = some.sampled_from(["win", "r", "win+r", "ctrl", "Alt+F4", "enter"])
SPANS = some.tuples(some.integers(0, 9), some.integers(10, 20))


@some.composite
def policies(draw: some.DrawFn) -> ActionPolicy:
    blocked = draw(some.lists(NAMES, max_size=2))
    (min_x, max_x), (min_y, max_y) = draw(SPANS), draw(SPANS)
    bounds = {"min_x": min_x, "max_x": max_x, "min_y": min_y, "max_y": max_y}
    return policy(
        allowed_actions=sorted({*draw(some.lists(NAMES, max_size=3))} - {*blocked}) or None,
        blocked_actions=blocked,
        blocked_keys=draw(some.lists(KEYS, max_size=2)),
        block_window_close=draw(some.none() | some.booleans()),
        max_actions=draw(some.none() | some.integers(1, 3)),
        coordinate_bounds=draw(some.none() | some.just(bounds)),
    )


ACTIONS = some.tuples(
    NAMES,
    some.fixed_dictionaries(
        {},
        optional={
            "x": some.integers(0, 20),
            "y": some.integers(0, 20),
            "clicks": some.integers(1, 2),
            "keys": some.lists(some.sampled_from(["win", "r", "alt", "f4", "ctrl"]), max_size=3),
            "text": some.sampled_from(["a", "a\n"]),
        },
    ),
)


@settings(deadline=None, derandomize=True, database=None, max_examples=300)
@given(policies(), policies(), ACTIONS)
def test_the_stricter_policy_forbids_what_either_forbids(
    one: ActionPolicy, other: ActionPolicy, action: tuple[str, Json]
) -> None:
    both = stricter(one, other)
    assert both
    if violation(one, *action) or violation(other, *action):
        assert violation(both, *action)
        assert violation(in_agent_names(both), *action)
