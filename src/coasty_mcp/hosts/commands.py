"""`coasty-mcp install` and `uninstall`, which yield the lines that they print."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import anyio

from ..api.untrusted import visible_lines
from ..settings import cleaned
from .catalogue import BY_NAME, HOSTS
from .config_entry import ServerCommand
from .config_file import (
    Document,
    FileChange,
    backups,
    read_document,
    remove_empty_folders,
    remove_file,
)
from .errors import HostConfigError, InvalidDocument, shown
from .handshake import Handshake, ServerDoesNotStart, perform_handshake
from .host import KEY_VARIABLE, Host, Scope
from .host_document import find_entry, is_blank, with_entry, without_entry
from .host_folders import UserEnvironment
from .launch import additions, literal_key
from .own_command import own_command
from .secrets import KEY_MARK, holds_key, without_secrets
from .skill import SkillChange


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
    key = _key(user) if with_key else None
    if with_key and not key:
        raise HostConfigError(
            f"--with-key writes the key that {KEY_VARIABLE} holds, and it is not set."
        )
    return replace(own_command(), sandbox=sandbox, key=key)


def printed_entry(name: str, server: ServerCommand) -> Iterator[str]:
    """Show a document with our entry, to paste into the host's file. A key is not shown."""
    server = replace(server, key=server.key and KEY_MARK)
    yield with_entry(_find(name), "", server, "user").rstrip()


def install(
    name: str, server: ServerCommand, user: UserEnvironment, scope: Scope, *, dry_run: bool
) -> Iterator[str]:
    """Start our server once, then write our entry into the host's files, and our skill.

    Nothing is written where it does not start. What else is in an entry of ours stays, but not in
    a project: that may come from a stranger.
    """
    host = _find(name)
    if host.needs_key_in_file and not server.key:
        server = replace(server, key=_key(user))
    changes = [
        _change(file, lambda text: with_entry(host, text, server, scope))
        for file in _files(host, user, scope)
    ]
    skill = _skill(host, user, scope, SkillChange.installing)
    if dry_run:
        for change in changes:
            yield _diff(change, host)
        yield from skill.told("Would write")
        return
    handshake = _start(server)
    with skill.written(user.given_folders):
        written = _write_all(changes, host)
    yield from skill.told("Wrote")
    for change in changes:
        yield written.get(change, f"coasty is already in {shown(change.file)}: nothing to do.")
        yield from _addition_hint(change, host, server, scope)
    yield _key_hint(host, server, _text(changes[0].after), user)
    took = f"{handshake.milliseconds} ms"
    yield f"It starts: version {handshake.version}, {handshake.tools} tools, {took}."
    yield f"{host.restart_hint} You will then see: {host.success_sign}"


def uninstall(name: str, user: UserEnvironment, scope: Scope, *, dry_run: bool) -> Iterator[str]:
    """Remove our entry from the host's files, our skill, files that we made, backups with a key."""
    host = _find(name)
    skill = _skill(host, user, scope, SkillChange.removing)
    if dry_run:
        yield from skill.told("Would remove")
    else:
        with skill.written(user.given_folders):
            yield from skill.told("Removed")
    for file in _files(host, user, scope):
        change = _change(file, lambda text: without_entry(host, text))
        if _was_made_by_us(change, host):
            change = replace(change, after=None)
        if dry_run:
            yield _diff(change, host)
            continue
        if change.is_empty:
            yield f"coasty is not in {shown(file)}: nothing to do."
        else:
            needed = change.after is not None and not holds_key(host, _text(change.before))
            yield _said(change, _write(change, host, backup=needed))
        yield from _remove_backups(change, host)
        if not change.after:
            remove_empty_folders(file, user.given_folders)


def _key(user: UserEnvironment) -> str | None:
    """Return the key in the environment, without what sticks to it when it is copied.

    Raises:
        HostConfigError: It is no key, as the server would say, too.
    """
    key = cleaned(user.variables.get(KEY_VARIABLE))
    if not isinstance(key, str):
        return None
    if not all("!" <= character <= "~" for character in key):
        raise HostConfigError(f"{KEY_VARIABLE} has a character in it that no key has.")
    return key


def _find(name: str) -> Host:
    if name not in BY_NAME:
        raise HostConfigError(f"There is no host {shown(name)}. There are: {', '.join(BY_NAME)}.")
    return BY_NAME[name]


def _files(host: Host, user: UserEnvironment, scope: Scope) -> list[Path]:
    files = user.files(host, scope)
    if not files:
        raise HostConfigError(
            f"{host.title} has no configuration for one project: use --scope user."
        )
    if scope == "project":
        _require_inside(user.project, files[0])
    return files


def _skill(
    host: Host, user: UserEnvironment, scope: Scope, plan: Callable[[Path], SkillChange]
) -> SkillChange:
    """Return what is to be done to our skill; nothing in a host that reads no skills."""
    folder = user.skills_folder(host, scope)
    if not folder:
        return SkillChange(user.project, [], [])
    if scope == "project":
        _require_inside(user.project, folder)
    return plan(folder)


def _require_inside(project: Path, path: Path) -> None:
    if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(project)):
        raise HostConfigError(f"{shown(path)} is a link that leads out of the project.")


def _change(file: Path, edit: Callable[[str], str]) -> FileChange:
    try:
        before = read_document(file)
        text = edit(_text(before))
    except InvalidDocument as error:
        raise HostConfigError(f"{shown(file)} is left as it is: {error}.") from error
    if before is None and not text:
        return FileChange(file, None, None)
    return FileChange(file, before, replace(before or Document(), text=text))


def _text(document: Document | None) -> str:
    return document.text if document else ""


def _diff(change: FileChange, host: Host) -> str:
    if change.is_empty:
        return f"{shown(change.file)} would stay as it is."
    documents = (document or Document() for document in (change.before, change.after))
    try:
        hidden = [replace(each, text=without_secrets(each.text, host)) for each in documents]
    except InvalidDocument as error:
        return f"{shown(change.file)} would change, which is not shown: {error}."
    return visible_lines(FileChange(change.file, *hidden).diff())


def _write_all(changes: list[FileChange], host: Host) -> dict[FileChange, str]:
    """Write all of the files or none, and return a line for each that was changed."""
    copies = dict[FileChange, Path | None]()
    try:
        for change in changes:
            if not change.is_empty:
                copies[change] = _write(change, host)
    except HostConfigError:
        for change, copy in copies.items():
            change.reverted().write(private=False, backup=False)
            if copy:
                remove_file(copy)
        raise
    return {change: _said(change, copy) for change, copy in copies.items()}


def _write(change: FileChange, host: Host, *, backup: bool = True) -> Path | None:
    texts = (_text(change.before), _text(change.after))
    private = any(holds_key(host, text) for text in texts)
    return change.write(private=private, backup=backup)


def _said(change: FileChange, copy: Path | None) -> str:
    verb = "Wrote" if change.after else "Removed"
    old = f" (the old one is {shown(copy.name)})" if copy else ""
    return f"{verb} {shown(change.file)}{old}."


def _was_made_by_us(change: FileChange, host: Host) -> bool:
    """Return whether nothing is left in a file, and no backup shows that there was one before."""
    if change.is_empty or change.file.is_symlink() or not is_blank(host, _text(change.after)):
        return False
    try:
        return all(find_entry(host, text) for _, text in _backups(change.file))
    except InvalidDocument:
        return False


def _remove_backups(change: FileChange, host: Host) -> Iterator[str]:
    for backup, text in _backups(change.file):
        if change.after is None or holds_key(host, text):
            remove_file(backup)
            yield f"Removed {shown(backup)}."


def _backups(file: Path) -> Iterator[tuple[Path, str]]:
    """Yield the backups that can be read, and their texts."""
    for backup in backups(file):
        with suppress(HostConfigError, InvalidDocument):
            yield backup, _text(read_document(backup))


def _start(server: ServerCommand) -> Handshake:
    try:
        return anyio.run(perform_handshake, server)
    except ServerDoesNotStart as error:
        raise HostConfigError(f"Nothing was written, as it does not start: {error}") from error


def _addition_hint(
    change: FileChange, host: Host, server: ServerCommand, scope: Scope
) -> Iterator[str]:
    document = change.after if scope == "user" else change.before
    names = additions(host, find_entry(host, _text(document)), server)
    if names:
        what = "Kept in it, and not tried" if scope == "user" else "Left out of it, as unknown"
        yield f"{what}: {', '.join(map(shown, names))}."


def _key_hint(host: Host, server: ServerCommand, text: str, user: UserEnvironment) -> str:
    if server.sandbox:
        return "It uses the sandbox and needs no key."
    refers = not server.key and (host.key_reference or host.variable_list_field)
    if refers:
        unset = not host.key_prompt and not _key(user)
        return f"The key comes from {host.key_source}.{' It is not set here.' if unset else ''}"
    if literal_key(host, find_entry(host, text)):
        return "Your key is in that file: keep the file to yourself."
    flag = "" if host.needs_key_in_file else " with --with-key"
    return f"There is no key in the file yet: set {KEY_VARIABLE} and run this again{flag}."


def _status(host: Host, user: UserEnvironment) -> str:
    for file in user.files(host, "user"):
        try:
            entry = find_entry(host, _text(read_document(file)))
        except InvalidDocument as error:
            return f"{shown(file)}: {error}"
        except HostConfigError as error:
            return str(error)
        if entry:
            return f"has coasty, in {shown(file)}"
    return ""
