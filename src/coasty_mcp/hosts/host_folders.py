"""Where hosts keep their files on a computer, which need not be this one."""

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from .host import Host, Platform, Scope


@dataclass(frozen=True)
class Computer:
    """What decides where a file is."""

    platform: Platform
    home: Path
    project: Path
    environment: Mapping[str, str]

    @classmethod
    def here(cls) -> "Computer":
        platform = sys.platform if sys.platform in ("darwin", "win32") else "linux"
        return cls(platform, Path.home(), Path.cwd(), os.environ)

    def files(self, host: Host, scope: Scope) -> list[Path]:
        """The files that the host reads, whether they exist or not."""
        if scope == "project":
            return [self._in_use(self.project / host.project, host)] if host.project else []
        found = [path for place in host.user[self.platform] for path in self._expand(place)]
        return [self._in_use(path, host) for path in found]

    def has(self, host: Host) -> bool:
        """Whether the host's file, or the folder that it belongs in, is there."""
        return any(
            file.exists() or (file.parent != self.home and file.parent.exists())
            for file in self.files(host, "user")
        )

    def _expand(self, place: str) -> Iterator[Path]:
        """A place with its folders filled in; one with a * is every folder that matches."""
        written = place.format_map(self._folders())
        start, star, rest = written.partition("*/")
        if not star:
            yield Path(written)
            return
        begin = Path(start)
        for folder in sorted(begin.parent.glob(f"{begin.name}*")):
            yield folder / rest

    def _folders(self) -> Mapping[str, Path]:
        return {
            "home": self.home,
            "config": self._folder("XDG_CONFIG_HOME", ".config"),
            "appdata": self._folder("APPDATA", "AppData/Roaming"),
            "localappdata": self._folder("LOCALAPPDATA", "AppData/Local"),
            "claude": self._folder("CLAUDE_CONFIG_DIR", ""),
            "codex": self._folder("CODEX_HOME", ".codex"),
        }

    def _folder(self, variable: str, usual: str) -> Path:
        chosen = self.environment.get(variable)
        return Path(chosen) if chosen else self.home / usual

    @staticmethod
    def _in_use(file: Path, host: Host) -> Path:
        """opencode.jsonc, where that is what the person has."""
        commented = file.with_suffix(".jsonc")
        return commented if host.format == "jsonc" and commented.exists() else file
