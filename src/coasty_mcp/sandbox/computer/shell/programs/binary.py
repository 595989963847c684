"""Programs for files of any bytes: `base64`, `sha256sum` and `dd`."""

import re
import textwrap
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from hashlib import sha256

from ...command_error import CommandError
from ...file_system import data_of, text_of
from ..session import ProgramResult, ShellSession
from .arguments import option_values, split_flags

LINE = 76
UNITS = {"": 1, "k": 1024, "K": 1024, "M": 1024**2, "kB": 1000, "MB": 1000**2}
DD = ("if", "of", "bs", "skip", "count", "status")


def base64(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    """Encode, in lines of 76 or of `-w N`, or decode with `-d`."""
    long = {"--decode": "-d", "--wrap=0": "-w0"}
    arguments = [long.get(each, each) for each in arguments]
    decodes = "-d" in arguments
    options, names = option_values([each for each in arguments if each != "-d"], "w")
    data = _input(session, names, stdin)
    if not decodes:
        width = int(options.get("w", LINE))
        encoded = b64encode(data).decode()
        lines = textwrap.wrap(encoded, width) if width else [encoded]
        return ProgramResult("".join(f"{line}\n" if width else line for line in lines))
    try:
        return ProgramResult(text_of(b64decode(re.sub(rb"\s", b"", data), validate=True)))
    except NotBase64 as error:
        raise CommandError("invalid input") from error


def sha256sum(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    """Print the digest of each file, or of the standard input."""
    lines = [
        f"{sha256(_input(session, [name] if name != '-' else [], stdin)).hexdigest()}  {name}\n"
        for name in split_flags(arguments)[1] or ["-"]
    ]
    return ProgramResult("".join(lines))


def dd(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    """Copy blocks: `dd if=FILE of=FILE bs=N skip=N count=N status=none`."""
    given = dict[str, str]()
    for argument in arguments:
        name, sign, value = argument.partition("=")
        if name not in DD or not sign:
            raise CommandError(f"the sandbox does not know '{argument}' here, only {', '.join(DD)}")
        given[name] = value
    data = _input(session, [given["if"]] if "if" in given else [], stdin)
    size = _number(given.get("bs", "512"))
    start = size * _number(given.get("skip", "0"))
    end = start + size * _number(given["count"]) if "count" in given else len(data)
    part = data[start:end]
    said = f"{len(part)} bytes copied\n" if given.get("status") != "none" else ""
    if "of" not in given:
        return ProgramResult(text_of(part), said)
    session.files.write(session.path(given["of"]), text_of(part))
    return ProgramResult(errors=said)


def _input(session: ShellSession, names: list[str], stdin: str) -> bytes:
    """Return the bytes of the named files one after the other, or those of the standard input."""
    texts = [session.files.read(session.path(name)) for name in names]
    session.charge(sum(map(len, texts)) // 100)
    return b"".join(map(data_of, texts)) if names else data_of(stdin)


def _number(text: str) -> int:
    found = re.fullmatch(r"(\d{1,12})(\w{0,2})", text)
    if not found or found[2] not in UNITS:
        raise CommandError(f"invalid number: '{text}'")
    return int(found[1]) * UNITS[found[2]]
