"""What the machine says that it has: `df`, `free` and `nproc`."""

from ..session import ProgramResult, ShellSession
from .arguments import split_flags

USED = 3 * 1024 * 1024
"""KiB of the disk that the system takes."""


def nproc(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    return ProgramResult(f"{session.files.hardware.cpu_cores}\n")


def df(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    """Print the one disk; -h gives sizes that people can read."""
    files = session.files
    texts = (files.read(path) for path in files.tree("/") if not files.is_folder(path))
    used = USED + sum(map(len, texts)) // 1024
    disk = files.hardware.disk
    sizes = [disk, used, disk - used]
    human = "h" in split_flags(arguments)[0]
    shown = [f"{size / 1024**2:.1f}G" if human else str(size) for size in sizes]
    unit = "Size" if human else "1K-blocks"
    head = f"{'Filesystem':<14} {unit:>10} {'Used':>10} {'Avail':>10} Use% Mounted on\n"
    line = f"{'/dev/vda1':<14} {shown[0]:>10} {shown[1]:>10} {shown[2]:>10} {used / disk:>4.0%} /\n"
    return ProgramResult(head + line)


def free(session: ShellSession, arguments: list[str], stdin: str) -> ProgramResult:
    flags = split_flags(arguments)[0]
    per_unit, unit = (1024**2, "Gi") if "h" in flags else (1024, "") if "m" in flags else (1, "")
    memory = session.files.hardware.memory
    total, used = memory // per_unit, memory * 3 // 8 // per_unit
    rows = [
        ("", "total", "used", "free"),
        ("Mem:", *(f"{n}{unit}" for n in (total, used, total - used))),
    ]
    return ProgramResult("".join(f"{a:<7}{b:>12}{c:>12}{d:>12}\n" for a, b, c, d in rows))
