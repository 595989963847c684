"""What a model reads and sees of the actions that a machine carried out."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..api.wire import actions as wire
from ..api.wire.base import Reply
from ..screens import Picture
from ..server.memory import KeptPrediction
from ..server.results import ImageResult, TextResult, call_text, image_result, text_result
from .kept_predictions import predict_again
from .machine_commands import MachineCommand
from .machine_output import (
    MAX_CHARACTERS,
    delimited,
    embedded_picture,
    read_on,
    without_pictures,
)
from .machines import coasty_take_machine_screenshot
from .outcomes import SETTLE_SECONDS, ScreenWatcher
from .page_elements import readable
from .screenshots import ShownScreenshot, screenshot_or_warning

TAKES_PICTURE = frozenset({"screenshot", "browser_screenshot"})
"""Commands that are called for their picture."""
SHOWS_OUTCOME = frozenset(
    f"browser_{name}"
    for name in (
        *("open", "navigate", "click", "type", "scroll", "wait"),
        *("open_tab", "close_tab", "switch_tab"),
    )
)
"""Commands of the browser whose picture helps; that of the others shows nothing new."""
NOTES = ("note", "warning", "warnings")
"""What an answer may hold that no action says: it is no echo."""
REPLAYED = "It had been carried out before, and was not again: {}."
TO_GO_ON, TO_REPEAT = "predict again to go on", "leave idempotency_key out to do it once more"


class ActionsDone(Reply):
    """What became of several actions, all of which were done."""

    machine_id: str
    done: int
    results: list[dict[str, Any]] | None = None
    """What the commands that were called for an answer answered."""


@dataclass(frozen=True)
class Done:
    """Actions that were all done, with what the machine answered to each."""

    machine_id: str
    commands: Sequence[MachineCommand]
    results: Sequence[wire.ActionResult]
    prediction: KeptPrediction | None = None
    """The prediction that they come from."""

    @property
    def replayed(self) -> bool:
        """Whether all were done by an earlier call with the same key, and not again."""
        sent = [
            result.receipt.replayed
            for command, result in zip(self.commands, self.results, strict=True)
            if command.for_api
        ]
        return bool(sent) and all(sent)

    def replays(self) -> list[str]:
        """Return a warning where some or all were done by an earlier call, and not again."""
        if self.replayed:
            return [REPLAYED.format(TO_GO_ON if self.prediction else TO_REPEAT)]
        some = [str(at) for at, each in enumerate(self.results, 1) if each.receipt.replayed]
        return [f"Done by an earlier call, and not again: {', '.join(some)}."] if some else []

    @property
    def picture_begun(self) -> Picture | None:
        """The picture that the browser left of what the last action did, where that helps."""
        last = self.commands[-1].name in SHOWS_OUTCOME
        return embedded_picture(self.results[-1]) if last else None

    @property
    def pictures_asked_for(self) -> list[Picture]:
        """The pictures of the commands that are called for one."""
        found = [
            embedded_picture(result)
            for command, result in zip(self.commands, self.results, strict=True)
            if command.name in TAKES_PICTURE
        ]
        return [each for each in found if each]

    def result(
        self, views: Sequence[ShownScreenshot], warnings: list[str]
    ) -> TextResult[Reply] | ImageResult:
        """Return the result of the tool: with pictures where there are any."""
        reply, lines = self._told()
        if views:
            names = [each.lines[0] for each in views[:-1]]
            return image_result(
                reply.receipt,
                [each.picture for each in views],
                *lines,
                *names,
                *views[-1].lines,
                next_call=self._predict_again(str(views[-1].handle)),
                warnings=warnings,
            )
        return text_result(
            reply,
            *lines,
            next_call=self._predict_again(None) or self._look(),
            warnings=[*warnings, *self._unread()],
            untrusted="result" if len(self.commands) == 1 else "results",
        )

    def _told(self) -> tuple[Reply, list[str]]:
        """Return what was done, for structured content and as lines of text."""
        done = list(zip(self.commands, self.results, strict=True))
        most = _share([len(str(each.result)) for command, each in done if command.tells])
        shown = [
            without_pictures(result if command.tells else _without_echo(result), most)
            for command, result in done
        ]
        if len(shown) == 1:
            when = "Done before, not now" if self.replayed else "Done"
            head = f"{when}: {self.commands[0].written} on {self.machine_id}."
            return shown[0], [head, *delimited(readable(shown[0].result))]
        told = [
            (number, command.written, each.result)
            for number, (command, each) in enumerate(zip(self.commands, shown, strict=True), 1)
            if each.result
        ]
        results = [
            {"action": number, "command": written, "result": said} for number, written, said in told
        ]
        reply = ActionsDone(machine_id=self.machine_id, done=len(shown), results=results or None)
        reply.attach(self.results[-1].receipt)
        answers = [f"{number} {written}: {_line(said)}" for number, written, said in told]
        when = "had been done before" if self.replayed else "done"
        head = f"{len(shown)} actions {when} on {self.machine_id}."
        return reply, [head, *delimited("\n".join(answers))]

    def _predict_again(self, screenshot_id: str | None) -> str:
        return predict_again(self.prediction, screenshot_id) if self.prediction else ""

    def _look(self) -> str:
        """Return the call that shows what was done, where more was done than reading."""
        if all(each.tells and each.name not in SHOWS_OUTCOME for each in self.commands):
            return ""
        return call_text(coasty_take_machine_screenshot, machine_id=self.machine_id)

    def _unread(self) -> list[str]:
        """Return how to read on where a file was too long to show."""
        if len(self.commands) > 1:
            return []
        return read_on(self.results[0].result or {}, self.commands[0].parameters.get("path"))


async def shown_result(
    done: Done, watcher: ScreenWatcher, *, wanted: bool = False, limit: float = SETTLE_SECONDS
) -> TextResult[Reply] | ImageResult:
    """Return the result of a tool that acts, with a picture of the outcome where it helps.

    Args:
        wanted: whether the picture was asked for.
        limit: how many seconds the screen may take to come to rest.
    """
    asked, looks = done.pictures_asked_for, wanted or done.picture_begun is not None
    share = len(asked) + looks
    views = [await watcher.shown(each, done.machine_id, share=share) for each in asked]
    warnings = done.replays()
    if looks:
        outcome, problems = await screenshot_or_warning(
            watcher.outcome(done.machine_id, limit, done.picture_begun, share)
        )
        views += [outcome] if outcome else []
        warnings += problems
    return done.result(views, warnings)


def _share(lengths: list[int], whole: int = MAX_CHARACTERS) -> int:
    """Return the most characters that each may have, where short ones leave room for long ones."""
    ascending = sorted(lengths)
    while len(ascending) > 1 and ascending[0] <= whole // len(ascending):
        whole -= ascending.pop(0)
    return whole // max(1, len(ascending))


def _line(said: dict[str, Any]) -> str:
    text = readable(said)
    return text if isinstance(text, str) else json.dumps(said, ensure_ascii=False)


def _without_echo(result: wire.ActionResult) -> wire.ActionResult:
    """Return the result without what only repeats the action."""
    told = {name: each for name, each in (result.result or {}).items() if name in NOTES and each}
    copy = result.model_copy(update={"result": told or None})
    copy.attach(result.receipt)
    return copy
