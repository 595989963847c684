"""The command, but for every client taken as one that declared the Skills extension.

The conformance suite reads skills and does not declare that it does.
"""

from coasty_mcp.cli import main
from coasty_mcp.server import skills

skills.declares_skills = lambda _: True
main()
