"""`coasty-mcp install` and `uninstall`, which yield the lines that they print."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import anyio

from .catalogue import BY_NAME, HOSTS
from .config_entry import Entry, ServerCommand, config_entries, launch_command
from .config_file import FileChange, read_document
from .formats import FORMATS, drop, get, put
from .handshake import ServerDoesNotStart, perform_handshake
from .host import KEY_VARIABLE, Host, HostConfigError, InvalidDocument, Scope
from .host_folders import UserEnvironment
from .launcher import own_command


def list_hosts(user: UserEnvironment) -> Iterator[str]:
    """Name the hosts on this computer, and those that have coasty already."""
    found = [host for host in HOSTS if user.has(host)]
    for host in found:
        yield f"{host.name:16}{host.title:24}{_status(host, user)}".rstrip()
    if not found:
        yield "No host was found on this computer."
    yield f"Use coasty-mcp install HOST, with one of: {', '.join(BY_NAME)}."


def server_command(user: UserEnvironment, *, sandbox: bool, with_key: bool) -> ServerCommand:
    """Return the command of this installation, with the key where it shall be in the file."""
    key = user.variables.get(KEY_VARIABLE) if with_key else None
    if with_key and not key:
        raise HostConfigError(
            f"--with-key writes the key that {KEY_VARIABLE} holds, and it is not set."
        )
    return replace(own_command(), sandbox=sandbox, key=key)


def printed_entry(name: str, server: ServerCommand) -> Iterator[str]:
    """Show a document with our entry, to paste into the host's file."""
    yield _with_entry("", _find(name), server).rstrip()


def install(
    name: str, server: ServerCommand, user: UserEnvironment, scope: Scope, *, dry_run: bool = False
) -> Iterator[str]:
    """Write our entry into the host's files, then start what was written."""
    host = _find(name)
    if host.needs_key_in_file and not server.key:
        server = replace(server, key=user.variables.get(KEY_VARIABLE))
    files = _files(host, user, scope)
    changes = [_change(file, lambda text: _with_entry(text, host, server)) for file in files]
    for change in changes:
        if change.is_empty:
            yield f"coasty is already in {change.file}: nothing to do."
        elif dry_run:
            yield change.diff().replace(server.key or "\0", "<your key>")
        else:
            yield _write(change)
    if not dry_run:
        text = changes[0].after.text
        yield _key_hint(host, server, text, user)
        yield _start(host, text, user)
        yield f"{host.restart_hint} You will then see: {host.success_sign}"


def uninstall(
    name: str, user: UserEnvironment, scope: Scope, *, dry_run: bool = False
) -> Iterator[str]:
    """Remove our entry from the host's files."""
    host = _find(name)
    for file in _files(host, user, scope):
        change = _change(file, lambda text: _without_entry(text, host))
        if change.is_empty:
            yield f"coasty is not in {file}: nothing to do."
        else:
            yield change.diff() if dry_run else _write(change)


def _find(name: str) -> Host:
    if name not in BY_NAME:
        raise HostConfigError(f"There is no host {name}. There are: {', '.join(BY_NAME)}.")
    return BY_NAME[name]


def _files(host: Host, user: UserEnvironment, scope: Scope) -> list[Path]:
    files = user.files(host, scope)
    if not files:
        raise HostConfigError(
            f"{host.title} has no configuration for one project: use --scope user."
        )
    return files


def _change(file: Path, edit: Callable[[str], str]) -> FileChange:
    try:
        before = read_document(file)
        return FileChange(file, before, replace(before, text=edit(before.text)))
    except InvalidDocument as error:
        raise HostConfigError(f"{file} is left as it is: {error}.") from error


def _with_entry(text: str, host: Host, server: ServerCommand) -> str:
    """Return the text with our entry, in which everything stays that somebody added to it."""
    format_ = FORMATS[host.format]
    for path, value in config_entries(_matching_version(host, text), server).items():
        text = put(format_, text, path, _merged(get(format_.read(text), path), value))
    return text


def _merged(old: object, new: Entry) -> Entry:
    if not isinstance(old, dict):
        return new
    merged = {**cast("Entry", old)}
    for key, value in new.items():
        inner = isinstance(value, dict)
        merged[key] = _merged(merged.get(key), cast("Entry", value)) if inner else value
    return merged


def _without_entry(text: str, host: Host) -> str:
    prompt_paths = [host.key_prompt[0]] if host.key_prompt else []
    for path in [*prompt_paths, _matching_version(host, text).entry_path]:
        text = drop(FORMATS[host.format], text, path)
    return text


def _matching_version(host: Host, text: str) -> Host:
    """Return the host in the version that reads a document like this."""
    content = FORMATS[host.format].read(text)
    if host.newer_entry_path and get(content, host.newer_entry_path[:-1]) is not None:
        return replace(host, entry_path=host.newer_entry_path)
    return host


def _write(change: FileChange) -> str:
    backup = change.write()
    return f"Wrote {change.file}" + (f" (the old one is {backup.name})." if backup else ".")


def _key_hint(host: Host, server: ServerCommand, text: str, user: UserEnvironment) -> str:
    if server.sandbox:
        return "It uses the sandbox and needs no key."
    refers = not server.key and (host.key_reference or host.variable_list_field)
    if refers:
        unset = not host.key_prompt and KEY_VARIABLE not in user.variables
        return f"The key comes from {host.key_source}.{' It is not set here.' if unset else ''}"
    if KEY_VARIABLE in text:
        return "Your key is in that file: keep the file to yourself."
    flag = "" if host.needs_key_in_file else " with --with-key"
    return f"There is no key in the file yet: set {KEY_VARIABLE} and run this again{flag}."


def _start(host: Host, text: str, user: UserEnvironment) -> str:
    """Start what the text says, as the host will."""
    content = FORMATS[host.format].read(text)
    entry = cast("Entry", get(content, _matching_version(host, text).entry_path))
    try:
        handshake = anyio.run(perform_handshake, launch_command(host, entry, user.variables))
    except ServerDoesNotStart as error:
        raise HostConfigError(f"It was written, but it does not start: {error}") from error
    took = f"{handshake.milliseconds} ms"
    return f"It starts: version {handshake.version}, {handshake.tools} tools, {took}."


def _status(host: Host, user: UserEnvironment) -> str:
    for file in user.files(host, "user"):
        try:
            text = read_document(file).text
            content = FORMATS[host.format].read(text)
        except (InvalidDocument, HostConfigError) as error:
            return f"{file}: {error}"
        if get(content, _matching_version(host, text).entry_path):
            return f"has coasty, in {file}"
    return ""
