"""Files and folders; relative paths start at the home folder."""

from base64 import b64encode
from posixpath import basename, dirname

from ..computer_state import Machine
from ..refused import Refused
from .parameters import Handler, Parameters, Result


def file_read(machine: Machine, given: Parameters) -> Result:
    path = _path(machine, given)
    return {"path": machine.files.shown(path), "content": machine.files.read(path)}


def file_exists(machine: Machine, given: Parameters) -> Result:
    path = _path(machine, given)
    return {
        "path": machine.files.shown(path),
        "exists": machine.files.exists(path),
        "is_directory": machine.files.is_folder(path),
    }


def directory_list(machine: Machine, given: Parameters) -> Result:
    return _listing(machine, _path(machine, given))


def file_list_downloads(machine: Machine, given: Parameters) -> Result:
    return _listing(machine, machine.files.resolve("Downloads"))


def _listing(machine: Machine, folder: str) -> Result:
    files = machine.files
    entries = [_entry(machine, f"{folder.rstrip('/')}/{name}") for name in files.names(folder)]
    return {"path": files.shown(folder), "entries": entries}


def _entry(machine: Machine, path: str) -> Result:
    if machine.files.is_folder(path):
        return {"name": basename(path), "type": "directory"}
    size = len(machine.files.read(path).encode())
    return {"name": basename(path), "type": "file", "size_bytes": size}


def file_write(machine: Machine, given: Parameters) -> Result:
    """Makes the folders that are missing."""
    return _write(machine, given, "")


def file_append(machine: Machine, given: Parameters) -> Result:
    path = _path(machine, given)
    return _write(machine, given, machine.files.read(path) if machine.files.exists(path) else "")


def _write(machine: Machine, given: Parameters, before: str) -> Result:
    path, content = _path(machine, given), given.text("content", "text")
    machine.files.make_folder(dirname(path), parents=True)
    machine.files.write(path, before + content)
    return {"path": machine.files.shown(path), "bytes_written": len(content.encode())}


def file_edit(machine: Machine, given: Parameters) -> Result:
    """Replaces every occurrence."""
    path = _path(machine, given)
    old, new = given.text("old_text", "old_string"), given.text("new_text", "new_string")
    text = machine.files.read(path)
    if not old or old not in text:
        raise Refused(f"old_text is not in {machine.files.shown(path)}.")
    machine.files.write(path, text.replace(old, new))
    return {"path": machine.files.shown(path), "replacements": text.count(old)}


def file_delete(machine: Machine, given: Parameters) -> Result:
    return _delete(machine, given, folder=False)


def directory_delete(machine: Machine, given: Parameters) -> Result:
    """With all that is in it."""
    return _delete(machine, given, folder=True)


def _delete(machine: Machine, given: Parameters, *, folder: bool) -> Result:
    path = _path(machine, given)
    if machine.files.exists(path) and machine.files.is_folder(path) != folder:
        kind, command = ("file", "file_delete") if folder else ("directory", "directory_delete")
        raise Refused(f"{machine.files.shown(path)} is a {kind}: use {command}.")
    machine.files.remove(path)
    return {"path": machine.files.shown(path), "deleted": True}


def file_download(machine: Machine, given: Parameters) -> Result:
    path = _path(machine, given)
    data = machine.files.read(path).encode()
    return {
        "path": machine.files.shown(path),
        "filename": basename(path),
        "size_bytes": len(data),
        "content_b64": b64encode(data).decode(),
    }


def _path(machine: Machine, given: Parameters) -> str:
    return machine.files.resolve(given.text("path", "file_path"))


HANDLERS: dict[str, Handler] = {
    "file_read": file_read,
    "file_exists": file_exists,
    "directory_list": directory_list,
    "file_write": file_write,
    "file_edit": file_edit,
    "file_append": file_append,
    "file_delete": file_delete,
    "directory_delete": directory_delete,
    "file_download": file_download,
    "file_list_downloads": file_list_downloads,
}
