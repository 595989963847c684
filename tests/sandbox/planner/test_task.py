"""Whole instructions are carried out on the drawn desktop."""

import copy
from time import perf_counter

import pytest

from coasty_mcp.sandbox.computer import Computer
from coasty_mcp.sandbox.planner import Task, TaskStep, predict
from coasty_mcp.sandbox.scene import Scene
from support.computer_user import User

FORM = (
    'Open the browser, go to example.com/contact, set Name to "Ada", set Email to "a@b.c", '
    'type "Hi" into Message'
)


@pytest.fixture
def user() -> User:
    return User(Computer(width=1280, height=720))


def carry_on(task: Task, computer: Computer) -> TaskStep:
    """Step until the task no longer acts by itself."""
    for _ in range(40):
        step = task.step(computer)
        if step.status != "acted":
            return step
        assert step.actions
    raise AssertionError("It never ends.")


def test_a_task_is_carried_out_and_its_summary_says_what_was_done(user: User) -> None:
    step = carry_on(Task(f"{FORM} and press Send."), user.computer)
    assert step.status == "done"
    assert step.text.startswith("Simulated on the drawn desktop: Double click Browser; ")
    assert user.sees("Thank you, Ada!")


@pytest.mark.parametrize(
    "order",
    [
        "Ask me before you press Send.",
        "press Send, but ask me before sending",
        "Ask a human for approval before you send it",
        "Ask me before clicking 'Send'; press Send.",
        "Never press Send without asking me.",
        "wait for my approval and press Send",
        "Let me confirm before submitting the form",
    ],
)
def test_a_task_asks_before_what_it_was_told_to_ask_about(user: User, order: str) -> None:
    task = Task(f"{FORM}. {order}")
    asked = carry_on(task, user.computer)
    assert asked.status == "ask"
    assert "A person is to be asked first" in asked.text
    assert user.value("Message") == "Hi"
    assert not user.sees("Thank you, Ada!")
    assert task.step(user.computer).status == "ask"
    task.approve(user.computer)
    assert carry_on(task, user.computer).status == "done"
    assert user.sees("Thank you, Ada!")


def test_what_is_asked_about_stands_before_what_it_is_about(user: User) -> None:
    task = Task(f"Ask me before you press Send. {FORM}, press Send.")
    assert carry_on(task, user.computer).status == "ask"
    assert user.value("Message") == "Hi"


def test_what_cannot_be_told_apart_is_asked_at_once(user: User) -> None:
    asked = Task(f"{FORM}, press Send. Ask me before anything irreversible.").step(user.computer)
    assert asked.status == "ask"
    assert "anything irreversible" in asked.text
    assert not user.sees("Browser", "window")


def test_a_task_that_is_not_understood_does_nothing_and_says_how_to_phrase_it(user: User) -> None:
    step = Task("Find me the cheapest flight").step(user.computer)
    assert step.status == "not_understood"
    assert 'type "Ada" into Name' in step.text
    assert step.actions == []


def test_a_task_waits_where_the_screen_does_not_allow_it_and_goes_on_when_a_person_helped(
    user: User,
) -> None:
    user.go("example.com/contact")
    task = Task("Click Search")
    assert carry_on(task, user.computer).status == "stuck"
    user.go("example.com")
    assert carry_on(task, user.computer).status == "done"


def test_the_same_task_is_done_again_by_another_run(user: User) -> None:
    for name in ("first", "second"):
        user.go("example.com/contact")
        done = carry_on(Task(f"{FORM}, press Send"), user.computer)
        assert (name, done.status) == (name, "done")
        assert "Click Send" in done.text


def test_a_task_goes_on_upon_a_copy_of_its_computer(user: User) -> None:
    task = Task(f"{FORM}, press Send")
    task.step(user.computer)
    copied = User(copy.deepcopy(user.computer))
    assert carry_on(task, copied.computer).status == "done"
    assert copied.sees("Thank you, Ada!")
    assert not user.sees("Thank you, Ada!")


def test_a_long_summary_names_the_first_actions_and_counts_the_rest(user: User) -> None:
    done = carry_on(Task("press tab, " * 20), user.computer)
    assert done.text.endswith("Press tab; 8 more.")


def test_a_validation_error_on_the_page_is_not_called_done(user: User) -> None:
    task = Task("Go to example.com/contact, set Name to Ada, set Email to a@b.c, press Send")
    stuck = carry_on(task, user.computer)
    assert stuck.status == "stuck"
    assert 'the page says "Please fill in Message."' in stuck.text
    assert 'type "Hello" into Message' in stuck.text
    user.click("Message")
    user.type("Hi")
    user.click("Send")
    assert carry_on(task, user.computer).status == "done"


@pytest.mark.parametrize(
    "note", ['type "Hi" into Message', "Type Hi into Message and press Send.", "set Message to Hi"]
)
def test_what_a_person_says_to_a_question_is_done_and_then_the_rest(user: User, note: str) -> None:
    task = Task("Go to example.com/contact, set Name to Ada, set Email to a@b.c, press Send")
    assert carry_on(task, user.computer).status == "stuck"
    task.heed("Go ahead, it is all right.")  # no step that it could take
    assert carry_on(task, user.computer).status == "stuck"
    task.heed(note)
    assert carry_on(task, user.computer).status == "done"
    assert user.sees("Thank you, Ada!")


@pytest.mark.parametrize(
    "order",
    [
        "sign in with user ada and password s3cret",
        "Sign in as ada with password s3cret",
        "log in with username: ada, password: s3cret",
        'Log in to example.com with login "ada" and the password "s3cret".',
        "Sign in with the email ada and the password s3cret",
    ],
)
def test_the_usual_ways_to_say_who_signs_in_are_understood(user: User, order: str) -> None:
    user.go("example.com/login")
    assert carry_on(Task(order), user.computer).status == "done"
    assert user.sees("Signed in as ada.")


@pytest.mark.parametrize(
    "order",
    [
        "Leave the message empty",
        "keep Message blank",
        "clear the message field",
        "Fill in the form, leave the message empty",
    ],
)
def test_a_field_can_be_left_empty(user: User, order: str) -> None:
    user.go("example.com/contact")
    user.click("Message")
    user.type("old")
    assert carry_on(Task(order), user.computer).status == "done"
    assert user.value("Message") == ""


def test_other_usual_orders_are_carried_out(user: User) -> None:
    for order, shown in (
        ("Search for contact", "Results for contact"),
        ("Click Contact, wait 2 seconds, go back", "Results for contact"),
        ("Open the text editor, type 'Hello', save it", "untitled.txt - Text Editor"),
    ):
        done = carry_on(Task(order), user.computer)
        assert (order, done.status) == (order, "done")
        assert user.sees(shown)
    assert carry_on(Task("Close the window"), user.computer).status == "done"
    assert not user.sees("untitled.txt - Text Editor", "window")


def test_a_search_below_the_screen_says_what_it_looks_for(user: User) -> None:
    user.go("example.com/articles")
    step = Task("Click Pay now").step(user.computer)
    assert [action["action_type"] for action in step.actions] == ["scroll"]
    assert 'There is no "Pay now" on the screen' in step.text
    assert "Scrolling down, to see whether it is further below." in step.text
    assert carry_on(Task("Click Pay now"), user.computer).status == "stuck"


def test_long_instructions_are_read_in_no_time() -> None:
    """No pattern of the grammar takes time that grows without measure."""
    for piece in (
        "'a ",
        "\u2018a",
        "“",
        "fill a ",
        "a ",
        "a.b.",
        "set a to ",
        "form ",
        '"',
        "-",
        "to in ",
    ):
        started = perf_counter()
        predict((piece * 32_000)[:32_000], Scene(1280, 720, ()), 5)
        assert (piece, perf_counter() - started < 1) == (piece, True)


def test_nothing_to_do_is_said_so(user: User) -> None:
    user.go("example.com/contact")
    done = Task("open the browser").step(user.computer)
    assert (done.status, done.text) == (
        "done",
        "Simulated: nothing had to be done, the screen shows it already.",
    )
