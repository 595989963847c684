"""All toolsets, in the order in which their tools are listed.

The module of a toolset's tools is imported when its tools are first asked for, so that a toolset
which nobody chose costs no time at start.
"""

from ..server.machine_control import THIS_COMPUTER
from ..server.tool import Toolset

predict = Toolset(
    "predict",
    "See: the next actions for a goal, where an element is.",
    modules=("coasty_mcp.tools.predict",),
    search_hint="computer use, vision, find on screen, next click",
)
machines = Toolset(
    "machines",
    "Act: start a cloud desktop, look at it, click and type, run commands.",
    modules=(
        "coasty_mcp.tools.machines",
        "coasty_mcp.tools.actions",
        "coasty_mcp.tools.terminal",
    ),
    search_hint="computer use, control a computer, cloud desktop, virtual machine",
)
schedules = Toolset(
    "schedules",
    "Repeat: agents that run on a machine by the clock or on events.",
    modules=("coasty_mcp.tools.schedules", "coasty_mcp.tools.triggers"),
    search_hint="cron, recurring task, automation, webhook, timer",
)
account = Toolset(
    "account",
    "Pay: what is left in the wallet and where it went.",
    modules=("coasty_mcp.tools.account",),
    search_hint="balance, billing, usage",
)
sessions = Toolset(
    "sessions",
    "Remember: predictions that know their earlier steps, cheaper each.",
    modules=("coasty_mcp.tools.sessions",),
    default=False,
    search_hint="computer use with memory, stateful prediction",
)
fleet = Toolset(
    "fleet",
    "Manage: leases, snapshots, access, costs, the browser and files.",
    modules=(
        "coasty_mcp.tools.fleet",
        "coasty_mcp.tools.fleet_actions",
        "coasty_mcp.tools.file_transfers",
        "coasty_mcp.tools.fleet_costs",
        "coasty_mcp.tools.fleet_overview",
    ),
    default=False,
    search_hint="browser automation, upload and download files, snapshot, cost overview",
)
runs = Toolset(
    "runs",
    "Delegate: Coasty's own agent does a whole task on a machine.",
    modules=(
        "coasty_mcp.tools.runs",
        "coasty_mcp.tools.tasks",
        "coasty_mcp.tools.run_screenshots",
    ),
    default=False,
    search_hint="delegate a task, autonomous agent",
)
workflows = Toolset(
    "workflows",
    "Compose: many tasks as one program, with approvals and guards.",
    modules=("coasty_mcp.tools.workflows",),
    default=False,
    search_hint="multi-step automation, approval, pipeline",
)
discovery = Toolset(
    "discovery",
    "Orient: what this key and server can do, prices, models.",
    modules=("coasty_mcp.tools.discovery",),
    default=False,
    search_hint="pricing, permissions, scopes, models",
)
local = Toolset(
    "local",
    "This computer's own screen: look, click and type, whole tasks.",
    modules=("coasty_mcp.tools.local",),
    default=False,
    machine=THIS_COMPUTER,
)

view = Toolset(
    "view",
    "Watch: the user sees a machine live, stops you, or takes over.",
    modules=("coasty_mcp.tools.view",),
    default=False,
)

TOOLSETS = (
    predict,
    machines,
    schedules,
    account,
    sessions,
    fleet,
    runs,
    workflows,
    discovery,
    view,
    local,
)
