"""What the sandbox does next on a screen, tried on hand-made scenes."""

from dataclasses import dataclass, field

import pytest

from coasty_mcp.sandbox.planner import Action, predict
from coasty_mcp.sandbox.scene import Scene
from support.planner_desktop import CONTACT, NEWSLETTER, Desk, element, scene

GOAL = (
    'Open the browser, go to example.com/contact, enter the name "Ada Lovelace", the email '
    '"ada@example.com", choose the topic "Support", write the message "Hello from Coasty, and '
    'then some.", tick "Subscribe to the newsletter" and press Send.'
)


@dataclass
class Walk:
    status: str
    predictions: int = 0
    actions: list[Action] = field(default_factory=list[Action])


def walk(desk: Desk, instruction: str, max_actions: int = 5) -> Walk:
    """Do as predicted until there is nothing left to do."""
    walked = Walk("continue")
    while walked.status == "continue":
        predicted = predict(instruction, desk.scene(), max_actions, None)
        walked.status, walked.predictions = predicted.status, walked.predictions + 1
        assert 1 <= len(predicted.actions) <= max_actions
        assert walked.predictions < 40
        if predicted.status == "continue":
            walked.actions += predicted.actions
            for action in predicted.actions:
                desk.act(action)
    return walked


SENT = {
    "Address": "https://example.com/contact",
    "Email": "ada@example.com",
    "Message": "Hello from Coasty, and then some.",
    "Name": "Ada Lovelace",
    NEWSLETTER: "on",
    "Topic": "Support",
}


@pytest.mark.parametrize("max_actions", [1, 2, 3, 5, 10])
def test_the_contact_form_is_sent_from_an_empty_desktop(max_actions: int) -> None:
    desk = Desk()
    walked = walk(desk, GOAL, max_actions)
    assert walked.status == "done"
    assert desk.sent == [SENT]
    assert walked.predictions >= 4
    assert len(walked.actions) >= 13


def test_what_is_filled_in_already_is_left_alone() -> None:
    values = {**SENT, "Email": "wrong", NEWSLETTER: "off"}
    desk = Desk(page="contact", windows={"Browser"}, values=values)
    walked = walk(desk, GOAL)
    assert desk.sent == [SENT]
    assert [action.get("description") for action in walked.actions] == [
        "Click Email",
        "Press ctrl+a",
        "Type ada@example.com",
        f"Click {NEWSLETTER}",
        "Click Send",
    ]


def test_another_form_is_sent_after_the_first() -> None:
    desk = Desk()
    walk(desk, GOAL)
    assert walk(desk, GOAL.replace("Ada Lovelace", "Grace")).status == "done"
    assert desk.sent == [SENT, {**SENT, "Name": "Grace"}]


def test_a_form_is_sent_again_when_it_was_opened_again() -> None:
    desk = Desk()
    walk(desk, GOAL)
    desk.load("contact", CONTACT)
    desk.history.append(f"open {CONTACT}")
    assert walk(desk, GOAL).status == "done"
    assert desk.sent == [SENT, SENT]


def contact(**values: str) -> Desk:
    return Desk(page="contact", windows={"Browser"}, values={"Address": CONTACT, **values})


def orders(instruction: str, desk: Desk) -> list[str | None]:
    predicted = predict(instruction, desk.scene(), 10)
    return [action.get("description") for action in predicted.actions]


@pytest.mark.parametrize(
    ("instruction", "expected"),
    [
        ("Click Send", ["Click Send"]),
        ("click the 'Send' button.", ["Click Send"]),
        ('Type "x" into Email', ["Click Email", "Type x"]),
        ("enter Ada Lovelace in the Name field", ["Click Name", "Type Ada Lovelace"]),
        (
            "Set Name to Ada; set Email to a@b.c",
            ["Click Name", "Type Ada", "Click Email", "Type a@b.c"],
        ),
        (
            "Fill in the form with Name: Ada, Email: a@b.c and submit",
            ["Click Name", "Type Ada", "Click Email", "Type a@b.c", "Click Send"],
        ),
        (
            "Name: Ada\nMessage: Hi there",
            ["Click Name", "Type Ada", "Click Message", "Type Hi there"],
        ),
        ("choose Support as the topic", ["Click Support"]),
        ("Select 'Sales' from the Topic list", ["Click Sales"]),
        ("check the newsletter checkbox, please click Send", [f"Click {NEWSLETTER}", "Click Send"]),
        ("Scroll down", ["Scroll down"]),
        ("Press enter", ["Press enter"]),
        ("hit Control + L", ["Press ctrl+l"]),
        ("type don't panic", ["Type don't panic"]),
        ("type Please call. into Message", ["Click Message", "Type Please call."]),
        ("Double-click the Files icon", ["Double click Files"]),
        ("right click Files", ["Right click Files"]),
        ("Drag Files to Terminal", ["Drag Files"]),
        ("1. Open the terminal\n2. Run `ls`", ["Double click Terminal"]),
        (
            "Go to https://example.com/a,b?and=1.",
            ["Click Address", "Press ctrl+a", "Type https://example.com/a,b?and=1", "Press enter"],
        ),
        (
            "Complete the form",
            [
                *("Click Name", "Type Ada Lovelace", "Click Email", "Type ada@example.com"),
                *("Click Message", "Type Hello from the sandbox."),
            ],
        ),
    ],
)
def test_an_instruction_is_read(instruction: str, expected: list[str]) -> None:
    assert orders(instruction, contact()) == expected


@pytest.mark.parametrize(
    ("instruction", "expected"),
    [
        ("Untick the newsletter", [f"Click {NEWSLETTER}"]),
        ('Tick the newsletter, type "Ada" into Name, choose Support', [None]),
        ('Type "Eve" into Name', ["Click Name", "Press ctrl+a", "Type Eve"]),
        ("Go to example.com/contact/ and open the browser", [None]),
    ],
)
def test_what_the_screen_shows_decides(instruction: str, expected: list[str | None]) -> None:
    desk = contact(Name="Ada", Topic="Support", **{NEWSLETTER: "on"})
    assert orders(instruction, desk) == expected


def test_a_search_is_typed_after_its_field_was_clicked() -> None:
    desk = Desk(windows={"Browser"})
    assert orders("Click the search bar and type 'hello'", desk) == ["Click Search", "Type hello"]
    assert walk(desk, "Click the search bar and type 'hello'", max_actions=1).status == "done"
    assert desk.values["Search"] == "hello"


def test_signing_in_fills_in_both_fields_and_then_clicks() -> None:
    fields = [element("field", "Password", 2), element("field", "Email", 1)]
    page = scene(element("tab", "Sign in", 0), element("button", "Sign in", 3), *fields)
    predicted = predict("Sign in with email a@b.c and password hunter2.", page, 5)
    assert [action.get("description") for action in predicted.actions] == [
        *("Click Email", "Type a@b.c", "Click Password", "Type hunter2", "Click Sign in"),
    ]
    assert predicted.actions[-1]["params"] == {"x": 500, "y": 135}


@pytest.mark.parametrize("max_actions", [1, 5])
def test_a_command_is_run_once_in_the_terminal(max_actions: int) -> None:
    desk = Desk()
    assert walk(desk, 'Open the terminal and run "ls"', max_actions).status == "done"
    assert desk.ran == ["ls"]


def test_the_same_key_is_pressed_as_often_as_asked() -> None:
    desk = Desk()
    assert walk(desk, "Press tab, press tab, press tab").status == "done"
    assert desk.history == ["press tab"] * 3


def test_a_page_that_was_left_by_a_later_goal_is_not_gone_back_to() -> None:
    desk = contact(Name="Ada")
    assert (
        walk(desk, 'Go to example.com/contact, type "Ada" into Name, press Send').status == "done"
    )
    assert desk.history == ["click Send"]


def test_a_click_of_long_ago_does_not_count() -> None:
    desk = contact()
    desk.history = ["click Send", "click Files"]
    assert orders("Click Send", desk) == ["Click Send"]
    desk.history.append("click Send")
    assert predict("Click Send", desk.scene(), 5).status == "done"


def test_what_may_be_further_down_is_scrolled_to() -> None:
    def page(position: str) -> Scene:
        bar = element("scrollbar", "Scrollbar", 1, position)
        return scene(bar, element("button", "Back", 2))

    link = "Click Back to the home page"
    (action,) = predict(link, page("40%"), 5).actions
    assert action["params"] == {
        "x": 960,
        "y": 540,
        "direction": "down",
        "amount": 10,
        "clicks": -10,
    }
    assert predict(link, page("100%"), 5).status == "fail"


@pytest.mark.parametrize(
    ("instruction", "reason"),
    [
        (
            "Click Pay now",
            'no "Pay now" on the screen. It shows: Send, Subscribe to the newsletter',
        ),
        ('Type "1" into Phone', 'no field "Phone"'),
        ("Tick the terms", 'no checkbox "the terms"'),
        ("Find me the cheapest flight", "does not understand"),
        ("press tab, " * 41, "41 parts; the sandbox follows 1 to 40"),
        (" . ", "has nothing to do"),
    ],
)
def test_what_cannot_be_done_fails_with_the_reason(instruction: str, reason: str) -> None:
    predicted = predict(instruction, contact().scene(), 5)
    (action,) = predicted.actions
    assert (predicted.status, action["action_type"]) == ("fail", "fail")
    assert reason in action["params"]["reason"]
    assert predicted.reasoning == action["params"]["reason"]


def test_what_comes_next_is_said_in_the_words_of_the_screen() -> None:
    predicted = predict('Type "x" into Email, then submit the form', contact().scene(), 5)
    assert 'Next: set Email to "x", click Send.' in predicted.reasoning
    nothing = predict("Submit the form", Desk().scene(), 5)
    assert 'There is no "Submit or Send" on the screen.' in nothing.reasoning


def test_only_the_allowed_tools_are_used() -> None:
    desk = contact()
    allowed = predict('Type "x" into Email', desk.scene(), 5, ["click"])
    assert [action["action_type"] for action in allowed.actions] == ["click"]
    refused = predict('Type "x" into Email', desk.scene(), 5, ["type_text"])
    assert refused.status == "fail"
    assert "click, which is not among the tools" in refused.reasoning


@pytest.mark.parametrize(
    ("instruction", "action_type", "params"),
    [
        ("press enter", "key_press", {"keys": ["enter"], "key": "enter"}),
        ("press shift+ctrl+t", "key_combo", {"keys": ["ctrl", "shift", "t"]}),
        ("double-click Files", "click", {"x": 500, "y": 855, "clicks": 2}),
        ("right click Files", "click", {"x": 500, "y": 855, "button": "right"}),
        ("scroll right 3", "scroll", {"x": 500, "y": 695, "direction": "right", "amount": 3}),
        (
            "drag Files to Terminal",
            "drag",
            {"x1": 500, "y1": 855, "x2": 500, "y2": 935}
            | {"from_x": 500, "from_y": 855, "to_x": 500, "to_y": 935},
        ),
    ],
)
def test_parameters_are_given_in_every_spelling(
    instruction: str, action_type: str, params: dict[str, object]
) -> None:
    (action,) = predict(instruction, contact().scene(), 5).actions
    assert (action["action_type"], action["params"]) == (action_type, params)
