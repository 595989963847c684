"""The cmdlets of the simulated PowerShell: each takes and returns lines of text."""

import re
from collections.abc import Callable
from fnmatch import fnmatchcase

from ..command_error import CommandError
from ..hardware import Hardware
from .cmdlet_arguments import Arguments, Lines, whole_number
from .file_cmdlets import (
    add_content,
    convert_path,
    copy_item,
    get_child_item,
    get_content,
    get_file_hash,
    get_item,
    make_folder,
    move_item,
    new_item,
    out_file,
    remove_item,
    set_content,
    test_path,
    text_lines,
)
from .patterns import Pattern
from .session import HOST, ShellSession

VERSION = "10.0.22631"
FACTS = {
    "win32_operatingsystem": {
        "Caption": "Microsoft Windows 11 Pro (simulated)",
        "Version": VERSION,
        "OSArchitecture": "64-bit",
        "CSName": HOST,
    },
    "win32_computersystem": {
        "Name": HOST,
        "Manufacturer": "Sandbox",
        "Model": "Simulated machine",
        "UserName": f"{HOST}\\user",
    },
    "win32_processor": {"Name": "Simulated CPU"},
    "win32_logicaldisk": {"DeviceID": "C:"},
}
SYSTEM_FILES = 6 * 1024**3
"""Bytes of the disk that Windows takes."""


def measured(hardware: Hardware) -> dict[str, dict[str, int]]:
    """Return what the classes say of the machine's hardware: bytes, KiB and cores."""
    memory, disk = hardware.memory, hardware.disk * 1024
    return {
        "win32_operatingsystem": {
            "TotalVisibleMemorySize": memory,
            "FreePhysicalMemory": memory * 5 // 8,
        },
        "win32_computersystem": {"TotalPhysicalMemory": memory * 1024},
        "win32_processor": {"NumberOfCores": hardware.cpu_cores},
        "win32_logicaldisk": {"Size": disk, "FreeSpace": disk - SYSTEM_FILES},
    }


Cmdlet = Callable[[ShellSession, Arguments, Lines], Lines]


def get_location(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    return [session.files.shown(session.folder)]


def set_location(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    session.enter(given.get("path", 0, session.files.home))
    return []


def write_output(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    given.known("inputobject", "object", "foregroundcolor", "message")
    named = [v for name, v in given.named.items() if name != "foregroundcolor"]
    return [*named, *given.positional] or lines


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
    every = facts | measured(session.files.hardware)[name.lower()]
    width = max(map(len, every))
    return [f"{key:<{width}} : {value}" for key, value in every.items()]


def select_string(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    given.known("pattern", "path", "casesensitive", "simplematch")
    pattern = given.get("pattern", 0)
    if given.has("simplematch"):
        pattern = re.sub(r"([.*+?^$()\[\]{}|\\])", r"\\\1", pattern)
    wanted = Pattern(
        pattern, extended=True, ignore_case=not given.has("casesensitive"), charge=session.charge
    )
    path = given.get("path", 1, "")
    text = text_lines(session, path) if path else lines
    return [line for line in text if wanted.found_in(line)]


def select_object(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    given.known("first", "last", "skip", "expandproperty")
    if given.has("expandproperty"):
        property_of = re.compile(rf"\s*{re.escape(given.get('expandproperty'))}\s*: (.*)", re.I)
        found = [match[1] for line in lines if (match := property_of.fullmatch(line))]
        if not found:
            raise CommandError(f'Property "{given.get("expandproperty")}" cannot be found.')
        return found
    lines = lines[whole_number(given.get("skip", None, "0")) :]
    if given.has("last"):
        return lines[-whole_number(given.get("last")) :]
    return lines[: whole_number(given.get("first", None, str(len(lines))))]


def sort_object(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    given.known("descending", "unique")
    return sorted(lines, key=str.lower)


def measure_object(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    given.known("line", "word", "character")
    return [f"Count : {len(lines)}"]


def start_sleep(session: ShellSession, given: Arguments, lines: Lines) -> Lines:
    given.known("seconds", "milliseconds")
    if given.has("milliseconds"):
        session.spend(whole_number(given.get("milliseconds")) / 1000)
    else:
        session.spend(whole_number(given.get("seconds", 0)))
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


def _says(*lines: str) -> Cmdlet:
    return lambda _session, _given, _lines: list(lines)


CMDLETS: dict[str, Cmdlet] = {
    "add-content": add_content,
    "clear-host": clear_host,
    "convert-path": convert_path,
    "copy-item": copy_item,
    "exit": exit_shell,
    "get-childitem": get_child_item,
    "get-ciminstance": get_cim_instance,
    "get-command": get_command,
    "get-content": get_content,
    "get-date": get_date,
    "get-filehash": get_file_hash,
    "get-item": get_item,
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
