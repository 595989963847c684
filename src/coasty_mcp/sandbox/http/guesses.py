"""Answers about a screen that the sandbox does not know, marked as guesses."""

from ...api.errors import ApiError
from ...api.wire.base import GUESS_HEADER
from .call import Call
from .received_screenshots import ReceivedScreenshot

UNSEEN = (
    "The sandbox's own predictions know its drawn desktops alone, and cannot see a real one. "
    "Nothing was charged."
)
READ_YOURSELF = (
    "Read the screenshot yourself: coasty_take_machine_screenshot, then "
    "coasty_execute_machine_action with its coordinates and screenshot_id."
)


def mark_guess(call: Call, received: ReceivedScreenshot) -> None:
    """Say in a header if an answer is a guess, because its screenshot is not of this sandbox.

    Raises:
        ApiError: the desktops are real, so that every answer would be one.
    """
    if received.scene:
        return
    if call.world.desktops == "real":
        raise ApiError(UNSEEN, code="SCREEN_NOT_UNDERSTOOD", status=422, suggestion=READ_YOURSELF)
    call.headers[GUESS_HEADER] = "true"
