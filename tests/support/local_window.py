"""A window that tells what really reached it, and the X server without a monitor that it is on.

Run as a program, this is the window: a form, a slider, a list and a canvas at known places.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import find_spec
from subprocess import DEVNULL, PIPE, Popen
from types import TracebackType
from typing import Any, Self

import pytest

WIDTH, HEIGHT = 1920, 1080
NAME = (300, 115)
"""The middle of the text field."""
SLIDER_FROM, SLIDER_TO = (222, 215), (560, 215)
SUBMIT = (260, 320)
POPUP = (460, 320)
"""Opens a window that takes the focus."""
LIST = (950, 200)
CANVAS = (800, 500, 1000, 400)
"""Left, top, width, height."""

SERVERS = {
    "Xvfb": ("-screen", "0", f"{WIDTH}x{HEIGHT}x24"),
    "Xtigervnc": (
        *("-geometry", f"{WIDTH}x{HEIGHT}", "-depth", "24"),
        *("-rfbport", "-1", "-SecurityTypes", "None"),
    ),
}
"""What the X servers are started with."""

Event = dict[str, Any]


@contextmanager
def x_server(program: str = "Xvfb", *more: str) -> Generator[str]:
    """The name of a display, of a server started with more arguments; skips where none can be."""
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed")
    if not find_spec("Xlib") or not find_spec("mss"):
        pytest.skip("coasty-mcp[local] is not installed")
    if not find_spec("_tkinter"):
        pytest.skip("this Python has no Tk")
    command = [program, "-displayfd", "1", "-noreset", "-nolisten", "tcp", *SERVERS[program]]
    command += more
    with Popen(command, stdout=PIPE, stderr=DEVNULL, text=True) as server:
        assert server.stdout
        number = server.stdout.readline().strip()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DISPLAY", f":{number}")
            patch.delenv("WAYLAND_DISPLAY", raising=False)
            patch.delenv("XDG_SESSION_TYPE", raising=False)
            patch.setenv("LC_ALL", "C.UTF-8")  # or Tk knows no character beyond Latin
            try:
                yield f":{number}"
            finally:
                server.terminate()


def split_monitor(display: str) -> None:
    """Two monitors side by side where there was one: 1280x1080 and 640x1080."""
    if not shutil.which("xrandr"):
        pytest.skip("xrandr is not installed")
    listed = subprocess.run(["xrandr", "-d", display], check=True, capture_output=True, text=True)
    [screen] = [line.split()[0] for line in listed.stdout.splitlines() if " connected" in line]
    for name, shape, output in (
        ("left", "1280/300x1080/300+0+0", screen),
        ("right", "640/200x1080/300+1280+0", "none"),
    ):
        command = ["xrandr", "-d", display, "--setmonitor", name, shape, output]
        subprocess.run(command, check=True, stdout=DEVNULL)


class LocalWindow:
    """The window as a child process."""

    def __enter__(self) -> Self:
        self.process = Popen([sys.executable, __file__], stdin=PIPE, stdout=PIPE, text=True)
        self.events()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.__exit__(kind, error, trace)

    def reset(self) -> None:
        """As it was in the beginning."""
        self._say("reset")
        self.events()

    def start_blinking(self) -> None:
        """Let the canvas change its colour all the time, until `reset`."""
        self._say("blink")

    def events(self, *kinds: str) -> list[Event]:
        """What has reached it since the last time."""
        return self._say("", *kinds)

    def _say(self, word: str, *kinds: str) -> list[Event]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()
        seen: list[Event] = []
        while (event := json.loads(self.process.stdout.readline()))["kind"] != "all":
            seen.append(event)
        return [event for event in seen if not kinds or event["kind"] in kinds]

    def wait_for(self, kind: str) -> None:
        while not self.events(kind):
            pass

    def last(self, kind: str) -> Event:
        return self.events(kind)[-1]


def main() -> None:
    import tkinter

    def tell(kind: str, **facts: object) -> None:
        sys.stdout.write(json.dumps({"kind": kind, **facts}) + "\n")
        sys.stdout.flush()

    root = tkinter.Tk()
    root.geometry(f"{WIDTH}x{HEIGHT}+0+0")
    root.config(bg="#dfe6ee")
    typed, age = tkinter.StringVar(root), tkinter.IntVar(root)

    def caption(text: str, x: int, y: int) -> None:
        label = tkinter.Label(root, text=text, font=("Sans", 14), bg="#dfe6ee", anchor="w")
        label.place(x=x, y=y)

    caption("Name", 100, 102)
    field = tkinter.Entry(root, textvariable=typed, font=("Sans", 14))
    field.place(x=200, y=100, width=400, height=30)

    def written(*_: str) -> None:
        tell("text", value=typed.get())

    typed.trace_add("write", written)
    caption("Age", 100, 202)
    slider = tkinter.Scale(root, orient="horizontal", to=100, showvalue=False, variable=age)
    slider.place(x=200, y=200, width=400, height=30)

    def slid(*_: str) -> None:
        tell("slider", value=age.get())

    age.trace_add("write", slid)

    def submit() -> None:
        tell("submitted", name=typed.get(), age=age.get())

    def pop_up() -> None:
        window = tkinter.Toplevel(root)
        window.geometry("300x100+300+600")
        entry = tkinter.Entry(window)
        entry.pack()
        entry.bind("<Map>", lambda _: entry.focus_force())
        entry.bind("<FocusIn>", lambda _: tell("popped up"))

    tkinter.Button(root, text="Submit", command=submit).place(x=200, y=300, width=120, height=40)
    tkinter.Button(root, text="Popup", command=pop_up).place(x=400, y=300, width=120, height=40)
    rows = tkinter.Listbox(root, font=("Sans", 14))
    for row in range(100):
        rows.insert("end", f"Row {row}")
    rows.place(x=800, y=100, width=300, height=300)

    def scrolled(first: float, _: float) -> None:
        tell("scrolled", first=float(first))

    rows.config(yscrollcommand=scrolled)
    left, top, width, height = CANVAS
    canvas = tkinter.Canvas(root, bg="white")
    canvas.place(x=left, y=top, width=width, height=height)

    def paint(event: "tkinter.Event[tkinter.Misc]") -> None:
        canvas.create_oval(event.x - 2, event.y - 2, event.x + 2, event.y + 2, fill="red")

    canvas.bind("<B1-Motion>", paint)

    def mouse(kind: str) -> None:
        def told(event: "tkinter.Event[tkinter.Misc]") -> None:
            place = {"x": event.x_root, "y": event.y_root}
            tell(kind, **place, button=event.num, state=event.state, time=event.time)

        root.bind_all(f"<{kind}>", told, add="+")

    for kind in ("ButtonPress", "ButtonRelease", "Double-Button-1", "Triple-Button-1", "Motion"):
        mouse(kind)

    def key(kind: str) -> None:
        def told(event: "tkinter.Event[tkinter.Misc]") -> None:
            tell(kind, key=event.keysym, state=event.state)

        root.bind_all(f"<{kind}>", told, add="+")

    for kind in ("KeyPress", "KeyRelease"):
        key(kind)

    def reset() -> None:
        for child in root.winfo_children():
            if isinstance(child, tkinter.Toplevel):
                child.destroy()
        typed.set("")
        age.set(0)
        rows.yview_moveto(0)
        canvas.delete("all")
        for timer in blinking:
            root.after_cancel(timer)
        canvas.config(bg="white")
        root.event_generate("<ButtonPress>", button=9)  # or the next click may make a double one
        field.focus_force()

    blinking = list[str]()

    def blink() -> None:
        colours = ["red", "black", "yellow", "blue", "white"]
        canvas.config(bg=colours[(colours.index(canvas["bg"]) + 1) % len(colours)])
        blinking[:] = [root.after(30, blink)]

    def settle() -> None:
        """All that the X server has sent so far has happened."""
        root.winfo_pointerx()  # asks it, and so reads what came before its answer
        root.update()

    def answer(*_: object) -> None:
        word = sys.stdin.readline()
        if not word:
            root.destroy()
            return
        settle()
        if word == "blink\n":
            blink()
        if word == "reset\n":
            reset()
            settle()
        tell("all")

    root.update()
    field.focus_force()
    settle()
    root.tk.createfilehandler(sys.stdin, tkinter.READABLE, answer)
    root.mainloop()


if __name__ == "__main__":
    main()
