"use strict";
const find = (id) => document.getElementById(id);
const steps = [];
let selected = -1;
let timer = 0;
let drawn = Promise.resolve();

/** Make an element with text; foreign words are only ever text. */
function made(name, text = "", attributes = {}) {
  const element = document.createElement(name);
  element.textContent = text;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

function shape(name, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

const credits = (amount) => `${amount} credit${amount === 1 ? "" : "s"}`;

/** Draw a picture, pixel for pixel; pictures that are asked for meanwhile wait their turn. */
function drawPicture(picture, description) {
  drawn = drawn.then(async () => {
    const bytes = Uint8Array.from(atob(picture.data), (character) => character.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: picture.type }));
    const screen = find("screen");
    screen.width = bitmap.width;
    screen.height = bitmap.height;
    screen.getContext("2d").drawImage(bitmap, 0, 0);
    screen.setAttribute("aria-label", description);
    bitmap.close();
  }).catch(() => find("screen").setAttribute("aria-label", "The picture cannot be read"));
  return drawn;
}

/** Draw where actions landed, over the picture; a mark's points are parts of its width and height. */
function drawMarks(marks) {
  const screen = find("screen");
  const svg = find("marks");
  svg.setAttribute("viewBox", `0 0 ${screen.width} ${screen.height}`);
  svg.replaceChildren(...marks.flatMap((mark) => drawMark(mark, screen)));
}

function drawMark(mark, screen) {
  const points = mark.points.map(([x, y]) => [x * screen.width, y * screen.height]);
  if (!points.length) return [];
  const [x, y] = points[0];
  const path = points.map(([px, py], at) => `${at ? "L" : "M"}${px} ${py}`).join(" ");
  const around = { cx: x, cy: y, r: 14 };
  const lines = ["rim", "line"].flatMap((kind) => [
    shape("circle", { class: kind, ...around }),
    shape("path", { class: kind, d: path }),
  ]);
  if (!mark.label) return lines;
  const left = Math.max(0, Math.min(x + 18, screen.width - 9 * mark.label.length - 10));
  const top = Math.max(0, y - 38);
  const box = { x: left, y: top, width: 9 * mark.label.length + 10, height: 22, rx: 5, class: "tag" };
  const text = shape("text", { x: left + 5, y: top + 16 });
  text.textContent = mark.label;
  return [...lines, shape("rect", box), text];
}

/** Return the index of the last step up to this one that has a picture, or -1. */
function pictured(index) {
  while (index >= 0 && !steps[index].picture) index -= 1;
  return index;
}

/** Return what was done in a line: the actions, or the tool and the first line of its result. */
function summary(step) {
  const labels = step.marks.map((mark) => mark.label).filter(Boolean).join(", ");
  return labels || `${step.tool.replace("coasty_", "")} · ${step.text.split("\n")[0]}`;
}

function addStep(step) {
  steps.push(step);
  const index = steps.length - 1;
  const link = made("a", "", { href: `#step-${index + 1}` });
  const what = made("span", summary(step), { class: "what" });
  if (step.error) what.classList.add("error");
  link.append(
    made("span", String(index + 1)), what,
    made("span", step.credits ? credits(step.credits) : "", { class: "cost" }),
  );
  const entry = made("li");
  entry.append(link);
  find("steps").append(entry);
  find("position").max = String(index);
}

function spent(index) {
  return steps.slice(0, index + 1).reduce((sum, step) => sum + (step.credits || 0), 0);
}

async function showStep(index) {
  if (!steps.length) return;
  selected = Math.max(0, Math.min(index, steps.length - 1));
  const step = steps[selected];
  const shown = pictured(selected);
  for (const link of find("steps").querySelectorAll("[aria-current]")) link.removeAttribute("aria-current");
  const link = find("steps").children[selected].firstElementChild;
  link.setAttribute("aria-current", "step");
  link.scrollIntoView({ block: "nearest" });
  find("position").value = String(selected);
  find("count").textContent = `${selected + 1} of ${steps.length}`;
  find("caption").textContent = [
    `${step.tool}${step.error ? " failed" : ""}`, `${credits(spent(selected))} so far`,
    shown >= 0 && shown !== selected ? `picture of step ${shown + 1}` : "",
  ].filter(Boolean).join(" · ");
  showDetails(step);
  if (shown < 0) return;
  await drawPicture(steps[shown].picture, `Screen after step ${shown + 1}`);
  drawMarks(step.marks);
}

function showDetails(step) {
  find("details").hidden = false;
  find("tool").textContent = step.tool;
  find("outcome").textContent = [
    step.error ? `Failed: ${step.error}` : "Done", `${step.seconds.toFixed(2)} s`,
    step.credits ? credits(step.credits) : "", step.time,
  ].filter(Boolean).join(" · ");
  find("outcome").classList.toggle("error", Boolean(step.error));
  find("arguments").textContent = JSON.stringify(step.arguments, null, 2);
  find("result").textContent = step.text;
}

function go(index) {
  const step = Math.max(0, Math.min(index, steps.length - 1));
  history.replaceState(null, "", `#step-${step + 1}`);
  return showStep(step);
}

function play(on) {
  clearInterval(timer);
  timer = on ? setInterval(() => (selected + 1 < steps.length ? go(selected + 1) : play(false)), 1000) : 0;
  find("play").setAttribute("aria-pressed", String(on));
  find("play").textContent = on ? "Pause" : "Play";
}

function stepOfLink() {
  const match = /^#step-(\d+)$/.exec(location.hash);
  return match ? Number(match[1]) - 1 : steps.length - 1;
}

const KEYS = {
  ArrowLeft: () => go(selected - 1),
  ArrowRight: () => go(selected + 1),
  Home: () => go(0),
  End: () => go(steps.length - 1),
  " ": () => play(!timer),
};

function usePlayer() {
  find("previous").onclick = () => go(selected - 1);
  find("next").onclick = () => go(selected + 1);
  find("play").onclick = () => play(!timer);
  find("position").oninput = (event) => go(Number(event.target.value));
  window.addEventListener("hashchange", () => showStep(stepOfLink()));
  window.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, button, select");
    if (!KEYS[event.key] || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    KEYS[event.key]();
  });
}

/** Replay what stands in the page: each step is a script of JSON; a half-written last one is left out. */
function replay() {
  const records = [...document.querySelectorAll('script[type="application/json"]')].flatMap((each) => {
    try { return [JSON.parse(each.textContent)]; } catch { return []; }
  });
  const session = records.shift();
  document.title = `Coasty · ${session.id}`;
  find("title").textContent = `Recording ${session.id}`;
  find("facts").textContent = `${session.transport} · ${session.mode} · coasty-mcp ${session.version}`;
  find("player").hidden = false;
  records.forEach(addStep);
  usePlayer();
  return showStep(stepOfLink());
}

// The live form. `ask` reaches the server; it takes a request and returns [facts, picture].

const page = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16)).join("");
const live = { ask: null, state: {}, frame: {}, last: 0 };

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

async function showState() {
  const [state] = await ask("state", { after: live.last });
  if (!state.status) return;
  live.state = state;
  for (const step of state.steps) {
    live.last = step.number;
    addStep(step);
    if (step.marks.length) drawMarks(step.marks);
    find("steps").lastElementChild.scrollIntoView({ block: "nearest" });
  }
  const name = state.name || "Machine";
  document.title = `${state.wanted ? "● " : ""}Coasty · ${name}`;
  find("title").textContent = name;
  find("facts").textContent = [
    state.status, state.until ? `ends ${state.until}` : "", state.mode,
    `${credits(state.spent)} spent${state.limit === null ? "" : ` of ${state.limit}`}`,
  ].filter(Boolean).join(" · ");
  find("wanted").hidden = !state.wanted;
  find("wanted").textContent = state.wanted ? `The model asks you: ${state.wanted}` : "";
  find("stop").textContent = state.holder === "nobody" ? "Release" : "Stop";
  find("takeover").hidden = state.mine;
  find("note").hidden = find("handback").hidden = !(state.mine || state.wanted);
  find("handback").textContent = state.mine ? "Hand back" : "Answer without taking over";
  find("power").textContent = state.status === "running" ? "Stop machine" : "Start machine";
  find("screen").classList.toggle("held", state.mine);
  if (state.steps.length) await showState();
}

async function showFrame() {
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
    await ask("hand_back", { note: find("note").value });
    find("note").value = "";
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
  find("live").hidden = false;
  useControls();
  usePointer();
  useKeys();
  window.addEventListener("hashchange", () => steps[stepOfLink()] && showDetails(steps[stepOfLink()]));
  await showState();
  forEver(async () => { await showState(); return 1000; });
  let pause = 250;
  forEver(async () => { pause = (await showFrame()) ? 250 : Math.min(1000, pause + 125); return pause; });
}

document.addEventListener("DOMContentLoaded", () => {
  if (document.querySelector('script[type="application/json"]')) return replay();
  return showLive(window.parent === window ? askByHttp : chatHost());
});
