// The live form. `ask` reaches the server; it takes a request and returns [facts, picture].

const page = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16)).join("");
const live = { ask: null, state: {}, frame: {}, last: 0, run: null };

async function askByHttp(request) {
  const response = await fetch(`${location.pathname}/ask`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(request),
  });
  const said = await response.json();
  if (said.error) throw new Error(said.error);
  return [said.facts, said.picture];
}

/** Ask by JSON-RPC over the window that the page stands in; return how to call a tool of its server. */
function chatHost() {
  const waiting = new Map();
  let number = 0;
  const post = (message) => window.parent.postMessage({ jsonrpc: "2.0", ...message }, "*");
  const request = (method, params) => new Promise((resolve, reject) => {
    waiting.set(++number, [resolve, reject]);
    post({ id: number, method, params });
  });
  const machine = new Promise((found) => {
    window.addEventListener("message", ({ source, data }) => {
      if (source !== window.parent || !data) return;
      const told = data.params?.structuredContent?.machine_id;
      if (data.method === "ui/notifications/tool-result" && told) found(told);
      if (data.method && data.id !== undefined) post({ id: data.id, result: {} });
      const [resolve, reject] = (!data.method && waiting.get(data.id)) || [];
      if (resolve) waiting.delete(data.id);
      if (resolve && data.error) reject(new Error(data.error.message));
      else if (resolve) resolve(data.result);
    });
  });
  const start = request("ui/initialize", {
    protocolVersion: "2026-01-26", appInfo: { name: "coasty-live-view", version: "1" },
    appCapabilities: { availableDisplayModes: ["inline", "fullscreen"] },
  }).then(() => post({ method: "ui/notifications/initialized" }));
  new ResizeObserver(() => post({
    method: "ui/notifications/size-changed",
    params: { width: document.body.scrollWidth, height: document.body.scrollHeight },
  })).observe(document.body);
  return async (message) => {
    await start;
    const machine_id = await machine;
    const result = await request("tools/call", {
      name: "coasty_live_view_page", arguments: { message: { ...message, machine_id } },
    });
    const text = result.content.find((each) => each.type === "text").text;
    if (result.isError) throw new Error(result.structuredContent?.error?.message || text);
    const image = result.content.find((each) => each.type === "image");
    return [JSON.parse(text.split("\n")[0]), image && { type: image.mimeType, data: image.data }];
  };
}

async function ask(kind, more = {}) {
  try {
    const answer = await live.ask({ kind, page, ...more });
    if (kind !== "frame" && kind !== "state") find("caption").textContent = "";
    return answer;
  } catch (error) {
    find("caption").textContent = error.message;
    return [{}, null];
  }
}

/** Show what is to be approved or declined: anew only when it changed, or a focused button is lost. */
function showQuestions(questions) {
  const section = find("questions");
  const asked = questions.map((each) => each.number).join();
  if (section.dataset.asked === asked) return;
  section.dataset.asked = asked;
  section.hidden = !questions.length;
  section.replaceChildren(...questions.map(questionForm));
}

function questionForm({ number, text }) {
  const form = made("form");
  const buttons = [["Approve", true], ["Decline", false]].map(([name, agreed]) => {
    const button = made("button", name, { type: "button" });
    button.onclick = async () => {
      await ask("consent", { question: number, agreed });
      await showState();
    };
    return button;
  });
  form.append(made("pre", text), ...buttons);
  return form;
}

async function showState() {
  const [state] = await ask("state", { after: live.last });
  if (!state.holder) return;
  live.state = state;
  if (window.parent === window) showQuestions(state.questions);
  for (const step of state.steps) {
    live.last = step.number;
    addStep(step);
    if (step.marks.length) drawMarks(step.marks);
    find("steps").lastElementChild.scrollIntoView({ block: "nearest" });
  }
  const name = state.name || "Coasty";
  find("live").hidden = find("stage").hidden = find("story").hidden = !state.status;
  document.title = `${state.wanted || state.questions.length ? "● " : ""}${name} · Coasty`;
  find("title").textContent = name;
  find("facts").textContent = [
    state.status, state.until ? `ends ${state.until}` : "", state.mode,
    `${credits(state.spent)} spent${state.limit === null ? "" : ` of ${state.limit}`}`,
  ].filter(Boolean).join(" · ");
  const run = live.run && `A run waits for you: ${live.run.reason || "no reason given"}`;
  find("wanted").textContent = state.wanted ? `The model asks you: ${state.wanted}` : run || "";
  find("wanted").hidden = !find("wanted").textContent;
  find("stop").textContent = state.holder === "nobody" ? "Release" : "Stop";
  for (const id of ["takeover", "power", "terminate"]) find(id).hidden = state.only_watched;
  find("takeover").hidden ||= state.mine;
  find("note").hidden = find("handback").hidden = !(state.mine || state.wanted || run);
  find("handback").textContent = state.mine ? "Hand back" : "Answer without taking over";
  find("power").textContent = state.status === "running" ? "Stop machine" : "Start machine";
  find("screen").classList.toggle("held", state.mine);
  if (state.steps.length) await showState();
}

/** Look for a run that waits for a person; a key that may not list runs has none. */
async function lookForRuns() {
  if (live.state.status && !live.state.only_watched) {
    const [{ runs = [] }] = await live.ask({ kind: "runs", page }).catch(() => [{}]);
    [live.run = null] = runs;
  }
  return 5000;
}

async function showFrame() {
  if (!live.state.status) return false;
  const [frame, picture] = await ask("frame", { known: live.frame.digest || "" });
  if (!picture) return false;
  live.frame = frame;
  live.picture = picture;
  await drawPicture(picture, `Screen of ${live.state.name || "the machine"}`);
  return true;
}

/** Do something again and again, but not while the page is hidden; it returns the pause in ms. */
async function forEver(work) {
  for (;;) {
    const pause = document.hidden ? 1000 : await work();
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** Return the machine's pixel under the pointer. */
function pixel(event) {
  const box = find("screen").getBoundingClientRect();
  const across = (event.clientX - box.left) / box.width;
  const down = (event.clientY - box.top) / box.height;
  return { x: Math.floor(across * live.frame.width), y: Math.floor(down * live.frame.height) };
}

const act = (command, parameters) => live.state.mine && ask("act", { command, parameters });
const BUTTONS = ["left", "middle", "right"];
const NAMED_KEYS = {
  Enter: "enter", Backspace: "backspace", Tab: "tab", Escape: "escape", Delete: "delete",
  Home: "home", End: "end", PageUp: "pageup", PageDown: "pagedown", Insert: "insert",
  ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right",
};

function usePointer() {
  const screen = find("screen");
  let pressed = null;
  let single = 0;
  screen.onpointerdown = (event) => { pressed = pixel(event); };
  screen.onpointerup = (event) => {
    const [from, to] = [pressed, pixel(event)];
    pressed = null;
    if (!from) return;
    if (Math.hypot(to.x - from.x, to.y - from.y) > 5) {
      act("drag", { from_x: from.x, from_y: from.y, to_x: to.x, to_y: to.y });
    } else {
      clearTimeout(single);
      single = setTimeout(() => act("click", { ...to, button: BUTTONS[event.button] }), 250);
    }
  };
  screen.ondblclick = (event) => { clearTimeout(single); act("double_click", pixel(event)); };
  screen.oncontextmenu = (event) => live.state.mine && event.preventDefault();
  screen.addEventListener("wheel", (event) => {
    if (!live.state.mine) return;
    event.preventDefault();
    act("scroll", { ...pixel(event), direction: event.deltaY < 0 ? "up" : "down", amount: 3 });
  }, { passive: false });
}

function useKeys() {
  const screen = find("screen");
  screen.tabIndex = 0;
  let typed = "";
  let timer = 0;
  const flush = () => { const text = typed; typed = ""; if (text) act("type", { text }); };
  screen.onkeydown = (event) => {
    if (!live.state.mine || event.key === "F6") return;
    const modifiers = ["ctrl", "alt", "meta"].filter((name) => event[`${name}Key`]);
    const key = NAMED_KEYS[event.key] || (event.key.length === 1 ? event.key : "");
    if (!key || (modifiers.join() === "ctrl" && key === "v")) return;
    event.preventDefault();
    clearTimeout(timer);
    if (modifiers.length) { flush(); act("key_combo", { keys: [...modifiers, key.toLowerCase()] }); }
    else if (NAMED_KEYS[event.key]) { flush(); act("key_press", { key }); }
    else { typed += key; timer = setTimeout(flush, 150); }
  };
  screen.onpaste = (event) => act("type", { text: event.clipboardData.getData("text") });
  document.addEventListener("paste", (event) => event.target === document.body && screen.onpaste(event));
}

function useControls() {
  const press = (id, work) => { find(id).onclick = async () => { await work(); await showState(); }; };
  press("stop", () => ask(live.state.holder === "nobody" ? "release" : "stop"));
  press("takeover", async () => { await ask("take_over"); find("screen").focus(); });
  press("handback", async () => {
    await ask("hand_back", { note: find("note").value, run: live.run?.id || "" });
    find("note").value = "";
    live.run = null;
  });
  press("power", () => ask(live.state.status === "running" ? "end" : "start"));
  press("terminate", async () => {
    const sure = find("terminate").dataset.sure;
    find("terminate").dataset.sure = sure ? "" : "yes";
    find("terminate").textContent = sure ? "Terminate" : "Terminate for good?";
    if (sure) await ask("terminate");
  });
  find("save").onclick = () => {
    const link = made("a", "", { download: "screen.png", href: find("screen").toDataURL("image/png") });
    link.click();
  };
}

async function showLive(way) {
  live.ask = way;
  useControls();
  usePointer();
  useKeys();
  window.addEventListener("hashchange", () => steps[stepOfLink()] && showDetails(steps[stepOfLink()]));
  await showState();
  forEver(async () => { await showState(); return 1000; });
  forEver(lookForRuns);
  let pause = 250;
  forEver(async () => { pause = (await showFrame()) ? 250 : Math.min(1000, pause + 125); return pause; });
}
