"""What a bash command line is made of: commands, pipelines, loops and conditions."""

from dataclasses import dataclass, field

from .scanner import Word

Redirections = list[tuple[str, Word]]


@dataclass
class Simple:
    """One program, its arguments, and where its output goes."""

    words: list[Word] = field(default_factory=list[Word])
    redirections: Redirections = field(default_factory=Redirections)


@dataclass
class Loop:
    """`while`, `until`, or `for` with a name and words."""

    keyword: str
    body: "Pipelines"
    condition: "Pipelines" = field(default_factory=lambda: [])
    name: str = ""
    words: list[Word] = field(default_factory=list[Word])
    redirections: Redirections = field(default_factory=Redirections)


@dataclass
class If:
    """Conditions with what is run where they hold, and what is run where none does."""

    branches: "list[tuple[Pipelines, Pipelines]]"
    otherwise: "Pipelines" = field(default_factory=lambda: [])
    redirections: Redirections = field(default_factory=Redirections)


@dataclass
class Group:
    """Commands in `{ }`, or in `( )`, where folder and variables are their own."""

    body: "Pipelines"
    is_apart: bool
    redirections: Redirections = field(default_factory=Redirections)


Compound = Loop | If | Group


@dataclass
class Pipeline:
    """Commands that are joined by pipes."""

    joined_by: str
    """The operator before it: `&&`, `||` or `;`."""
    commands: list[Simple | Compound]
    negated: bool = False
    """Whether `!` stands before it."""
    in_background: bool = False
    """Whether `&` stands after it."""


Pipelines = list[Pipeline]
