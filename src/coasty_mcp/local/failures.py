"""What can be in the way of seeing or controlling this computer."""

from ..api.errors import CoastyError

WITH_EXTRA = (
    "Install coasty-mcp with its extra local: uv tool install 'coasty-mcp[local]', or in its "
    "folder uv tool install '.[local]'."
)


class NotAllowed(CoastyError):
    code = "LOCAL_CONTROL_NOT_ALLOWED"
    advice = (
        "Only the user can allow it: start the server with --allow-local-control "
        "(COASTY_ALLOW_LOCAL_CONTROL=true)."
    )


class NotInstalled(CoastyError):
    code = "LOCAL_NOT_INSTALLED"
    advice = f"{WITH_EXTRA} Then restart the server."


class NoScreen(CoastyError):
    code = "NO_LOCAL_SCREEN"
    advice = "For other screens, pass a picture of them as screenshot_path to coasty_predict."


class KeysHeld(CoastyError):
    code = "KEYS_HELD"
    advice = "Ask the user to let go of them, then try again."


class OtherWindow(CoastyError):
    code = "OTHER_WINDOW"
    advice = "Look at the screen again, then decide whether to type there."


class ScreenChanged(CoastyError):
    code = "SCREEN_CHANGED"
    advice = "Call coasty_look_at_screen, then act on what is there now."
