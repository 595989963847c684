"""A program inside a cage: carries one file command out, given as JSON, and prints what came of it.

It runs there so that no link of the machine's leads to a file outside. Standard library alone.
"""

import base64
import json
import os
import shutil
import stat
import sys
from typing import Any

MOST_BYTES = 20_000_000


class Refused(Exception):
    """Why it cannot be done, in a sentence."""


def full(path: str) -> str:
    return os.path.normpath(os.path.join(os.path.expanduser("~"), os.path.expanduser(path)))


def data_of(path: str) -> bytes:
    """Return what a regular file holds; others may never end."""
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise Refused(f"{path} is no regular file.")
    with open(path, "rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Refused(f"{path} has more than {MOST_BYTES} bytes.")
    return data


def read(path: str) -> "dict[str, Any]":
    return {"path": path, "content": data_of(path).decode(errors="replace")}


def exists(path: str) -> "dict[str, Any]":
    return {"path": path, "exists": os.path.exists(path), "is_directory": os.path.isdir(path)}


def listing(path: str) -> "dict[str, Any]":
    with os.scandir(path) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    return {"path": path, "entries": [described(entry) for entry in entries]}


def described(entry: "os.DirEntry[str]") -> "dict[str, Any]":
    if entry.is_dir():
        return {"name": entry.name, "type": "directory"}
    size = entry.stat(follow_symlinks=False).st_size
    return {"name": entry.name, "type": "file", "size_bytes": size}


def write(path: str, content: str, mode: str = "w") -> "dict[str, Any]":
    """Write a file, and make the folders that are missing."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if os.path.exists(path) and not stat.S_ISREG(os.stat(path).st_mode):
        raise Refused(f"{path} is no regular file.")
    data = content.encode(errors="replace")
    with open(path, f"{mode}b") as file:
        file.write(data)
    return {"path": path, "bytes_written": len(data)}


def append(path: str, content: str) -> "dict[str, Any]":
    return write(path, content, "a")


def edit(path: str, old: str, new: str) -> "dict[str, Any]":
    """Replace every occurrence of a text; other bytes stay as they are."""
    text = data_of(path).decode(errors="surrogateescape")
    if not old or old not in text:
        raise Refused(f"old_text is not in {path}.")
    with open(path, "wb") as file:
        file.write(text.replace(old, new).encode(errors="surrogateescape"))
    return {"path": path, "replacements": text.count(old)}


def delete(path: str) -> "dict[str, Any]":
    if os.path.isdir(path) and not os.path.islink(path):
        raise Refused(f"{path} is a directory: use directory_delete.")
    os.remove(path)
    return {"path": path, "deleted": True}


def delete_folder(path: str) -> "dict[str, Any]":
    if os.path.exists(path) and not os.path.isdir(path):
        raise Refused(f"{path} is a file: use file_delete.")
    shutil.rmtree(path)
    return {"path": path, "deleted": True}


def download(path: str) -> "dict[str, Any]":
    data = data_of(path)
    return {
        "path": path,
        "filename": os.path.basename(path),
        "size_bytes": len(data),
        "content_b64": base64.b64encode(data).decode(),
    }


COMMANDS = {
    "file_read": read,
    "file_exists": exists,
    "directory_list": listing,
    "file_list_downloads": listing,
    "file_write": write,
    "file_append": append,
    "file_edit": edit,
    "file_delete": delete,
    "directory_delete": delete_folder,
    "file_download": download,
}


def main() -> None:
    command, path, *contents = json.load(sys.stdin)
    try:
        answer = {"result": COMMANDS[command](full(path), *contents)}
    except Refused as problem:
        answer = {"error": str(problem)}
    except OSError as problem:
        answer = {"error": f"{full(path)}: {problem.strerror}"}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
