"""Files of any content under any name arrive as they were."""

import random
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from httpx2 import AsyncClient

from coasty_mcp.sandbox import World
from support.bash_computer import BashComputer
from support.mcp_client import new_machine
from support.transferred_files import called, files_of, in_it, left_over, seat

LETTERS = [*"ab '\"`$()&;|<>*?[]{}!#~%^=+,.-\u2018\u2019\u201a\u201b\u201c\u201d\u00e4\u4e2d"]


WORDS = ["\U0001f600", "$(id)", "$HOME", "-rf", "`x`", "\u202e", "e\u0301"]


ON_LINUX = ["\n", "\t", "\\", ":", "\x1b[0m"]


def random_name(draw: random.Random, *, windows: bool) -> str:
    letters = [*LETTERS, *WORDS, *([] if windows else ON_LINUX)]
    name = "".join(draw.choices(letters, k=draw.randint(1, 12)))
    return name if name.strip(". \n") else f"x{name}x"


def random_data(draw: random.Random) -> bytes:
    kinds: list[Callable[[], bytes]] = [
        lambda: b"",
        lambda: draw.randbytes(draw.randint(1, 3000)),
        lambda: "Zeile \u00e4\U0001f600\r\n".encode() * draw.randint(1, 50),
        lambda: b"\xff\xfe\x00\xc3" * draw.randint(1, 9),
    ]
    return draw.choice(kinds)()


async def test_random_files_with_random_names_arrive_as_they_were(
    world: World, http: AsyncClient, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    """Of any bytes and names, up and down, on Linux and on Windows."""
    draw = random.Random(15)
    machines = [new_machine(world.accounts["test"], os_type=each) for each in ("linux", "windows")]
    async with seat(http, tmp_path) as model:
        for number in range(pytestconfig.option.transfers):
            machine = machines[number % 2]
            name = random_name(draw, windows=bool(number % 2))
            data, there = random_data(draw), f"Documents/{name}"
            here, back = tmp_path / "up" / name, tmp_path / "down" / name
            for each in (here, back):
                each.parent.mkdir(exist_ok=True)
            here.write_bytes(data)
            arguments = {"machine_id": machine.id, "path": there, "overwrite": True}
            await called(model, "coasty_upload_file", {**arguments, "local_path": str(here)})
            assert in_it(machine, f"~/{there}") == data, name
            got = await called(
                model, "coasty_download_file", {**arguments, "local_path": str(back)}
            )
            assert back.read_bytes() == data, name
            assert got["size_bytes"] == len(data)
    assert not [path for each in machines for path in left_over(each, tmp_path / "down")]
    assert not files_of(machines[0]).exists("/home/user/pwned")


@pytest.mark.skipif(sys.platform != "linux", reason="bash and its programs are those of Linux")
async def test_a_real_bash_takes_and_gives_them_as_they_were(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    draw = random.Random(16)
    for folder in ("home", "home/Documents", "up", "down"):
        (tmp_path / folder).mkdir()
    http = BashComputer(tmp_path / "home").client()
    async with seat(http, tmp_path) as model:
        for _ in range(pytestconfig.option.transfers // 2):
            name, data = random_name(draw, windows=False), random_data(draw)
            there = draw.choice(["", "~/", f"{tmp_path}/home/"]) + f"Documents/{name}"
            (tmp_path / "up" / name).write_bytes(data)
            given = {"machine_id": "mch_1", "path": there, "overwrite": True}
            for tool, folder in (("coasty_upload_file", "up"), ("coasty_download_file", "down")):
                await called(model, tool, {**given, "local_path": str(tmp_path / folder / name)})
            for folder in ("home/Documents", "down"):
                assert (tmp_path / folder / name).read_bytes() == data, name
    assert not [path for path in (tmp_path / "home").rglob("*") if ".coasty-" in path.name]
