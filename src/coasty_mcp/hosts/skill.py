"""Our skill in the folder where a host reads skills: written, updated and removed.

Each file ends with a digest of itself. So a file that a person has changed, or that was never ours,
is told from one that an earlier version wrote: it is neither written over nor removed.
"""

from collections.abc import Collection, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ..skill import NAME, skill_files
from .config_file import Document, FileChange, read_document, remove_empty_folders
from .errors import HostConfigError, InvalidDocument, shown

STAMP = "<!-- coasty-mcp wrote this file; digest {} -->\n"


@dataclass(frozen=True)
class SkillChange:
    """What is to be written or removed in a folder of skills, and what is left as it is."""

    folder: Path
    changes: list[FileChange]
    kept: list[Path]
    """Files that are not ours any more, or never were, and links."""

    @classmethod
    def installing(cls, skills: Path) -> "SkillChange":
        """Return what makes the skill that of this version; raises `HostConfigError`."""
        wanted = {name: _stamped(text) for name, text in skill_files().items()}
        return cls._planned(skills / NAME, wanted)

    @classmethod
    def removing(cls, skills: Path) -> "SkillChange":
        """Return what removes the skill; raises `HostConfigError`."""
        return cls._planned(skills / NAME, {})

    @classmethod
    def _planned(cls, folder: Path, wanted: dict[str, str]) -> "SkillChange":
        if folder.is_symlink():
            return cls(folder, [], [folder])
        plan = cls(folder, [], [])
        files = {folder / name: Document(text) for name, text in wanted.items()}
        for file in sorted({*files, *folder.glob("*.md"), *folder.glob("*/*.md")}):
            if _is_replaceable(file):
                plan.changes.append(FileChange(file, read_document(file), files.get(file)))
            else:
                plan.kept.append(file)
        return plan

    @property
    def needed(self) -> list[FileChange]:
        return [change for change in self.changes if not change.is_empty]

    def told(self, verb: str) -> Iterator[str]:
        """Yield what is done to the skill, in words: `Wrote` or `Would write`."""
        if self.needed:
            yield f"{verb} the skill {shown(self.folder)}."
        for file in self.kept:
            yield f"{shown(file)} is not as coasty-mcp writes it, and is left as it is."

    @contextmanager
    def written(self, kept: Collection[Path]) -> Generator[None]:
        """Carry it out, and take it back if what follows fails; `kept` folders stay.

        Raises:
            HostConfigError: Something cannot be written; then nothing is.
        """
        done = list[FileChange]()
        try:
            for change in self.needed:
                change.write(private=False, backup=False)
                done.append(change)
            yield
        except HostConfigError:
            for change in reversed(done):
                change.reverted().write(private=False, backup=False)
            raise
        finally:
            for change in self.needed:
                remove_empty_folders(change.file, kept)


def _stamped(text: str) -> str:
    return text + STAMP.format(sha256(text.encode()).hexdigest()[:16])


def _is_replaceable(file: Path) -> bool:
    """Return whether nothing is in the place of a file, or one that we wrote."""
    if file.is_symlink() or file.parent.is_symlink():
        return False
    with suppress(InvalidDocument):
        document = read_document(file)
        return not document or _is_ours(document.text)
    return False


def _is_ours(text: str) -> bool:
    body, begin, _ = text.rpartition(STAMP.partition("{")[0])
    return bool(begin) and _stamped(body) == text
