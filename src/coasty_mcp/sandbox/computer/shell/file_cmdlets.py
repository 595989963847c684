"""The cmdlets of the simulated PowerShell for files and folders."""

from fnmatch import fnmatchcase
from hashlib import sha256
from posixpath import basename, dirname

from ..command_error import CommandError
from .cmdlet_arguments import Arguments, Lines, whole_number
from .session import ShellSession


def get_child_item(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    given.known("path", "filter", "recurse", "file", "directory", "name", "force")
    path, files = session.path(given.get("path", 0, ".")), session.files
    pattern = given.get("filter", None, "*")
    if "*" in path and not files.exists(path):
        path, pattern = dirname(path), basename(path)
    below = files.tree(path)[1:] if given.has("recurse") else None
    paths = [f"{path.rstrip('/')}/{name}" for name in files.names(path)] if below is None else below
    return [
        files.shown(each) if below is not None else basename(each)
        for each in sorted(paths)
        if fnmatchcase(basename(each).lower(), pattern.lower())
        and not (given.has("file") and files.is_folder(each))
        and not (given.has("directory") and not files.is_folder(each))
    ]


def get_content(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    given.known("path", "tail", "totalcount", "raw", "encoding", "head")
    text = text_lines(session, given.get("path", 0))
    if given.has("tail"):
        return text[-whole_number(given.get("tail")) :]
    count = given.get("totalcount", None, given.get("head", None, ""))
    return text[: whole_number(count)] if count else text


def text_lines(session: ShellSession, name: str) -> Lines:
    text = session.files.read(session.path(name))
    session.charge(len(text) // 10)
    return text.splitlines()


def set_content(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    return _write(session, given, lines, append=False)


def add_content(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    return _write(session, given, lines, append=True)


def out_file(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    given.known("filepath", "append", "encoding", "force")
    path = session.path(given.get("filepath", 0))
    return _save(session, path, lines, append=given.has("append"))


def _write(session: ShellSession, given: Arguments, lines: Lines, *, append: bool) -> Lines:
    given.known("path", "value", "encoding", "force", "nonewline")
    path = session.path(given.get("path", 0))
    value = lines or [given.get("value", 1)]
    return _save(session, path, value, append=append)


def _save(session: ShellSession, path: str, lines: Lines, *, append: bool) -> Lines:
    before = session.files.read(path) if append and session.files.exists(path) else ""
    session.files.write(path, before + "".join(f"{line}\n" for line in lines))
    return []


def new_item(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    given.known("path", "itemtype", "value", "force", "name")
    path = session.path(given.get("path", 0))
    if given.get("itemtype", None, "file").lower() == "directory":
        session.files.make_folder(path, parents=True)
    else:
        session.files.write(path, given.get("value", None, ""))
    return []


def make_folder(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    session.files.make_folder(session.path(given.get("path", 0)), parents=True)
    return []


def remove_item(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    given.known("path", "literalpath", "recurse", "force")
    path = _path(session, given)
    if session.files.is_folder(path) and session.files.names(path) and not given.has("recurse"):
        raise CommandError(f"The directory {session.files.shown(path)} is not empty: use -Recurse.")
    session.files.remove(path)
    return []


def copy_item(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    given.known("path", "destination", "recurse", "force")
    source, target = session.path(given.get("path", 0)), session.path(given.get("destination", 1))
    if session.files.is_folder(target):
        target = f"{target}/{basename(source)}"
    session.files.copy(source, target)
    return []


def move_item(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    copy_item(session, given, lines)
    session.files.remove(session.path(given.get("path", 0)))
    return []


def test_path(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    return [str(session.files.exists(_path(session, given)))]


def _path(session: ShellSession, given: Arguments) -> str:
    return session.path(given.get("literalpath", None, "") or given.get("path", 0))


def convert_path(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    given.known("path", "literalpath")
    path = _path(session, given)
    session.files.must_exist(path)
    return [session.files.shown(path)]


def get_item(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    given.known("path", "literalpath", "force")
    path = _path(session, given)
    size = [] if session.files.is_folder(path) else [f"Length : {session.files.size(path)}"]
    session.files.must_exist(path)
    return [f"FullName : {session.files.shown(path)}", *size, f"Name : {basename(path)}"]


def get_file_hash(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    given.known("path", "literalpath", "algorithm")
    if given.get("algorithm", None, "sha256").lower() != "sha256":
        raise CommandError("the sandbox has SHA256 only.")
    path = _path(session, given)
    digest = sha256(session.files.data(path)).hexdigest().upper()
    return ["Algorithm : SHA256", f"Hash : {digest}", f"Path : {session.files.shown(path)}"]
