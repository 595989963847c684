"""What the person is asked on the page of the live view, and what they answered."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from .answers import LIFETIME

MOST = 20
"""Questions at a time: the oldest gives way."""


@dataclass
class Question:
    """One call that the person is asked about; its text has all arguments in full."""

    number: int
    text: str
    since: float
    """When it was asked or answered last."""
    agreed: bool | None = None
    """The answer, which holds once; None until there is one."""


@dataclass
class Questions:
    """The questions of one caller, each for two minutes. Equal calls have the same question."""

    now: Callable[[], float] = time.monotonic
    _asked: dict[str, Question] = field(default_factory=dict[str, Question])
    _count: int = 0

    def find(self, text: str) -> Question | None:
        """Return the question about such a call, answered or not."""
        for each in list(self._asked.values()):
            if self.now() - each.since > LIFETIME:
                self.drop(each.text)
        return self._asked.get(text)

    def ask(self, text: str) -> Question:
        """Ask the person, or ask again what they have not answered."""
        self._count += 1
        asked = self.find(text) or Question(self._count, text, self.now())
        self.drop(text)
        asked.since, self._asked[text] = self.now(), asked
        if len(self._asked) > MOST:
            del self._asked[next(iter(self._asked))]
        return asked

    def waiting(self) -> list[Question]:
        """Return those without an answer."""
        known = [self.find(text) for text in list(self._asked)]
        return [each for each in known if each and each.agreed is None]

    def answer(self, number: int, *, agreed: bool) -> bool:
        """Keep the person's answer; return whether it was still waited for."""
        for each in self.waiting():
            if each.number == number:
                each.agreed, each.since = agreed, self.now()
                return True
        return False

    def use(self, question: Question) -> bool:
        """Return whether the person agreed, once."""
        return self._asked.get(question.text) is question and bool(
            self._asked.pop(question.text).agreed
        )

    def drop(self, text: str) -> None:
        """Forget a question, whose answer would come too late."""
        self._asked.pop(text, None)
