"""A call of every operation of the client, with the least that it takes."""

from collections.abc import Awaitable, Callable
from typing import Any

from coasty_mcp.api.client import Coasty
from coasty_mcp.api.wire import actions, keys, machines, predict, runs, schedules, sessions, tasks
from coasty_mcp.api.wire import workflows as flows

SCREEN = "A" * 100
ASKED = predict.PredictRequest(screenshot=SCREEN, instruction="Go")
FIND = predict.GroundRequest(screenshot=SCREEN, element="OK", screen_width=640, screen_height=480)
SESSION = sessions.CreateSession(screen_width=640, screen_height=480)
STEP = sessions.SessionPredict(screenshot=SCREEN, instruction="Go")
BOT = machines.ProvisionMachine(display_name="bot", ttl_minutes=60)
CLICK = actions.MachineAction(command="click")
TTL = machines.UpdateMachine(ttl_minutes=30)
HOURLY = schedules.CreateSchedule(name="n", machine_id="mch_1", task_prompt="t", frequency="hourly")
HOOK = schedules.CreateTrigger(kind="webhook")
TASK = runs.StartRun(machine_id="mch_1", task="t")
ONE_GOAL = tasks.StartTask(task="t")
FLOW = flows.CreateWorkflow(name="n", slug="s", definition={})
FLOW_RUN = flows.StartWorkflowRun(machine_id="mch_1", inputs={"who": "Ada"})
KEY = keys.CreateKey(name="ci")
MAILBOX = schedules.CreateMailbox()


async def every(events: Any) -> list[Any]:
    return [event async for event in events]


CALLS: dict[str, Callable[[Coasty], Awaitable[Any]]] = {
    "predictions.predict": lambda api: api.predictions.predict(ASKED),
    "predictions.ground": lambda api: api.predictions.ground(FIND),
    "predictions.parse": lambda api: api.predictions.parse(predict.ParseRequest(code="x")),
    "predictions.list_models": lambda api: api.predictions.list_models(),
    "machines.list": lambda api: api.machines.list(5),
    "machines.get": lambda api: api.machines.get("mch_1"),
    "machines.provision": lambda api: api.machines.provision(BOT),
    "machines.set_ttl": lambda api: api.machines.set_ttl("mch_1", TTL),
    "machines.terminate": lambda api: api.machines.terminate("mch_1"),
    "machines.start": lambda api: api.machines.start("mch_1"),
    "machines.stop": lambda api: api.machines.stop("mch_1"),
    "machines.restart": lambda api: api.machines.restart("mch_1"),
    "machines.create_snapshot": lambda api: api.machines.create_snapshot("mch_1"),
    "machines.take_screenshot": lambda api: api.machines.take_screenshot("mch_1"),
    "machines.get_connection": lambda api: api.machines.get_connection("mch_1"),
    "machines.get_pricing": lambda api: api.machines.get_pricing(),
    "machines.get_active_billing": lambda api: api.machines.get_active_billing(),
    "machines.get_health": lambda api: api.machines.get_health(),
    "actions.execute": lambda api: api.actions.execute("mch_1", CLICK),
    "actions.execute_batch": lambda api: api.actions.execute_batch(
        "mch_1", actions.BatchAction(steps=[CLICK])
    ),
    "actions.run_browser_op": lambda api: api.actions.run_browser_op(
        "mch_1", "state", actions.BrowserAction()
    ),
    "actions.run_files_op": lambda api: api.actions.run_files_op(
        "mch_1", "write", actions.FilesAction()
    ),
    "actions.run_terminal_command": lambda api: api.actions.run_terminal_command(
        "mch_1", actions.TerminalCommand(command="echo hello")
    ),
    "sessions.create": lambda api: api.sessions.create(SESSION),
    "sessions.list": lambda api: api.sessions.list(),
    "sessions.get": lambda api: api.sessions.get("ses_1"),
    "sessions.predict": lambda api: api.sessions.predict("ses_1", STEP),
    "sessions.reset": lambda api: api.sessions.reset("ses_1"),
    "sessions.close": lambda api: api.sessions.close("ses_1"),
    "schedules.list": lambda api: api.schedules.list(5),
    "schedules.get": lambda api: api.schedules.get("sch_1"),
    "schedules.create": lambda api: api.schedules.create(HOURLY),
    "schedules.update": lambda api: api.schedules.update(
        "sch_1", schedules.UpdateSchedule(name="m")
    ),
    "schedules.delete": lambda api: api.schedules.delete("sch_1"),
    "schedules.pause": lambda api: api.schedules.pause("sch_1"),
    "schedules.resume": lambda api: api.schedules.resume("sch_1"),
    "schedules.start_run": lambda api: api.schedules.start_run("sch_1", schedules.RunSchedule()),
    "schedules.list_runs": lambda api: api.schedules.list_runs("sch_1", 5, "failed", "next"),
    "schedules.get_run": lambda api: api.schedules.get_run("sch_1", "run_1"),
    "schedules.list_triggers": lambda api: api.schedules.list_triggers("sch_1"),
    "schedules.add_trigger": lambda api: api.schedules.add_trigger("sch_1", HOOK),
    "schedules.remove_trigger": lambda api: api.schedules.remove_trigger("sch_1", "trg_1"),
    "schedules.create_mailbox": lambda api: api.schedules.create_mailbox(MAILBOX),
    "schedules.fire_webhook": lambda api: api.schedules.fire_webhook("whk_1", "s", b"{}", 1),
    "schedules.get_health": lambda api: api.schedules.get_health(),
    "schedules.get_triggers_health": lambda api: api.schedules.get_triggers_health(),
    "runs.start": lambda api: api.runs.start(TASK),
    "runs.start_task": lambda api: api.runs.start_task(ONE_GOAL),
    "runs.list_screenshots": lambda api: api.runs.list_screenshots("run_1", 3, 5),
    "runs.list": lambda api: api.runs.list(5, "failed"),
    "runs.get": lambda api: api.runs.get("run_1"),
    "runs.cancel": lambda api: api.runs.cancel("run_1"),
    "runs.resume": lambda api: api.runs.resume("run_1", runs.ResumeRun()),
    "runs.stream_events": lambda api: every(api.runs.stream_events("run_1")),
    "workflows.create": lambda api: api.workflows.create(FLOW),
    "workflows.list": lambda api: api.workflows.list(5),
    "workflows.get": lambda api: api.workflows.get("wf_1"),
    "workflows.update": lambda api: api.workflows.update("wf_1", flows.UpdateWorkflow(name="m")),
    "workflows.archive": lambda api: api.workflows.archive("wf_1"),
    "workflows.start_run": lambda api: api.workflows.start_run("wf_1", FLOW_RUN),
    "workflows.list_runs": lambda api: api.workflows.list_runs(5, "wf_1"),
    "workflows.get_run": lambda api: api.workflows.get_run("wfr_1"),
    "workflows.cancel_run": lambda api: api.workflows.cancel_run("wfr_1"),
    "workflows.resume_run": lambda api: api.workflows.resume_run(
        "wfr_1", flows.ResumeWorkflowRun(approved=True)
    ),
    "workflows.stream_run_events": lambda api: every(api.workflows.stream_run_events("wfr_1")),
    "keys.create": lambda api: api.keys.create(KEY),
    "keys.list": lambda api: api.keys.list(),
    "keys.revoke": lambda api: api.keys.revoke("k"),
    "keys.list_llm_keys": lambda api: api.keys.list_llm_keys(),
    "keys.store_llm_key": lambda api: api.keys.store_llm_key(
        "openai", keys.StoreLlmKey(api_key="k" * 16)
    ),
    "keys.delete_llm_key": lambda api: api.keys.delete_llm_key("openai"),
    "account.get_usage": lambda api: api.account.get_usage("2026-05"),
    "account.get_idempotency_result": lambda api: api.account.get_idempotency_result("k"),
    "account.get_health": lambda api: api.account.get_health(),
}
