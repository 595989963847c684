"""File commands; relative paths start at the home folder."""

from base64 import b64encode
from posixpath import basename, dirname

from ..command_error import CommandError
from ..file_system import MAX_FILE_LENGTH, readable
from ..state import ComputerState
from .parameters import Handler, Parameters, Result


def file_read(computer: ComputerState, parameters: Parameters) -> Result:
    path = _path(computer, parameters)
    return {"path": computer.files.shown(path), "content": readable(computer.files.read(path))}


def file_exists(computer: ComputerState, parameters: Parameters) -> Result:
    path = _path(computer, parameters)
    return {
        "path": computer.files.shown(path),
        "exists": computer.files.exists(path),
        "is_directory": computer.files.is_folder(path),
    }


def directory_list(computer: ComputerState, parameters: Parameters) -> Result:
    return _listing(computer, _path(computer, parameters))


def file_list_downloads(computer: ComputerState, parameters: Parameters) -> Result:
    return _listing(computer, computer.files.resolve("Downloads"))


def _listing(computer: ComputerState, folder: str) -> Result:
    files = computer.files
    entries = [_entry(computer, f"{folder.rstrip('/')}/{name}") for name in files.names(folder)]
    return {"path": files.shown(folder), "entries": entries}


def _entry(computer: ComputerState, path: str) -> Result:
    if computer.files.is_folder(path):
        return {"name": basename(path), "type": "directory"}
    size = computer.files.size(path)
    return {"name": basename(path), "type": "file", "size_bytes": size}


def file_write(computer: ComputerState, parameters: Parameters) -> Result:
    """Write a file, and make the folders that are missing."""
    return _write(computer, parameters, "")


def file_append(computer: ComputerState, parameters: Parameters) -> Result:
    path = _path(computer, parameters)
    return _write(
        computer, parameters, computer.files.read(path) if computer.files.exists(path) else ""
    )


def _write(computer: ComputerState, parameters: Parameters, before: str) -> Result:
    path, content = _path(computer, parameters), parameters.text("content", "text")
    computer.files.make_folder(dirname(path), parents=True)
    computer.files.write(path, before + content)
    return {"path": computer.files.shown(path), "bytes_written": len(content.encode())}


def file_edit(computer: ComputerState, parameters: Parameters) -> Result:
    """Replace every occurrence of a text in a file."""
    path = _path(computer, parameters)
    old, new = parameters.text("old_text", "old_string"), parameters.text("new_text", "new_string")
    text = computer.files.read(path)
    if not old or old not in text:
        raise CommandError(f"old_text is not in {computer.files.shown(path)}.")
    count = text.count(old)
    if len(text) + count * (len(new) - len(old)) > MAX_FILE_LENGTH:
        raise CommandError(f"{computer.files.shown(path)}: File too large")
    computer.files.write(path, text.replace(old, new))
    return {"path": computer.files.shown(path), "replacements": count}


def file_delete(computer: ComputerState, parameters: Parameters) -> Result:
    return _delete(computer, parameters, folder=False)


def directory_delete(computer: ComputerState, parameters: Parameters) -> Result:
    """Delete a folder with all that is in it."""
    return _delete(computer, parameters, folder=True)


def _delete(computer: ComputerState, parameters: Parameters, *, folder: bool) -> Result:
    path = _path(computer, parameters)
    if computer.files.exists(path) and computer.files.is_folder(path) != folder:
        kind, command = ("file", "file_delete") if folder else ("directory", "directory_delete")
        raise CommandError(f"{computer.files.shown(path)} is a {kind}: use {command}.")
    computer.files.remove(path)
    return {"path": computer.files.shown(path), "deleted": True}


def file_download(computer: ComputerState, parameters: Parameters) -> Result:
    path = _path(computer, parameters)
    data = computer.files.data(path)
    return {
        "path": computer.files.shown(path),
        "filename": basename(path),
        "size_bytes": len(data),
        "content_b64": b64encode(data).decode(),
    }


def _path(computer: ComputerState, parameters: Parameters) -> str:
    return computer.files.resolve(parameters.text("path", "file_path"))


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
