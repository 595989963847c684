"""Tools of the toolset `fleet` that move whole files between this computer and a machine."""

from typing import Annotated

from pydantic import Field

from ..api.errors import InvalidRequest
from ..api.rules import LOCAL
from ..api.untrusted import named, quoted
from ..api.wire.base import Reply
from ..api.wire.machines import MachineId
from ..server.consequences import overwriting
from ..server.context import Api, CallWaiter
from ..server.effects import ACTS, REWRITES
from ..server.results import TextResult, text_result
from .catalog import fleet
from .local_files import LARGEST, OVERWRITE, put_file, read_file
from .machine_output import MAX_CHARACTERS, delimited
from .remote_files import remote_file

NO_TEXT = "The file is no short text: give local_path, where it is to be saved."

RemotePath = Annotated[str, Field(max_length=1024, description="A file on the machine.")]
Source = Annotated[
    str, Field(description="The file on this computer.", json_schema_extra={LOCAL: True})
]
Target = Annotated[
    str,
    Field(
        description="Where on this computer; without it a short text is shown.",
        json_schema_extra={LOCAL: True},
    ),
]
Overwrite = Annotated[bool, Field(description="Replace a file that is there.")]


class TransferredFile(Reply):
    """The reply of both tools."""

    machine_id: str
    path: str
    """On the machine."""
    local_path: str | None = None
    size_bytes: int
    sha256: str
    """The same at both ends."""
    content: str | None = None


@fleet.tool("Upload a file", ACTS, asks=overwriting, needs_disk=True)
async def coasty_upload_file(
    api: Api,
    waiter: CallWaiter,
    machine_id: MachineId,
    local_path: Source,
    path: RemotePath,
    overwrite: Overwrite = False,
) -> TextResult[TransferredFile]:
    """Copy a file of the user's, of any kind, up to 20 MB, onto a machine."""
    data = await read_file(local_path)
    remote = await remote_file(api, machine_id, path)
    folder, exists = await remote.look()
    if exists and not overwrite:
        raise InvalidRequest(f"{quoted(path, 200)} exists on {machine_id}: {OVERWRITE}")
    target, digest = await remote.put(data, folder, waiter, overwrite=exists)
    sent = TransferredFile(
        machine_id=machine_id,
        path=target,
        local_path=local_path,
        size_bytes=len(data),
        sha256=digest,
    )
    sent.attach(remote.receipt)
    return text_result(
        sent, f"Uploaded {len(data)} bytes to {named(target)} on {machine_id}.", untrusted="path"
    )


@fleet.tool("Download a file", REWRITES, asks=overwriting, needs_disk=True)
async def coasty_download_file(
    api: Api,
    waiter: CallWaiter,
    machine_id: MachineId,
    path: RemotePath,
    local_path: Target | None = None,
    overwrite: Overwrite = False,
) -> TextResult[TransferredFile]:
    """Copy a file of any kind, up to 20 MB, from a machine to the user's disk, or show it."""
    remote = await remote_file(api, machine_id, path)
    found = await remote.measure()
    if found.size > LARGEST:
        raise InvalidRequest(f"{named(found.path)} has {found.size} bytes: 20 MB is the most.")
    if local_path is None and found.size > 4 * MAX_CHARACTERS:
        raise InvalidRequest(NO_TEXT)
    data = await remote.read(found, waiter)
    got = TransferredFile(
        machine_id=machine_id, path=found.path, size_bytes=found.size, sha256=found.digest
    )
    got.attach(remote.receipt)
    if local_path is None:
        got.content = _short_text(data)
        return text_result(got, *delimited(got.content), untrusted="path, content")
    file = await put_file(local_path, data, overwrite=overwrite)
    got.local_path = str(file)
    return text_result(got, f"Downloaded {found.size} bytes to {file}.", untrusted="path")


def _short_text(data: bytes) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise InvalidRequest(NO_TEXT) from error
    if "\0" in text or len(text) > MAX_CHARACTERS:
        raise InvalidRequest(NO_TEXT)
    return text
