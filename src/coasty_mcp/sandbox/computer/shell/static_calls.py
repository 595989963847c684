"""Static calls of .NET in the simulated PowerShell: `[IO.File]::Move('a', 'b')`, nested as well."""

from dataclasses import dataclass

from ..command_error import CommandError
from ..file_system import FileSystem
from .static_members import MEMBERS, Value


@dataclass(frozen=True)
class StaticCall:
    """A call or a property, not evaluated yet."""

    type: str
    member: str
    arguments: tuple["StaticCall | str | int", ...] = ()

    def value(self, files: FileSystem) -> Value:
        """Return what it gives.

        Raises:
            CommandError: it fails, or the sandbox does not have it.
        """
        if (self.type, self.member) == ("nullstring", "value"):
            return None
        member = MEMBERS.get((self.type, self.member, len(self.arguments)))
        if member is None:
            known = ", ".join(sorted({f"[{kind}]::{name}" for kind, name, _ in MEMBERS}))
            raise CommandError(
                f"the sandbox's PowerShell does not have [{self.type}]::{self.member} with "
                f"{len(self.arguments)} arguments; it has: {known}."
            )
        given = [
            each.value(files) if isinstance(each, StaticCall) else each for each in self.arguments
        ]
        try:
            return member(files, *given)
        except (CommandError, AttributeError, TypeError, ValueError) as error:
            raise CommandError(
                f'Exception calling "{self.member}" with "{len(given)}" argument(s): "{error}"'
            ) from error


def shown(value: Value) -> list[str]:
    """Return the lines that PowerShell puts out for a value."""
    match value:
        case None:
            return []
        case bytes():
            return [str(byte) for byte in value[:2000]]
        case _:
            return [str(value)]
