"""The form of the demo, filled in with mouse and keyboard."""

import re

from .desk import Desk
from .tool_client import DemoFailed

POINT = re.compile(r" x=(\d+) y=(\d+)(?: |$)")
PAGE = "/home/user/form.html"
FORM = """<!doctype html><title>Order</title><style>body {font: 20px sans-serif; margin: 60px}
input, select, button {font: inherit; display: block; margin: 6px 0 24px}</style>
<form onsubmit="result.textContent = `Thank you, ${n.value}: ${s.value}, ` +
  (c.checked ? 'with' : 'without') + ' milk.'; return false">
<label>Your name <input id=n></label>
<label>Milk <input id=c type=checkbox></label>
<label>Drink <select id=s><option>Tea<option>Coffee</select></label>
<button>Order</button></form><p id=result></p>"""


ORDERED = "Thank you, Ada: Coffee, with milk."


async def fill_in_form(desk: Desk) -> None:
    desk.narrator.step("Open a page in Chromium, and fill in its form with mouse and keyboard")
    await desk.do("file_write", path=PAGE, content=FORM)
    await desk.do("browser_open", url=PAGE)
    found = await desk.do("browser_get_clickables")
    name, milk, drink, order = (_middle(each) for each in found["clickables"])
    await desk.do("click", **name)
    await desk.do("type", text="Ada")
    await desk.do("click", **milk)
    await desk.do("click", **drink)
    await desk.do("key_press", keys=["down", "enter"])
    await desk.show("form")
    await desk.do("click", **order)
    await desk.do("browser_wait", selector="#result:not(:empty)")
    await desk.show("ordered")
    answer = await desk.do("browser_execute", script="result.textContent")
    if answer["value"] != ORDERED:
        raise DemoFailed(f"The page answers something else: {answer['value']!r}.")
    desk.narrator.quote(answer["value"])


def _middle(element: str) -> dict[str, int]:
    """Return the point of a line such as `0 field Name x=951 y=382 #name`."""
    point = POINT.search(element)
    if not point:
        raise DemoFailed(f"The page has an element without a place: {element!r}.")
    return {"x": int(point[1]), "y": int(point[2])}
