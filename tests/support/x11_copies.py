"""A program that has copied a text on an X server."""

from collections.abc import Generator
from contextlib import closing, contextmanager
from socket import socketpair
from threading import Thread


@contextmanager
def copied(text: bytes) -> Generator[list[str]]:
    """Hold a text, as another program does; yield what it notes when that is taken."""
    from coasty_mcp.local.x11_clipboard import X11Clipboard

    taken, (ours, theirs) = list[str](), socketpair()
    with ours, theirs, closing(X11Clipboard(lambda: taken.append("taken"))) as owner:
        owner.give(text)
        serving = Thread(target=owner.serve, args=[theirs])
        serving.start()
        try:
            yield taken
        finally:
            ours.close()
            serving.join()
