"""How the desktop looks: the menu of its programs, the panel, and the letters of the terminal."""

from xml.sax.saxutils import escape

from .prerequisites import BROWSER, EDITOR, FILE_MANAGER, TERMINAL, Need, find

PROGRAMS: dict[str, Need] = {
    "Terminal": TERMINAL,
    "Text Editor": EDITOR,
    "Files": FILE_MANAGER,
    "Browser": BROWSER,
}
OPTIONS = {"Browser": " --no-sandbox --test-type --no-first-run --password-store=basic"}
"""The cage is the browser's sandbox."""
ITEM = '<item label="{}"><action name="Execute"><command>{}</command></action></item>'
MENU = (
    '<openbox_menu xmlns="http://openbox.org/3.4/menu"><menu id="root-menu" label="Programs">{}'
    "</menu></openbox_menu>"
)
XTERM = "XTerm*faceName: Monospace\nXTerm*faceSize: 11\nXTerm*geometry: 90x24+40+40\n"
TINT2 = """panel_items = TC
panel_size = 100% 34
panel_position = bottom center horizontal
panel_background_id = 1
rounded = 0
background_color = #22303c 100
taskbar_mode = single_desktop
task_text = 1
task_font_color = #ffffff 100
task_maximum_size = 200 30
time1_format = %H:%M
clock_font_color = #ffffff 100
"""


def desktop_files() -> dict[str, str]:
    """Return what is in the files of a cage that programs of the desktop read."""
    return {
        "/run/Xdefaults": XTERM,
        "/run/xdg/openbox/menu.xml": MENU.format("".join(_items())),
        "/run/xdg/tint2/tint2rc": TINT2,
    }


def _items() -> list[str]:
    found = {label: find(need) for label, need in PROGRAMS.items()}
    return [
        ITEM.format(label, escape(path + OPTIONS.get(label, "")))
        for label, path in found.items()
        if path
    ]
