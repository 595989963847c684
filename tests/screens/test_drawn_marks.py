"""Marks look as somebody has seen and accepted them: tests/snapshots/marks.png."""

from typing import Any

import pytest
from PIL import Image, ImageChops

from coasty_mcp.api.wire.predict import Action
from coasty_mcp.screens import draw_actions
from support.drawings import pil_image, plain_picture
from support.generated_files import ROOT, accept

ACCEPTED = ROOT / "tests" / "snapshots" / "marks.png"
CELL = 3
"""Pixels: what differs within is seen as a whole, for each version of Pillow smooths otherwise."""
UNSEEN = 20
"""Steps of brightness out of 255."""


def action(kind: str, **params: Any) -> Action:
    return Action(action_type=kind, params=params)


EACH_MARK = [
    action("wait", seconds=1),
    action("click", x=30, y=60),
    action("move", x=370, y=45),
    action("scroll", x=90, y=130, direction="up"),
    action("scroll", x=100, y=160, direction="left"),
    action("scroll", x=120, y=190, clicks=-3),
    action("scroll", x=140, y=160, direction="right"),
    action("drag", x1=250, y1=130, x2=370, y2=230),
    action("type_text", text="agjQ"),
    action("key_combo", keys=["ctrl", "s"]),
    action("click", x=40, y=270),
    action("key_press", key="f5"),
    action("done"),
]


async def test_each_mark_looks_as_it_was_accepted(pytestconfig: pytest.Config) -> None:
    fresh = await draw_actions(plain_picture(400, 300), EACH_MARK, image_format="png")
    accept(ACCEPTED, fresh.data, pytestconfig)
    difference = ImageChops.difference(pil_image(fresh), Image.open(ACCEPTED).convert("RGB"))
    seen = difference.reduce(CELL).convert("L").histogram()[UNSEEN:]
    assert not any(seen), "look at it, and accept it with --accept-snapshots"
