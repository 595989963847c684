"""The cmdlets of the simulated PowerShell: each takes and returns lines of text."""

import re
from collections.abc import Callable
from fnmatch import fnmatchcase
from posixpath import basename, dirname

from ..command_error import CommandError
from .cmdlet_arguments import Arguments
from .patterns import Pattern
from .session import HOST, ShellSession

Lines = list[str]
VERSION = "10.0.22631"
FACTS = {
    "win32_operatingsystem": {
        "Caption": "Microsoft Windows 11 Pro (simulated)",
        "Version": VERSION,
        "OSArchitecture": "64-bit",
        "CSName": HOST,
        "TotalVisibleMemorySize": "4194304",
        "FreePhysicalMemory": "2621440",
    },
    "win32_computersystem": {
        "Name": HOST,
        "Manufacturer": "Sandbox",
        "Model": "Simulated machine",
        "TotalPhysicalMemory": "4294967296",
        "UserName": f"{HOST}\\user",
    },
    "win32_processor": {"Name": "Simulated CPU", "NumberOfCores": "2"},
    "win32_logicaldisk": {"DeviceID": "C:", "Size": "42949672960", "FreeSpace": "35970351104"},
}


Cmdlet = Callable[[ShellSession, Arguments, Lines], Lines]


def get_location(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    return [session.files.shown(session.folder)]


def set_location(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    session.enter(given.get("path", 0, session.files.home))
    return []


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
    text = _read(session, given.get("path", 0))
    if given.has("tail"):
        return text[-_count(given.get("tail")) :]
    count = given.get("totalcount", None, given.get("head", None, ""))
    return text[: _count(count)] if count else text


def _read(session: ShellSession, name: str) -> Lines:
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


def write_output(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    given.known("inputobject", "object", "foregroundcolor", "message")
    named = [v for name, v in given.named.items() if name != "foregroundcolor"]
    return [*named, *given.positional] or lines


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
    given.known("path", "recurse", "force")
    path = session.path(given.get("path", 0))
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
    return [str(session.files.exists(session.path(given.get("path", 0))))]


def get_date(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    given.known("format")
    now, style = session.files.clock.now(), given.get("format", None, "dddd, MMMM d, yyyy HH:mm:ss")
    parts = {"yyyy": "%Y", "MMMM": "%B", "MM": "%m", "dddd": "%A", "dd": "%d", "HH": "%H"}
    parts |= {"mm": "%M", "ss": "%S"}
    style = re.sub(r"\bd\b", str(now.day), style)
    return [re.sub("|".join(parts), lambda part: now.strftime(parts[part[0]]), style)]


def get_cim_instance(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    given.known("classname", "class")
    name = given.get("classname", 0)
    facts = FACTS.get(name.lower())
    if facts is None:
        raise CommandError(
            f"the sandbox does not have the class {name}; it has: {', '.join(FACTS)}."
        )
    width = max(map(len, facts))
    return [f"{key:<{width}} : {value}" for key, value in facts.items()]


def select_string(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    given.known("pattern", "path", "casesensitive", "simplematch")
    pattern = given.get("pattern", 0)
    if given.has("simplematch"):
        pattern = re.sub(r"([.*+?^$()\[\]{}|\\])", r"\\\1", pattern)
    wanted = Pattern(
        pattern, extended=True, ignore_case=not given.has("casesensitive"), charge=session.charge
    )
    path = given.get("path", 1, "")
    text = _read(session, path) if path else lines
    return [line for line in text if wanted.found_in(line)]


def select_object(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    given.known("first", "last", "skip")
    lines = lines[_count(given.get("skip", None, "0")) :]
    if given.has("last"):
        return lines[-_count(given.get("last")) :]
    return lines[: _count(given.get("first", None, str(len(lines))))]


def sort_object(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    given.known("descending", "unique")
    return sorted(lines, key=str.lower)


def measure_object(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    given.known("line", "word", "character")
    return [f"Count : {len(lines)}"]


def start_sleep(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    given.known("seconds", "milliseconds")
    if given.has("milliseconds"):
        session.spend(_count(given.get("milliseconds")) / 1000)
    else:
        session.spend(_count(given.get("seconds", 0)))
    return []


def get_command(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    given.known("name")
    wanted = given.get("name", 0, "*").lower()
    found = sorted(name for name in {*CMDLETS, *ALIASES} if fnmatchcase(name, wanted))
    if not found:
        raise CommandError(f"The term '{wanted}' is not recognized; the sandbox does not have it.")
    return found


def clear_host(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    session.transcript = ""
    return []


def exit_shell(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    session.ended = True
    code = given.get("code", 0, "0")
    session.exit_code = int(code) if code.isdecimal() else 0
    return []


def get_variables(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    names = (name for name in sorted(session.variables) if name.startswith("env:"))
    return [f"{name[4:].upper()}={session.variables[name]}" for name in names]


def _count(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text):
        raise CommandError(f"'{text}' is not a whole number.")
    return int(text)


def _says(*lines: str) -> Cmdlet:
    return lambda _session, _given, _lines: list(lines)


CMDLETS: dict[str, Cmdlet] = {
    "add-content": add_content,
    "clear-host": clear_host,
    "copy-item": copy_item,
    "exit": exit_shell,
    "get-childitem": get_child_item,
    "get-ciminstance": get_cim_instance,
    "get-command": get_command,
    "get-content": get_content,
    "get-date": get_date,
    "get-location": get_location,
    "hostname": _says(HOST),
    "measure-object": measure_object,
    "mkdir": make_folder,
    "move-item": move_item,
    "new-item": new_item,
    "out-file": out_file,
    "remove-item": remove_item,
    "select-object": select_object,
    "select-string": select_string,
    "set": get_variables,
    "set-content": set_content,
    "set-location": set_location,
    "sort-object": sort_object,
    "start-sleep": start_sleep,
    "test-path": test_path,
    "ver": _says(f"Microsoft Windows [Version {VERSION}] (simulated)"),
    "whoami": _says(f"{HOST}\\user"),
    "write-output": write_output,
}
ALIASES = {
    **{"cat": "get-content", "gc": "get-content", "type": "get-content"},
    **{"cd": "set-location", "chdir": "set-location", "sl": "set-location"},
    **{"clear": "clear-host", "cls": "clear-host", "date": "get-date"},
    **{"copy": "copy-item", "cp": "copy-item", "move": "move-item", "mv": "move-item"},
    **{"del": "remove-item", "erase": "remove-item", "rm": "remove-item", "rmdir": "remove-item"},
    **{"dir": "get-childitem", "gci": "get-childitem", "ls": "get-childitem"},
    **{"echo": "write-output", "write-host": "write-output"},
    **{"gl": "get-location", "pwd": "get-location", "md": "mkdir", "ni": "new-item"},
    **{"gcim": "get-ciminstance", "get-wmiobject": "get-ciminstance", "gcm": "get-command"},
    **{"findstr": "select-string", "sls": "select-string", "select": "select-object"},
    **{"sc": "set-content", "sleep": "start-sleep", "sort": "sort-object"},
    **{"measure": "measure-object"},
}
