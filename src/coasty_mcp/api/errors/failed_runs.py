"""What ended a run: the codes in its `error`, which no request is answered with."""

RUN_ADVICE = {
    "WALLET_EXHAUSTED": "Ask the user to add funds, then start it again.",
    "GUARD_EXCEEDED": (
        "A guard of the run ended it: start it again with a larger budget_cents or "
        "max_iterations, if the user agrees to what it costs."
    ),
    "DEADLINE_EXCEEDED": "Start it again with a larger deadline_seconds, or with less to do.",
    "MAX_STEPS_REACHED": "Start it again with larger max_steps, or with less to do.",
    "INVALID_STATE": "Its machine does not run: call coasty_start_machine, then start it again.",
    "AWAITING_HUMAN": "Nobody answered in time: start it again when the user is there.",
}
"""What to do after a run that ended with one of these codes in its `error`."""
