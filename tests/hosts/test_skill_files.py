"""`coasty-mcp install` and `uninstall` put our skill where hosts read skills, and take it away."""

import os
import stat
from pathlib import Path

import pytest

from coasty_mcp.hosts.catalogue import HOSTS
from coasty_mcp.hosts.errors import HostConfigError
from coasty_mcp.hosts.host import Host, Scope
from coasty_mcp.skill import MAIN_FILE, NAME, skill_files
from support.host_files import Person, named, sample

READERS = [host for host in HOSTS if host.user_skills]
SCOPES: tuple[Scope, ...] = ("user", "project")
each_way = pytest.mark.parametrize(
    ("host", "scope"),
    [(host, scope) for host in READERS for scope in SCOPES if scope == "user" or host.project_file],
    ids=lambda each: each.name if isinstance(each, Host) else each,
)


@pytest.fixture
def person(tmp_path: Path) -> Person:
    (tmp_path / "project").mkdir()
    return Person(tmp_path)


def skill(person: Person, host: Host, scope: Scope = "user") -> Path:
    skills = person.user.skills_folder(host, scope)
    assert skills
    return skills / NAME


def entries(person: Person) -> set[Path]:
    return set(person.user.home.rglob("*"))


@each_way
def test_it_is_where_the_host_reads_skills_and_gone_again(
    host: Host, scope: Scope, person: Person
) -> None:
    before = entries(person)
    assert f"Wrote the skill {skill(person, host, scope)}." in person.installs(host, scope=scope)
    for name, content in skill_files().items():
        assert (skill(person, host, scope) / name).read_text().startswith(content)
    assert "Removed the skill" in person.uninstalls(host, scope)
    assert entries(person) == before


@pytest.mark.parametrize(
    ("name", "scope", "folder"),
    [
        ("claude_code", "user", ".claude/skills"),
        ("opencode", "user", ".config/opencode/skills"),
        ("claude_code", "project", "project/.claude/skills"),
        ("gemini", "project", "project/.gemini/skills"),
        ("qwen", "project", "project/.qwen/skills"),
        ("codex", "project", "project/.codex/skills"),
        ("opencode", "project", "project/.opencode/skills"),
    ],
)
def test_it_is_in_the_folder_of_the_host_or_of_the_project(
    name: str, scope: Scope, folder: str, person: Person
) -> None:
    person.installs(named(name), scope=scope)
    assert (person.user.home / folder / NAME / MAIN_FILE).is_file()


@pytest.mark.parametrize(
    ("name", "variable", "folder"),
    [
        ("claude_code", "CLAUDE_CONFIG_DIR", "skills"),
        ("codex", "CODEX_HOME", "skills"),
        ("qwen", "QWEN_HOME", "skills"),
        ("copilot_cli", "COPILOT_HOME", "skills"),
        ("gemini", "GEMINI_CLI_HOME", ".gemini/skills"),
        ("opencode", "XDG_CONFIG_HOME", "opencode/skills"),
    ],
)
def test_it_follows_a_home_of_the_hosts_own(
    name: str, variable: str, folder: str, tmp_path: Path
) -> None:
    person = Person(tmp_path, "linux", **{variable: str(tmp_path / "elsewhere")})
    assert skill(person, named(name)) == tmp_path / "elsewhere" / folder / NAME


@pytest.mark.parametrize("host", [host for host in HOSTS if not host.user_skills])
def test_a_host_without_skills_gets_none(host: Host, person: Person) -> None:
    assert "the skill" not in person.installs(host)
    assert not list(person.user.home.rglob(MAIN_FILE))


def test_a_dry_run_shows_it_and_writes_nothing(person: Person) -> None:
    host, before = named("codex"), entries(person)
    assert f"Would write the skill {skill(person, host)}." in person.installs(host, dry_run=True)
    assert entries(person) == before
    person.installs(host)
    installed = entries(person)
    assert "Would remove the skill" in person.uninstalls(host, dry_run=True)
    assert entries(person) == installed


OLDER = {
    MAIN_FILE: "an older one\n<!-- coasty-mcp wrote this file; digest 8f32f3a165b6377a -->\n",
    "references/dropped.md": "not needed any more\n"
    "<!-- coasty-mcp wrote this file; digest f4a5ae4d14a33bcd -->\n",
}
"""Files as they are on people's computers."""


def test_what_an_earlier_version_wrote_is_brought_up_to_date(person: Person) -> None:
    host = named("codex")
    _write(person, host, OLDER)
    person.installs(host)
    found = {str(file.relative_to(skill(person, host))) for file in _files(person, host)}
    assert found == {*skill_files()}
    assert "older" not in (skill(person, host) / MAIN_FILE).read_text()
    assert stat.S_IMODE((skill(person, host) / MAIN_FILE).stat().st_mode) == 0o644


def test_what_a_person_has_changed_is_neither_written_over_nor_removed(person: Person) -> None:
    host = named("codex")
    person.installs(host)
    main = skill(person, host) / MAIN_FILE
    main.write_text(changed := main.read_text().replace("Look", "Glance", 1))
    for said in (person.installs(host), person.uninstalls(host)):
        assert f"{main} is not as coasty-mcp writes it, and is left as it is." in said
    assert _files(person, host) == [main]
    assert main.read_text() == changed


@pytest.mark.parametrize("mine", [b"---\nname: coasty\n---\nmine\n", b"\xff\xfe", b"mine"])
def test_a_skill_of_somebody_else_with_our_name_stays(mine: bytes, person: Person) -> None:
    host = named("codex")
    main = skill(person, host) / MAIN_FILE
    main.parent.mkdir(parents=True)
    main.write_bytes(mine)
    person.installs(host)
    person.uninstalls(host)
    assert main.read_bytes() == mine


def test_line_ends_of_windows_are_no_change(person: Person) -> None:
    host = named("codex")
    person.installs(host)
    main = skill(person, host) / MAIN_FILE
    main.write_bytes(main.read_bytes().replace(b"\n", b"\r\n"))
    person.uninstalls(host)
    assert not main.exists()


def test_a_folder_of_skills_may_be_a_link(person: Person, tmp_path: Path) -> None:
    host, elsewhere = named("codex"), tmp_path / "dotfiles"
    skills = skill(person, host).parent
    elsewhere.mkdir()
    skills.parent.mkdir()
    skills.symlink_to(elsewhere)
    person.installs(host)
    assert (elsewhere / NAME / MAIN_FILE).is_file()
    person.uninstalls(host)
    assert list(elsewhere.iterdir()) == []
    assert skills.is_symlink()


def test_links_in_the_place_of_our_files_are_not_followed(person: Person, tmp_path: Path) -> None:
    host, victim = named("codex"), tmp_path / "victim"
    victim.write_text("mine")
    folder = skill(person, host)
    (folder / "references").mkdir(parents=True)
    (folder / MAIN_FILE).symlink_to(victim)
    (folder / "references" / "commands.md").symlink_to(tmp_path / "nowhere")
    for act in (person.installs, person.uninstalls):
        act(host)
        assert victim.read_text() == "mine"
        assert not (tmp_path / "nowhere").exists()


def test_a_folder_inside_that_is_a_link_is_not_followed(person: Person, tmp_path: Path) -> None:
    host, elsewhere = named("codex"), tmp_path / "elsewhere"
    (elsewhere / "mine").mkdir(parents=True)
    skill(person, host).mkdir(parents=True)
    (skill(person, host) / "references").symlink_to(elsewhere)
    for act in (person.installs, person.uninstalls):
        act(host)
        assert list(elsewhere.iterdir()) == [elsewhere / "mine"]


def test_a_skill_that_is_a_link_to_another_hosts_is_left(person: Person) -> None:
    claude, codex = named("claude_code"), named("codex")
    person.installs(claude)
    skill(person, codex).parent.mkdir(parents=True)
    skill(person, codex).symlink_to(skill(person, claude))
    installed = entries(person)
    assert "is left as it is" in person.uninstalls(codex)
    assert entries(person) == installed


def test_a_projects_folder_of_skills_may_not_lead_out_of_it(person: Person, tmp_path: Path) -> None:
    host = named("claude_code")
    (tmp_path / "project" / ".claude").symlink_to(tmp_path / "outside")
    with pytest.raises(HostConfigError, match="leads out of the project"):
        person.installs(host, scope="project")
    assert not (tmp_path / "outside").exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no FIFOs")
def test_nothing_is_installed_where_the_skill_cannot_be(person: Person) -> None:
    host = named("codex")
    skill(person, host).mkdir(parents=True)
    os.mkfifo(skill(person, host) / MAIN_FILE)
    with pytest.raises(HostConfigError, match="not a regular file"):
        person.installs(host)
    assert not person.file(host).exists()


@pytest.mark.parametrize("older", [{}, OLDER])
def test_the_skill_is_as_it_was_where_the_configuration_cannot_be_written(
    older: dict[str, str], person: Person
) -> None:
    host = named("codex")
    person.has(host, sample(host)).chmod(0o400)
    _write(person, host, older)
    before = {each: each.read_bytes() for each in _all_files(person)}
    with pytest.raises(HostConfigError, match="read-only"):
        person.installs(host)
    assert {each: each.read_bytes() for each in _all_files(person)} == before
    main = skill(person, host) / MAIN_FILE
    assert skill(person, host).parent.exists() == main.exists() == bool(older)
    assert not older or stat.S_IMODE(main.stat().st_mode) == 0o644


def _write(person: Person, host: Host, files: dict[str, str]) -> None:
    for name, content in files.items():
        file = skill(person, host) / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
        file.chmod(0o644)


def _all_files(person: Person) -> list[Path]:
    return [*filter(Path.is_file, person.user.home.rglob("*"))]


def _files(person: Person, host: Host) -> list[Path]:
    return [*filter(Path.is_file, skill(person, host).rglob("*"))]
