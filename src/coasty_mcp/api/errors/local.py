"""Errors that the API did not report: this server's own, and the network's."""

from .base import DEVELOPERS, CoastyError


class NotConfigured(CoastyError):
    """The server has no API key."""

    code = "NOT_CONFIGURED"
    advice = (
        f"Set COASTY_API_KEY in the host's MCP settings (keys: {DEVELOPERS}), "
        "or start the server with --sandbox."
    )


class CannotConnect(CoastyError):
    """The settings do not allow a connection at all."""

    code = "CANNOT_CONNECT"
    advice = (
        "Correct HTTPS_PROXY, ALL_PROXY, SSL_CERT_FILE or COASTY_BASE_URL in the host's MCP "
        "settings; `coasty-mcp doctor` says which."
    )


class Unreachable(CoastyError):
    """The API did not answer."""

    code, retryable = "UNREACHABLE", True
    advice = "Check the connection and COASTY_BASE_URL, then call again."


class NoAnswer(Unreachable):
    """The request was sent, and may have been carried out."""

    code = "NO_ANSWER"
    advice = "Call again; if it changes something, look first whether it has happened."


class OutcomeUnknown(CoastyError):
    """A NoAnswer to a request that is safe to repeat with its idempotency key."""

    code, retryable = "OUTCOME_UNKNOWN", True

    def advise(self) -> str:
        key, picture = self.facts["idempotency_key"], self.facts.get("screenshot_id")
        same = (
            f', screenshot_id="{picture}" for the picture, and the other arguments as they were'
            if picture
            else " and the same arguments"
        )
        return (
            f'It may have been carried out. Call again with idempotency_key="{key}"{same}: '
            "it then cannot happen twice."
        )


class UnexpectedReply(CoastyError):
    """What answered does not speak as the Coasty API does."""

    code = "UNEXPECTED_REPLY"

    def advise(self) -> str:
        again = "call again in a minute" if self.facts["retryable"] else "ask Coasty's support"
        return f"Check COASTY_BASE_URL; if it is right, {again}."


class UnreadableReply(UnexpectedReply):
    """The API answered with success, but a field that is needed cannot be read.

    Its suggestion is never to make the same call again.
    """

    def advise(self) -> str:
        return ""


class HumanInControl(CoastyError):
    """The person acts on the machine at the moment."""

    code = "HUMAN_IN_CONTROL"

    def advise(self) -> str:
        machine_id = self.facts.get("machine_id")
        return f'Wait with coasty_ask_person(machine_id="{machine_id}", reason="to go on").'


class StoppedByPerson(CoastyError):
    """The person stopped the model on this machine."""

    code = "STOPPED_BY_PERSON"
    advice = "Do nothing more on it until the person says so; ask them what to do."


class Bug(CoastyError):
    """This program failed on its own side."""

    code = "BUG_IN_COASTY_MCP"
    advice = "Calling again will not help; the server's log has the details."


class CommandFailed(CoastyError):
    """The machine could not do it. What helps depends on the command: `suggestion` is given."""

    code = "COMMAND_FAILED"


class UnknownTool(CoastyError):
    """A tool was called that is not offered."""

    code = "UNKNOWN_TOOL"


class SpendLimit(CoastyError):
    """The request could cost more than may be spent; it was not sent."""

    code = "SPEND_LIMIT"

    def advise(self) -> str:
        """Return a value that would fit, or what else bounds the cost, or whom to ask."""
        for name in ("max_steps", "ttl_minutes"):
            if name in self.facts:
                return f"{name}={self.facts[name]} would fit."
        if "suggestion" in self.facts:
            return ""
        verb = "raise" if "estimate" in self.facts else "do without"
        return f"Ask the user whether to {verb} {self.facts['setting']}."


class ActionBlocked(CoastyError):
    """An action policy forbids it: this server's own, or that of the call."""

    code = "ACTION_BLOCKED"
    advice = "Nothing was done. Do not try another way: ask the user, who set it."


class ConsentRefused(CoastyError):
    """The person did not agree to the call."""

    code = "CONSENT_REFUSED"
    advice = "Nothing was done. Do not try another way: ask the user what they want instead."
