"""The workflow language 2026-06-01: checked before anything runs, priced, and evaluated.

Pure: nothing here sends, waits or remembers.
"""

from .check import faults
from .conditions import holds
from .cost import worst_case
from .fault import Fault
from .guide import GUIDE
from .inputs import input_faults, properties, with_defaults
from .steps import (
    ApprovalStep,
    AssertStep,
    FailStep,
    IfStep,
    LoopStep,
    ParallelStep,
    RetryStep,
    Step,
    SucceedStep,
    TaskStep,
    parse,
)
from .task_machines import may_need_machine
from .templates import Scope, Unresolved, render, render_text

__all__ = [
    "GUIDE",
    "ApprovalStep",
    "AssertStep",
    "FailStep",
    "Fault",
    "IfStep",
    "LoopStep",
    "ParallelStep",
    "RetryStep",
    "Scope",
    "Step",
    "SucceedStep",
    "TaskStep",
    "Unresolved",
    "faults",
    "holds",
    "input_faults",
    "may_need_machine",
    "parse",
    "properties",
    "render",
    "render_text",
    "with_defaults",
    "worst_case",
]
