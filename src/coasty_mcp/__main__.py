"""`coasty-mcp` and `python -m coasty_mcp`: here before anything that might print."""

import signal

from .transports.redirect import stdout_to_stderr


def main() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)  # no traceback from an import
    with stdout_to_stderr():
        from . import cli
    signal.signal(signal.SIGINT, before)
    cli.main(prog_name="coasty-mcp")


if __name__ == "__main__":
    main()
