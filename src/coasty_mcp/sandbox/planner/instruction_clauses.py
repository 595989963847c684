"""Splitting an instruction into clauses, never inside quotes, addresses or numbers."""

import re
from dataclasses import dataclass

QUOTED = re.compile(
    r"\"([^\"]*)\"|“([^“”]*)”|\u2018([^\u2018\u2019]*)\u2019|`([^`]*)`"
    r"|(?<!\w)'((?:[^']|(?<=\w)'(?=\w))*)'(?!\w)"  # an apostrophe is not a quote
)
CLAUSE_END = re.compile(  # no clause begins with "into"
    r"[,;.!?](?=\s|$)(?!\s+into\b)|\n|(?<!\S)(?:and|then)(?!\S)", re.IGNORECASE
)
PREAMBLE = re.compile(
    r"\A(?:(?:[-*•]|\d+[.)]?|please|now|next|finally|also|but)(?:\s+|$))+", re.IGNORECASE
)
PLACEHOLDER = re.compile(r"⟦(\d+)⟧")


@dataclass(frozen=True)
class Clause:
    """One part of an instruction, which asks for one thing."""

    text: str
    """The clause with `⟦0⟧` in place of the first quotation of the instruction, and so on."""
    quotations: list[str]

    def with_quotations(self, part: str) -> str:
        """Return part of the text with its quotations put back, without their quotation marks."""
        return PLACEHOLDER.sub(lambda mark: self.quotations[int(mark[1])], part).strip()


def split_clauses(instruction: str) -> list[Clause]:
    quotations = list[str]()

    def masked(quoted: re.Match[str]) -> str:
        quotations.append(quoted[quoted.lastindex or 0])
        return f"⟦{len(quotations) - 1}⟧"

    pieces = CLAUSE_END.split(QUOTED.sub(masked, PLACEHOLDER.sub("", instruction)))
    texts = (PREAMBLE.sub("", " ".join(piece.split())) for piece in pieces)
    return [Clause(text, quotations) for text in texts if text]
