"""`grep`, `sed` and `find`; their patterns are matched in bounded time."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from posixpath import basename

from ...command_error import CommandError
from ..patterns import Pattern
from ..session import ProgramResult, ShellSession
from .arguments import input_texts, require_operands, split_flags

SUBSTITUTION = re.compile(r"s(?P<sign>[^\w\s\\])(?P<body>.*)", re.DOTALL)
ADDRESSED = re.compile(r"(?:(\d{1,9}|\$)(?:,(\d{1,9}|\$))?|/((?:\\.|[^/\\])*)/)?([pd])")
SED = "s/PATTERN/TEXT/[gI], and p or d behind a line number, 2,4 or /PATTERN/"
FIND_TESTS = ("-name", "-iname", "-type", "-maxdepth")


def grep(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    """Search lines; the options are -E, -F, -G, -P, -i, -v, -n, -c, -o, -l, -q, -r, -w, -h, -H."""
    flags, names = split_flags(arguments)
    if unknown := flags - set("EFGPivncolqrRwhHse"):
        raise CommandError(f"the sandbox does not know the option {min(unknown)}")
    pattern, *names = require_operands(names)
    wanted = _compiled(session, pattern, flags)
    if flags & {"r", "R"}:
        names = [path for name in names or ["."] for path in _files_below(session, name)]
    named = (len(names) > 1 or bool(flags & {"r", "R", "H"})) and "h" not in flags
    printed, hits = list[str](), 0
    for name, text in input_texts(session, names, stdin).items():
        found = [
            (f"{name}:" if named else "") + (f"{at}:" if "n" in flags else "") + shown
            for at, line in enumerate(text.splitlines(), 1)
            for shown in _shown(wanted, line, flags)
        ]
        hits += len(found)
        if "l" in flags:
            found = [name] if found else []
        printed += [(f"{name}:" if named else "") + str(len(found))] if "c" in flags else found
    lines = [] if "q" in flags else printed
    return ProgramResult("".join(f"{line}\n" for line in lines), exit_code=0 if hits else 1)


def _compiled(session: ShellSession, pattern: str, flags: set[str]) -> Pattern:
    if "F" in flags:
        pattern = re.sub(r"([.*^$\[\]\\])", r"\\\1", pattern)
    if "w" in flags:
        pattern = rf"\b{pattern}\b"
    return Pattern(pattern, bool(flags & {"E", "P"}), "i" in flags, session.charge)


def _shown(wanted: Pattern, line: str, flags: set[str]) -> Iterator[str]:
    if "o" in flags and "v" not in flags:
        yield from (line[start:end] for start, end in wanted.spans(line) if end > start)
    elif wanted.found_in(line) != ("v" in flags):
        yield line


def _files_below(session: ShellSession, name: str) -> list[str]:
    path, files = session.path(name), session.files
    below = [each for each in files.tree(path) if not files.is_folder(each)]
    return [name + each.removeprefix(path) for each in sorted(below)]


def sed(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    flags, names = split_flags(arguments)
    if unknown := flags - set("niErse"):
        raise CommandError(f"the sandbox does not know the option {min(unknown)}")
    script, *names = require_operands(names)
    edited = {
        name: "".join(_edited(session, text, script, flags))
        for name, text in input_texts(session, names, stdin).items()
    }
    if "i" in flags:
        for name, text in edited.items():
            session.files.write(session.path(name), text)
        return ProgramResult()
    return ProgramResult("".join(edited.values()))


def _edited(session: ShellSession, text: str, script: str, flags: set[str]) -> Iterator[str]:
    """Yield the lines of the text that remain, with their line feeds."""
    lines = text.splitlines(keepends=True)
    if substitution := SUBSTITUTION.fullmatch(script.strip()):
        sign, body = substitution["sign"], substitution["body"]
        pieces = re.split(rf"(?<!\\){re.escape(sign)}", body)
        if len(pieces) == 3 and set(pieces[2]) <= set("gI"):
            pattern = Pattern(pieces[0], bool(flags & {"E", "r"}), "I" in pieces[2], session.charge)
            for line in lines:
                bare = line.removesuffix("\n")
                yield (
                    _replaced(session, pattern, bare, pieces[1], "g" in pieces[2])
                    + line[len(bare) :]
                )
            return
    command = ADDRESSED.fullmatch(script.strip())
    if not command:
        raise CommandError(f"the sandbox does not edit with `{script[:40]}', only with {SED}")
    for line, hit in zip(lines, _addressed(session, lines, command, flags), strict=True):
        if command[4] == "p":
            yield line * (hit + ("n" not in flags))
        elif not hit:
            yield line


def _addressed(
    session: ShellSession, lines: list[str], command: re.Match[str], flags: set[str]
) -> list[bool]:
    first, last, words, _ = command.groups()
    if words is not None:
        pattern = Pattern(words, bool(flags & {"E", "r"}), charge=session.charge)
        return [pattern.found_in(line.removesuffix("\n")) for line in lines]
    if first is None:
        return [True] * len(lines)
    ends = (first, last or first)
    low, high = (len(lines) if each == "$" else int(each) for each in ends)
    return [low <= number <= high for number in range(1, len(lines) + 1)]


def _replaced(session: ShellSession, pattern: Pattern, line: str, text: str, every: bool) -> str:
    if re.search(r"\\\d", text):
        raise CommandError("the sandbox does not put groups in: \\1 and so on")
    pieces, last = list[str](), 0
    for start, end in pattern.spans(line):
        session.charge((len(text) + text.count("&") * (end - start)) // 10)
        pieces += [line[last:start], _filled(text, line[start:end])]
        last = end
        if not every:
            break
    return "".join([*pieces, line[last:]])


def _filled(text: str, match: str) -> str:
    """Return the replacement with the match in place of `&`."""
    return re.sub(r"\\(.)|&", lambda part: part[1] or match, text)


def find(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    split = next((i for i, a in enumerate(arguments) if a.startswith("-")), len(arguments))
    starts, tests = arguments[:split] or ["."], arguments[split:]
    conditions = dict(zip(tests[::2], tests[1::2], strict=False))
    if len(tests) % 2 or not set(conditions) <= set(FIND_TESTS):
        raise CommandError(f"the sandbox does not find with more than {', '.join(FIND_TESTS)}")
    found = list[str]()
    for start in starts:
        path = session.path(start)
        session.files.must_exist(path)
        for each in sorted(session.files.tree(path)):
            below = each.removeprefix(path.rstrip("/"))
            if _passes(session, each, below, conditions):
                found.append(start.rstrip("/") + below if below else start)
    return ProgramResult("".join(f"{line}\n" for line in found))


def _passes(session: ShellSession, path: str, below: str, conditions: dict[str, str]) -> bool:
    name, kind = basename(path), "d" if session.files.is_folder(path) else "f"
    depth = conditions.get("-maxdepth", "")
    return (
        fnmatchcase(name, conditions.get("-name", "*"))
        and fnmatchcase(name.lower(), conditions.get("-iname", "*").lower())
        and kind == conditions.get("-type", kind)
        and (not depth.isdigit() or below.count("/") <= int(depth[:9]))
    )
