"""The language in a few lines, for a model that writes a definition."""

GUIDE = """\
{steps: [step...], output?: {}}; a step is {id, type, ...}; ? may be left out:
task: task, machine_id?, instructions?, system_prompt?, max_steps?, cua_version?, save_as?, \
on_awaiting_human?
assert: condition, message?
if: condition, then: [], else?: []
loop: count or while, body: [], max_iterations?
parallel: branches: [[]]
human_approval: message?, timeout_seconds?
retry: body: [], max_attempts
succeed: output?
fail: message?
A condition is {op, ...}. eq ne lt gt lte gte contains: left, right. truthy falsy exists: value. \
and or: conditions. not: condition.
Templates: {{inputs.x}}, {{vars.iteration}}, {{vars.attempt}}, {{id.field}} of an earlier task: \
status passed result run_id steps error. A task that fails goes on with passed false; in retry \
it is tried again."""
