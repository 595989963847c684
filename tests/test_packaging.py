"""What is published besides the source: it is complete, holds nothing else, and starts.

It takes seconds, because packages are built, once, and started as users start them: what is left
out of a package is missed only there.
"""

import json
import os
import re
import shutil
import sys
import tomllib
from pathlib import Path
from subprocess import run
from tarfile import open as open_tar
from typing import Any
from zipfile import ZipFile

import pytest
from jsonschema import Draft202012Validator, validate
from PIL import Image

from coasty_mcp.settings import Settings, variable
from coasty_mcp.tools.catalog import TOOLSETS
from support.generated_files import is_current
from support.stdio_process import Guest

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
MCPB = ROOT / "packaging" / "mcpb"

UV = os.environ.get("UV") or shutil.which("uv") or ""
NPX = shutil.which("npx") or ""
needs_uv = pytest.mark.skipif(not UV, reason="uv is not there")
needs_npx = pytest.mark.skipif(not NPX, reason="node is not there")
slow = pytest.mark.timeout(300)

URL = {"type": "string", "format": "uri", "pattern": "^https://", "maxLength": 255}
SHORT = {"type": "string", "minLength": 1, "maxLength": 100}
TEXT = {"type": "string", "minLength": 1}
VERSION = {"type": "string", "pattern": r"^\d+\.\d+\.\d+$"}


def exactly(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": required | optional,
        "required": [*required],
        "additionalProperties": False,
    }


MCP_REGISTRY_ACCEPTS = exactly(
    {
        "$schema": {
            "const": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"
        },
        "name": {"pattern": r"^[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+$", "minLength": 3, "maxLength": 200},
        "title": SHORT,
        "description": SHORT,
        "version": VERSION,
        "websiteUrl": URL,
        "repository": exactly({"url": URL, "source": {"const": "github"}}),
        "icons": {
            "items": exactly(
                {
                    "src": URL,
                    "mimeType": {"enum": ["image/png", "image/svg+xml"]},
                    "sizes": {"items": {"pattern": r"^(\d+x\d+|any)$"}},
                }
            )
        },
        "packages": {
            "items": exactly(
                {
                    "registryType": {"enum": ["pypi", "npm", "oci", "nuget", "mcpb"]},
                    "identifier": TEXT,
                    "version": VERSION,
                    "runtimeHint": {"enum": ["uvx", "npx", "docker", "dnx"]},
                    "transport": exactly({"type": {"const": "stdio"}}),
                    "environmentVariables": {
                        "items": exactly(
                            {"name": {"pattern": "^[A-Z_]+$"}, "description": TEXT},
                            format={"enum": ["string", "number", "boolean", "filepath"]},
                            default={"type": "string"},
                            choices={"items": TEXT, "minItems": 1},
                            isRequired={"type": "boolean"},
                            isSecret={"type": "boolean"},
                        )
                    },
                }
            )
        },
    }
)
"""The MCP registry's rules for a server.json, as far as ours goes; misspelt names included."""


def read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the wheel, the sdist and the bundle are."""
    folder = tmp_path_factory.mktemp("dist")
    run([UV, "build", "--quiet", "--out-dir", folder], cwd=ROOT, check=True)
    bundle = folder / "coasty-mcp.mcpb"
    run([sys.executable, ROOT / "packaging" / "bundle.py", bundle], check=True)
    return folder


def only(folder: Path, pattern: str) -> Path:
    [found] = folder.glob(pattern)
    return found


def test_every_package_has_the_same_version() -> None:
    listing = read(ROOT / "server.json")
    published = [listing, *listing["packages"], read(MCPB / "manifest.json")]
    assert {each["version"] for each in published} == {PROJECT["version"]}


def test_the_mcp_registry_accepts_the_server() -> None:
    validate(
        read(ROOT / "server.json"),
        MCP_REGISTRY_ACCEPTS,
        cls=Draft202012Validator,
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )


def test_the_readme_proves_to_the_mcp_registry_that_the_package_is_ours() -> None:
    name = read(ROOT / "server.json")["name"]
    assert f"<!-- mcp-name: {name} -->" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_mcp_registry_asks_for_settings_that_there_are_and_hides_the_key() -> None:
    known = {variable(name) for name in Settings.model_fields}
    [package] = read(ROOT / "server.json")["packages"]
    asked = {each["name"]: each for each in package["environmentVariables"]}
    assert asked.keys() <= known
    assert [name for name, each in asked.items() if each.get("isSecret")] == ["COASTY_API_KEY"]


@needs_uv
@slow
def test_the_wheel_holds_the_package_and_nothing_else(built: Path) -> None:
    names = set(ZipFile(only(built, "*.whl")).namelist())
    info = f"coasty_mcp-{PROJECT['version']}.dist-info"
    source = {
        path.relative_to(ROOT / "src").as_posix()
        for path in (ROOT / "src").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert "coasty_mcp/py.typed" in source
    assert {name for name in names if not name.startswith(info)} == source
    assert f"{info}/licenses/LICENSE" in names


@needs_uv
@slow
def test_the_sdist_holds_what_is_in_the_repository_and_no_stray_files(built: Path) -> None:
    with open_tar(only(built, "*.tar.gz")) as sdist:
        names = sdist.getnames()
    tops = {name.split("/")[1] for name in names if "/" in name}
    assert {"src", "tests", "README.md", "LICENSE", "pyproject.toml"} <= tops
    assert not tops & {".venv", "dist", "uv.lock", "coasty-demo", ".git"}
    assert not [name for name in names if "cache" in name]


@needs_uv
@slow
@pytest.mark.parametrize("package", ["*.whl", "*.tar.gz"])
def test_uvx_starts_it_from_the_package(built: Path, package: str) -> None:
    command = [UV, "tool", "run", "--quiet", "--from", str(only(built, package)), "coasty-mcp"]
    said = run([*command, "--version"], capture_output=True, text=True, check=True).stdout
    assert PROJECT["version"] in said
    with Guest(*command, "--sandbox") as guest:
        assert guest.greet()["serverInfo"]["version"] == PROJECT["version"]
        assert len(guest.ask("tools/list")["tools"]) == len(default_tools())
        guest.stdin.close()
        assert guest.process.wait(5) == 0


@needs_uv
@slow
def test_what_uvx_runs_is_installed_from_the_same_place(built: Path, tmp_path: Path) -> None:
    command = [UV, "tool", "run", "--quiet", "--from", str(only(built, "*.whl")), "coasty-mcp"]
    variables = os.environ | {"XDG_CONFIG_HOME": str(tmp_path)}
    run([*command, "install", "opencode", "--sandbox"], env=variables, check=True)
    entry = read(tmp_path / "opencode" / "opencode.json")["mcp"]["coasty"]
    uvx, *arguments = entry["command"]
    assert Path(uvx).is_absolute()
    assert arguments == ["--from", str(only(built, "*.whl")), "coasty-mcp", "--sandbox"]
    run([*command, "uninstall", "opencode"], env=variables, check=True)
    assert not (tmp_path / "opencode").exists()


def test_the_bundles_manifest_lists_the_tools_that_there_are(
    request: pytest.FixtureRequest,
) -> None:
    manifest = MCPB / "manifest.json"
    fresh = json.dumps(read(manifest) | {"tools": default_tools()}, indent=2, ensure_ascii=False)
    assert is_current(manifest, fresh + "\n", request.config)


def default_tools() -> list[dict[str, str]]:
    return [
        {"name": tool.name, "description": tool.summary}
        for toolset in TOOLSETS
        if toolset.default
        for tool in toolset.tools
    ]


def test_the_bundle_keeps_the_key_secret_and_gives_it_to_the_server_alone() -> None:
    manifest = read(MCPB / "manifest.json")
    launch = manifest["server"]["mcp_config"]
    assert manifest["user_config"]["api_key"]["sensitive"]
    assert launch["env"]["COASTY_API_KEY"] == "${user_config.api_key}"
    assert "api_key" not in json.dumps(launch["args"])


def test_the_bundles_icons_have_the_sizes_that_they_claim() -> None:
    for icon in read(MCPB / "manifest.json")["icons"]:
        with Image.open(MCPB / icon["src"]) as picture:
            assert f"{picture.width}x{picture.height}" == icon["size"]
            assert picture.mode == "RGBA"


@needs_npx
@slow
def test_the_makers_of_the_bundle_format_accept_the_manifest() -> None:
    command = [NPX, "-y", "@anthropic-ai/mcpb@2", "validate", str(MCPB / "manifest.json")]
    checked = run(command, capture_output=True, text=True, check=False)
    if "npm error" in checked.stderr:
        pytest.skip("@anthropic-ai/mcpb cannot be had")
    assert checked.returncode == 0, checked.stdout + checked.stderr


@needs_uv
@slow
def test_a_host_starts_the_bundle_as_its_manifest_says(built: Path, tmp_path: Path) -> None:
    ZipFile(built / "coasty-mcp.mcpb").extractall(tmp_path)
    manifest = read(tmp_path / "manifest.json")
    assert (tmp_path / manifest["server"]["entry_point"]).is_file()
    assert (tmp_path / manifest["icon"]).is_file()
    chosen = {"user_config.api_key": "", "user_config.sandbox": "true", "__dirname": str(tmp_path)}

    def filled(text: str) -> str:
        return re.sub(r"\$\{(.+?)\}", lambda found: chosen[found[1]], text)

    launch = manifest["server"]["mcp_config"]
    variables = {name: filled(text) for name, text in launch["env"].items()}
    with Guest(UV, *map(filled, launch["args"]), **variables) as guest:
        guest.greet()
        started = guest.ask("tools/call", name="coasty_list_machines", arguments={})
    assert not started["isError"]
