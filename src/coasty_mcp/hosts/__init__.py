"""The MCP hosts that coasty-mcp can be installed in, and their configuration files.

`catalogue` is the data: one `Host` for each program. `config_entry` renders our entry in a host's
schema, `formats` edits a document in place, `config_file` reads and writes files, `handshake`
starts the server and lists its tools. `commands` are `coasty-mcp install` and `uninstall`, as lines
to print.
"""
