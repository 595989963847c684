"""`python -m coasty_mcp` is `coasty-mcp`."""

from .cli import main

main(prog_name="coasty-mcp")
