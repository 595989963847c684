"""What a model can be offered, in the order in which it is listed.

Its tools are in files of `tools`, which are loaded when they are asked for: what nobody chose costs
no time at start.
"""

from .toolset import Toolset

predict = Toolset(
    "predict", "See: the next actions for a goal, where an element is.", files=("predict",)
)
machines = Toolset(
    "machines",
    "Act: start a cloud desktop, look at it, click and type, run commands.",
    files=("machines", "actions"),
)
schedules = Toolset(
    "schedules",
    "Repeat: agents that run on a machine by the clock or on events.",
    files=("schedules",),
)
account = Toolset(
    "account", "Pay: what is left in the wallet and where it went.", files=("account",)
)
sessions = Toolset(
    "sessions",
    "Remember: predictions that know their earlier steps, cheaper each.",
    files=("sessions",),
    default=False,
)
fleet = Toolset(
    "fleet",
    "Manage: leases, snapshots, access, batches, the browser and files.",
    files=("fleet",),
    default=False,
)
runs = Toolset(
    "runs",
    "Delegate: Coasty's own agent does a whole task on a machine.",
    files=("runs",),
    default=False,
)
workflows = Toolset(
    "workflows",
    "Compose: many tasks as one program, with approvals and guards.",
    files=("workflows",),
    default=False,
)
discovery = Toolset(
    "discovery",
    "Orient: what this key and server can do, prices, models.",
    files=("discovery",),
    default=False,
)
local = Toolset(
    "local",
    "This computer's own screen: look, click and type, whole tasks.",
    files=("local",),
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
    local,
)
