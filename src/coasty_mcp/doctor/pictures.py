"""Why a model is blind: whether the picture tool answers with one, and who passes it on."""

from collections.abc import Iterable

from ..api.errors import CoastyError
from ..hosts.config_entry import ServerCommand
from ..hosts.handshake import Screenshot, ServerDoesNotStart, take_screenshot
from ..hosts.host import Host
from ..screens import Picture
from .finding import Finding

NAME = "pictures"
LARGEST = 700_000
"""Characters of a picture in base64: Claude Desktop refuses results of 1 MiB."""
LOOKING_TOOLS = (
    "Let it call coasty_predict and coasty_ground with a machine_id, which look for themselves, "
    "and the browser commands, which answer in text. To see for itself it needs another host."
)
OTHER_MODEL = "A model that sees none all the same takes no pictures: choose another one there."
ASK_IT = "Not tried by us: ask its model what it sees on a screenshot."


async def check_pictures(command: ServerCommand, hosts: Iterable[Host]) -> list[Finding]:
    """Call the picture tool in the sandbox as hosts do; say what each of them shows its model."""
    return [await _check_tool(command), *map(_what_its_model_sees, hosts)]


async def _check_tool(command: ServerCommand) -> Finding:
    try:
        return judged(await take_screenshot(command))
    except ServerDoesNotStart as error:
        fix = "Mend that first: no host can show its model a picture."
        return Finding(NAME, "fail", f"none could be taken: {str(error).rstrip('.')}", fix)


def judged(seen: Screenshot) -> Finding:
    """Return whether hosts can show their model what the picture tool answered."""
    if seen.failed or len(seen.pictures) != 1:
        fix = "Report this: no host can show its model a picture."
        return Finding(NAME, "fail", f"the picture tool answers without one: {seen.text}", fix)
    if seen.has_structured_content:
        fix = "Report this: Codex shows its model no picture beside structured content."
        return Finding(NAME, "fail", "the picture has structured content beside it", fix)
    [data] = seen.pictures
    try:
        size = Picture.from_base64(data).size
    except CoastyError as error:
        found = f"the picture cannot be read: {str(error.facts['message']).rstrip('.')}"
        return Finding(NAME, "fail", found, "Report this: no host can show it.")
    found = f"a screenshot of {size.width}x{size.height} in {len(data) // 1000} kB"
    if len(data) > LARGEST:
        fix = "Report this: Claude Desktop refuses results over 1 MiB."
        return Finding(NAME, "fail", f"{found} is too large", fix)
    return Finding(NAME, "ok", f"the picture tool answers with {found}, and text")


def _what_its_model_sees(host: Host) -> Finding:
    name, view = f"{host.name} sees", host.model_view
    if host.is_blind:
        return Finding(name, "warn", "no pictures, as its users report", LOOKING_TOOLS)
    if not view:
        return Finding(name, "ok", "what it is shown is not known", ASK_IT)
    others = view.result.replace("structured", "structured content")
    found = f"a screenshot as {view.screenshot}, other results as {others}"
    if not view.has_pictures:
        return Finding(name, "warn", found, LOOKING_TOOLS)
    return Finding(name, "ok", found, OTHER_MODEL)
