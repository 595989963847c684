"""The programs that coasty-mcp runs in, and how each is told about it.

`catalogue` is the data: one record for each host. `block` turns a record into what the host wants
to read, `formats` puts that into a document, `file` onto the disk, and `trial` starts it as the
host will. `commands` are `coasty-mcp install` and `uninstall`, as lines to print.
"""
