"""Where hosts keep their configuration files, on each platform."""

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from .host import Host, Platform, Scope

_FOLDERS = {
    "config": ("XDG_CONFIG_HOME", ".config"),
    "appdata": ("APPDATA", "AppData/Roaming"),
    "localappdata": ("LOCALAPPDATA", "AppData/Local"),
    "claude": ("CLAUDE_CONFIG_DIR", ""),
    "claude_folder": ("CLAUDE_CONFIG_DIR", ".claude"),
    "codex": ("CODEX_HOME", ".codex"),
    "copilot": ("COPILOT_HOME", ".copilot"),
    "gemini": ("GEMINI_CLI_HOME", ""),
    "qwen": ("QWEN_HOME", ".qwen"),
}
"""Folders in templates: the variable that names each, and where it is at home otherwise."""


@dataclass(frozen=True)
class UserEnvironment:
    """What decides where a user's files are; tests make up those of other computers."""

    platform: Platform
    home: Path
    project: Path
    """The folder whose project files are meant: the working folder."""
    variables: Mapping[str, str]

    @classmethod
    def here(cls) -> "UserEnvironment":
        """Return this computer's, for the user who runs this process."""
        platform = sys.platform if sys.platform in ("darwin", "win32") else "linux"
        return cls(platform, Path.home(), Path.cwd(), os.environ)

    def files(self, host: Host, scope: Scope) -> list[Path]:
        """Return the files that the host reads, whether they exist or not."""
        if scope == "project":
            return [_in_use(self.project / host.project_file, host)] if host.project_file else []
        templates = host.user_files[self.platform]
        paths = [path for template in templates for path in self._expand(template)]
        return [_in_use(path, host) for path in paths]

    def skills_folder(self, host: Host, scope: Scope) -> Path | None:
        """Return the folder where the host reads skills, or None where it reads none."""
        if scope == "project":
            return self.project / host.project_skills if host.project_skills else None
        return Path(host.user_skills.format_map(self._folders())) if host.user_skills else None

    def has(self, host: Host) -> bool:
        """Return whether the host's file, or the folder that it belongs in, exists."""
        return any(
            os.path.lexists(file) or (file.parent != self.home and os.path.lexists(file.parent))
            for file in self.files(host, "user")
        )

    @property
    def given_folders(self) -> set[Path]:
        """The folders that are there without any host: home, project, and those of variables."""
        chosen = (self.variables.get(name) for name, _ in _FOLDERS.values())
        return {self.home, self.project, *(self.home / each for each in chosen if each)}

    def _expand(self, template: str) -> Iterator[Path]:
        """Fill in the folders of a template; a * in it stands for every folder that matches."""
        path = template.format_map(self._folders())
        start, star, rest = path.partition("*/")
        if not star:
            yield Path(path)
            return
        prefix = Path(start)
        for folder in sorted(prefix.parent.glob(f"{prefix.name}*")):
            yield folder / rest

    def _folders(self) -> Mapping[str, Path]:
        return {
            "home": self.home,
            **{
                name: self.home / (self.variables.get(variable) or default)
                for name, (variable, default) in _FOLDERS.items()
            },
        }


def _in_use(file: Path, host: Host) -> Path:
    """Return the .jsonc file beside a .json one where the user has that instead (opencode)."""
    commented = file.with_suffix(".jsonc")
    return commented if host.format == "jsonc" and commented.exists() else file
