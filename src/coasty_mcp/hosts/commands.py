"""`coasty-mcp install` and `uninstall`: what they do, and the lines they print."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import anyio

from .catalogue import BY_NAME, HOSTS
from .config_entry import Block, Server, entries, launch
from .config_file import Change, read
from .formats import FORMATS, drop, get, put
from .handshake import DoesNotStart, shake_hands
from .host import KEY, Broken, CannotInstall, Host, Scope
from .host_folders import Computer
from .launcher import this_server


def overview(computer: Computer) -> Iterator[str]:
    """The hosts on this computer, and which have coasty already."""
    found = [host for host in HOSTS if computer.has(host)]
    for host in found:
        yield f"{host.name:16}{host.title:24}{_status(host, computer)}".rstrip()
    if not found:
        yield "No host was found on this computer."
    yield f"Use coasty-mcp install HOST, with one of: {', '.join(BY_NAME)}."


def describe(computer: Computer, *, sandbox: bool, with_key: bool) -> Server:
    """This installation of coasty-mcp, as a host shall start it."""
    key = computer.environment.get(KEY) if with_key else None
    if with_key and not key:
        raise CannotInstall(f"--with-key writes the key that {KEY} holds, and it is not set.")
    return replace(this_server(), sandbox=sandbox, key=key)


def snippet(name: str, server: Server) -> Iterator[str]:
    """What somebody pastes into the host's file."""
    yield _with_block("", _find(name), server).rstrip()


def install(
    name: str, server: Server, computer: Computer, scope: Scope, *, dry_run: bool = False
) -> Iterator[str]:
    """Write our block into the host's files, then start what was written."""
    host = _find(name)
    if host.key_in_file and not server.key:
        server = replace(server, key=computer.environment.get(KEY))
    files = _files(host, computer, scope)
    changes = [_change(file, lambda text: _with_block(text, host, server)) for file in files]
    for change in changes:
        if change.is_none:
            yield f"coasty is already in {change.file}: nothing to do."
        elif dry_run:
            yield change.diff().replace(server.key or "\0", "<your key>")
        else:
            yield _written(change)
    if not dry_run:
        text = changes[0].after.text
        yield _about_key(host, server, text, computer)
        yield _started(host, text, computer)
        yield f"{host.restart} You will then see: {host.shows}"


def uninstall(
    name: str, computer: Computer, scope: Scope, *, dry_run: bool = False
) -> Iterator[str]:
    """Take our block out of the host's files."""
    host = _find(name)
    for file in _files(host, computer, scope):
        change = _change(file, lambda text: _without_block(text, host))
        if change.is_none:
            yield f"coasty is not in {file}: nothing to do."
        else:
            yield change.diff() if dry_run else _written(change)


def _find(name: str) -> Host:
    if name not in BY_NAME:
        raise CannotInstall(f"There is no host {name}. There are: {', '.join(BY_NAME)}.")
    return BY_NAME[name]


def _files(host: Host, computer: Computer, scope: Scope) -> list[Path]:
    files = computer.files(host, scope)
    if not files:
        raise CannotInstall(f"{host.title} has no configuration for one project: use --scope user.")
    return files


def _change(file: Path, edit: Callable[[str], str]) -> Change:
    try:
        before = read(file)
        return Change(file, before, replace(before, text=edit(before.text)))
    except Broken as error:
        raise CannotInstall(f"{file} is left as it is: {error}.") from error


def _with_block(text: str, host: Host, server: Server) -> str:
    """With our block, in which everything stays that somebody has added to it."""
    form = FORMATS[host.format]
    for path, value in entries(_version(host, text), server).items():
        text = put(form, text, path, _merged(get(form.read(text), path), value))
    return text


def _merged(old: object, new: Block) -> Block:
    if not isinstance(old, dict):
        return new
    merged = {**cast("Block", old)}
    for key, value in new.items():
        inner = isinstance(value, dict)
        merged[key] = _merged(merged.get(key), cast("Block", value)) if inner else value
    return merged


def _without_block(text: str, host: Host) -> str:
    asked = [host.prompt[0]] if host.prompt else []
    for path in [*asked, _version(host, text).path]:
        text = drop(FORMATS[host.format], text, path)
    return text


def _version(host: Host, text: str) -> Host:
    """The host as it was when it began to read a document like this."""
    content = FORMATS[host.format].read(text)
    if host.newer_path and get(content, host.newer_path[:-1]) is not None:
        return replace(host, path=host.newer_path)
    return host


def _written(change: Change) -> str:
    backup = change.write()
    return f"Wrote {change.file}" + (f" (the old one is {backup.name})." if backup else ".")


def _about_key(host: Host, server: Server, text: str, computer: Computer) -> str:
    if server.sandbox:
        return "It uses the sandbox and needs no key."
    refers = not server.key and (host.key or host.key_names)
    if refers:
        unset = not host.prompt and KEY not in computer.environment
        return f"The key comes from {host.key_comes_from}.{' It is not set here.' if unset else ''}"
    if KEY in text:
        return "Your key is in that file: keep the file to yourself."
    flag = "" if host.key_in_file else " with --with-key"
    return f"There is no key in the file yet: set {KEY} and run this again{flag}."


def _started(host: Host, text: str, computer: Computer) -> str:
    """Start what the text says, just as the host will."""
    content = FORMATS[host.format].read(text)
    block = cast("Block", get(content, _version(host, text).path))
    try:
        shaken = anyio.run(shake_hands, launch(host, block, computer.environment))
    except DoesNotStart as error:
        raise CannotInstall(f"It was written, but it does not start: {error}") from error
    return f"It starts: version {shaken.version}, {shaken.tools} tools, {shaken.milliseconds} ms."


def _status(host: Host, computer: Computer) -> str:
    for file in computer.files(host, "user"):
        try:
            text = read(file).text
            content = FORMATS[host.format].read(text)
        except (Broken, CannotInstall) as error:
            return f"{file}: {error}"
        if get(content, _version(host, text).path):
            return f"has coasty, in {file}"
    return ""
