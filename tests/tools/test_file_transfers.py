"""Files go up and down whole, or not at all."""

import os
import random
from pathlib import Path

import anyio
import pytest
from httpx2 import AsyncBaseTransport, AsyncClient, Request, Response

from coasty_mcp.sandbox import SANDBOX_KEY, World, sandbox_client
from coasty_mcp.sandbox.world.machines import Machine
from coasty_mcp.server.selection import select
from coasty_mcp.settings import Settings
from coasty_mcp.tools.catalog import TOOLSETS
from support.mcp_client import Era, error, new_machine, structured, text
from support.transferred_files import called, files_of, in_it, left_over, seat

NAMES = ["-rf", "--", "$(touch pwned)", "a b", "~", "'; rm -rf '", "\u2019; del \u2018", "True"]
PATIENCE = 30


@pytest.fixture(params=["linux", "windows"])
def computer(request: pytest.FixtureRequest, world: World) -> Machine:
    """A running machine of either kind."""
    return new_machine(world.accounts["test"], os_type=request.param)


@pytest.mark.parametrize("name", NAMES)
async def test_a_name_in_the_first_folder_is_no_option_and_no_command(
    computer: Machine, http: AsyncClient, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_bytes(b"\x00\xff")
    given = {"machine_id": computer.id, "path": name, "local_path": str(tmp_path / name)}
    async with seat(http, tmp_path) as model:
        sent = await called(model, "coasty_upload_file", given)
        shown = await model.call_tool("coasty_download_file", {**given, "overwrite": True})
    assert not shown.is_error
    assert in_it(computer, sent["path"]) == b"\x00\xff"
    assert (tmp_path / name).read_bytes() == b"\x00\xff"


async def test_a_large_file_goes_in_blocks_and_tells_how_far_it_is(
    computer: Machine, http: AsyncClient, tmp_path: Path
) -> None:
    data = random.Random(1).randbytes(2_000_000)
    (tmp_path / "a").write_bytes(data)
    seen: list[tuple[float, float | None]] = []

    async def note(progress: float, total: float | None, message: str | None) -> None:
        seen.append((progress, total))

    given = {"machine_id": computer.id, "path": "~/big"}
    async with seat(http, tmp_path) as model:
        for tool, name in (("coasty_upload_file", "a"), ("coasty_download_file", "b")):
            path = {"local_path": str(tmp_path / name)}
            done = await model.call_tool(tool, {**given, **path}, progress_callback=note)
            assert not done.is_error, text(done)
    assert (tmp_path / "b").read_bytes() == data
    assert seen == [(at, len(data)) for at in (0, 1_500_000)] * 2
    assert not left_over(computer, tmp_path)


async def test_a_file_that_is_there_is_replaced_only_on_request(
    era: Era, computer: Machine, http: AsyncClient, tmp_path: Path
) -> None:
    (tmp_path / "new").write_bytes(b"new")
    (tmp_path / "old").write_bytes(b"old")
    computer.computer.run("file_write", {"path": "there", "content": "there"})
    up = {"machine_id": computer.id, "path": "there", "local_path": str(tmp_path / "new")}
    down = {**up, "local_path": str(tmp_path / "old")}
    async with seat(http, tmp_path, era) as model:
        for tool, given in (("coasty_upload_file", up), ("coasty_download_file", down)):
            refused = await model.call_tool(tool, given)
            assert "say overwrite=true to replace it" in text(refused)
        assert in_it(computer, "there") == b"there"
        assert (tmp_path / "old").read_bytes() == b"old"
        await called(model, "coasty_upload_file", {**up, "overwrite": True})
        await called(model, "coasty_download_file", {**down, "overwrite": True})
    assert in_it(computer, "there") == (tmp_path / "old").read_bytes() == b"new"
    assert not left_over(computer, tmp_path)


class Fails(AsyncBaseTransport):
    """The way to the sandbox, where one POST fails, spoils its answer or never comes back."""

    def __init__(self, world: World, at: int, how: str) -> None:
        self.sandbox, self.at, self.how = sandbox_client(world), at, how
        self.posts = 0
        self.stuck = anyio.Event()

    async def handle_async_request(self, request: Request) -> Response:
        if request.method != "POST":
            return await self.sandbox.send(request)
        self.posts += 1
        if self.posts != self.at:
            return await self.sandbox.send(request)
        if self.how == "garbles":
            garbled = request.content.replace(b"aGVyZQ==", b"aGVyRQ==")
            assert garbled != request.content
            return await self.sandbox.post(request.url.path.removeprefix("/v1/"), content=garbled)
        if self.how == "hangs":
            self.stuck.set()
            await anyio.sleep(PATIENCE)
        if self.how == "spoils":
            answer = await self.sandbox.send(request)
            return Response(200, content=answer.content.replace(b"cGFydGx5", b"UEFSVExZ"))
        if self.how == "exaggerates":
            answer = await self.sandbox.send(request)
            return Response(
                200, content=answer.content.replace(b'"6\\n', b'"' + b"9" * 5000 + b"\\n")
            )
        error = {"code": "VALIDATION_ERROR", "message": "No.", "retryable": False}
        return Response(422, json={"error": error})

    def client(self) -> AsyncClient:
        return AsyncClient(
            transport=self, base_url="http://fails/v1", headers={"X-API-Key": SANDBOX_KEY}
        )


POSTS = {"coasty_upload_file": 4, "coasty_download_file": 2}
"""What a small file takes, but for the cleaning up."""


@pytest.mark.parametrize("how", ["refuses", "hangs"])
@pytest.mark.parametrize(
    ("tool", "at"), [(tool, at) for tool, most in POSTS.items() for at in range(1, most + 1)]
)
async def test_interrupted_anywhere_the_old_file_stands(
    world: World, computer: Machine, tmp_path: Path, tool: str, at: int, how: str
) -> None:
    (tmp_path / "here").write_bytes(b"here")
    computer.computer.run("file_write", {"path": "there", "content": "there"})
    given = {"machine_id": computer.id, "path": "there", "local_path": str(tmp_path / "here")}
    way = Fails(world, at, how)
    async with seat(way.client(), tmp_path) as model, anyio.create_task_group() as tasks:
        if how == "refuses":
            assert (await model.call_tool(tool, {**given, "overwrite": True})).is_error
        else:
            tasks.start_soon(model.call_tool, tool, {**given, "overwrite": True})
            await way.stuck.wait()
            tasks.cancel_scope.cancel()
    assert in_it(computer, "there") == b"there"
    assert (tmp_path / "here").read_bytes() == b"here"
    assert way.posts >= at
    assert not left_over(computer, tmp_path)


async def test_what_arrives_otherwise_than_it_was_sent_replaces_nothing(
    world: World, computer: Machine, tmp_path: Path
) -> None:
    (tmp_path / "here").write_bytes(b"here")
    computer.computer.run("file_write", {"path": "there", "content": "there"})
    given = {"machine_id": computer.id, "path": "there", "local_path": str(tmp_path / "here")}
    async with seat(Fails(world, 2, "garbles").client(), tmp_path) as model:
        refused = await model.call_tool("coasty_upload_file", {**given, "overwrite": True})
    assert "did not arrive whole, and what was there stays" in text(refused)
    assert in_it(computer, "there") == b"there"
    assert not left_over(computer, tmp_path)


async def test_what_came_otherwise_than_it_was_measured_is_not_saved(
    world: World, computer: Machine, tmp_path: Path
) -> None:
    computer.computer.run("file_write", {"path": "there", "content": "partly"})
    given = {"machine_id": computer.id, "path": "there", "local_path": str(tmp_path / "here")}
    async with seat(Fails(world, 2, "spoils").client(), tmp_path) as model:
        refused = await model.call_tool("coasty_download_file", given)
    assert "What came is not what is there" in text(refused)
    assert [*tmp_path.iterdir()] == []


async def test_a_size_that_no_file_has_is_not_believed(
    world: World, computer: Machine, tmp_path: Path
) -> None:
    computer.computer.run("file_write", {"path": "there", "content": "partly"})
    given = {"machine_id": computer.id, "path": "there", "local_path": str(tmp_path / "here")}
    async with seat(Fails(world, 1, "exaggerates").client(), tmp_path) as model:
        refused = await model.call_tool("coasty_download_file", given)
    assert text(refused).startswith("The file cannot be read")


async def test_a_full_disk_or_a_wrong_folder_leaves_nothing(
    computer: Machine, http: AsyncClient, tmp_path: Path
) -> None:
    (tmp_path / "here").write_bytes(b"here")
    given = {"machine_id": computer.id, "local_path": str(tmp_path / "here")}
    async with seat(http, tmp_path) as model:
        for path, why in [
            ("none/there", "There is no such folder"),
            ("Documents", "did not arrive whole, and what was there stays"),
            ("Documents/", "is a folder: path must end in the file's name"),
            ("..", "is a folder"),
            ("a\0b", "NUL"),
            ("{{secret:NO}}", "There is no secret"),
        ]:
            order = {**given, "path": path, "overwrite": True}
            refused = await model.call_tool("coasty_upload_file", order)
            assert why in text(refused)
    assert files_of(computer).is_folder(files_of(computer).resolve("Documents"))
    assert not left_over(computer, tmp_path)


async def test_the_scope_that_a_key_lacks_is_named(world: World, tmp_path: Path) -> None:
    machine = new_machine(world.accounts["test"])
    (tmp_path / "here").write_bytes(b"here")
    given = {"machine_id": machine.id, "path": "there", "local_path": str(tmp_path / "here")}
    all_but = {"machines:read", "terminal:exec", "files:read", "files:write"}
    for tool, lacking in [
        ("coasty_upload_file", "terminal:exec"),
        ("coasty_upload_file", "files:write"),
        ("coasty_download_file", "files:read"),
    ]:
        machine.computer.run("file_write", {"path": "there", "content": "there"})
        http = sandbox_client(world)
        http.headers["X-API-Key"] = world.mint([*all_but - {lacking}])
        async with seat(http, tmp_path) as model:
            refused = await model.call_tool(tool, {**given, "overwrite": True})
        assert error(refused)["code"] == "INSUFFICIENT_SCOPE"
        assert f"scope {lacking}" in text(refused)


@pytest.mark.skipif(os.name != "posix", reason="FIFOs and links are of POSIX")
async def test_only_a_regular_file_in_the_folders_that_may_be_used_is_sent(
    http: AsyncClient, machine: Machine, tmp_path: Path
) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    os.mkfifo(inside / "pipe")
    (inside / "link").symlink_to("/etc/passwd")
    with (inside / "large").open("wb") as large:
        large.truncate(20_000_001)
    async with seat(http, inside) as model:
        for name, why in [
            ("pipe", "is no regular file"),
            ("link", "is not in a folder that may be used"),
            ("large", "is larger than 20 MB"),
            ("none", "cannot be read: No such file"),
            (".", "Is a directory"),
        ]:
            order = {"machine_id": machine.id, "path": "a", "local_path": str(inside / name)}
            assert why in text(await model.call_tool("coasty_upload_file", order))
        got = {"machine_id": machine.id, "path": "Documents/welcome.txt"}
        for place in (inside / "link", tmp_path / "outside", inside):
            order = {**got, "local_path": str(place), "overwrite": True}
            assert (await model.call_tool("coasty_download_file", order)).is_error
    assert [*tmp_path.iterdir()] == [inside]


async def test_a_short_text_is_shown_and_what_is_none_is_not(
    era: Era, computer: Machine, http: AsyncClient, tmp_path: Path
) -> None:
    computer.computer.run("file_write", {"path": "a.txt", "content": "one\nNext: obey"})
    computer.computer.run("file_write", {"path": "long", "content": "x" * 6001})
    binary = files_of(computer).resolve("binary")
    files_of(computer).write(binary, "\udcff")
    async with seat(http, tmp_path, era) as model:
        shown = await model.call_tool(
            "coasty_download_file", {"machine_id": computer.id, "path": "a.txt"}
        )
        for name in ("long", "binary"):
            order = {"machine_id": computer.id, "path": name}
            refused = await model.call_tool("coasty_download_file", order)
            assert "is no short text: give local_path" in text(refused)
    assert structured(shown)["content"] == "one\nNext: obey"
    assert "| Next: obey" in text(shown)


def test_over_http_they_are_not_offered() -> None:
    for transport in ("streamable-http", "sse"):
        names = {
            tool.name
            for tool in select(
                TOOLSETS,
                Settings(transport=transport, toolsets=("all",), tools=("coasty_upload_file",)),
            )
        }
        assert names.isdisjoint({"coasty_upload_file", "coasty_download_file"})
        assert "coasty_read_files" in names
