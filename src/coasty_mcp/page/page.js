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

/** Change a text only if it is another one: a screen reader would say it again. */
function say(id, text) {
  if (find(id).textContent !== text) find(id).textContent = text;
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
  const scale = Math.max(1, screen.width / (screen.clientWidth || screen.width));
  svg.replaceChildren(...marks.map((mark) => {
    const group = shape("g", mark.old ? { class: "old" } : {});
    group.append(...drawMark(mark, screen, scale));
    return group;
  }));
}

/** Return the shapes of a mark; `scale` is how many pixels of the picture are one of the window. */
function drawMark(mark, screen, scale) {
  const points = mark.points.map(([x, y]) => [x * screen.width, y * screen.height]);
  if (!points.length) return [];
  const [x, y] = points[0];
  const path = points.map(([px, py], at) => `${at ? "L" : "M"}${px} ${py}`).join(" ");
  const around = { cx: x, cy: y, r: 14 * scale };
  const lines = ["rim", "line"].flatMap((kind) => [
    shape("circle", { class: kind, ...around }),
    shape("path", { class: kind, d: path }),
  ]);
  if (!mark.label) return lines;
  const width = (9 * mark.label.length + 10) * scale;
  const left = Math.max(0, Math.min(x + 18 * scale, screen.width - width));
  const top = Math.max(0, y - 38 * scale);
  const box = { x: left, y: top, width, height: 22 * scale, rx: 5 * scale, class: "tag" };
  const text = shape("text", { x: left + 5 * scale, y: top + 16 * scale });
  text.style.fontSize = `${14 * scale}px`;
  text.textContent = mark.label;
  return [...lines, shape("rect", box), text];
}

/** Return the index of the last step up to this one that has a picture, or -1. */
function pictured(index) {
  while (index >= 0 && !steps[index].picture) index -= 1;
  return index;
}

/** Return what was done in a line: the actions, or the tool. */
function summary(step) {
  const labels = step.marks.map((mark) => mark.label).filter(Boolean).join(", ");
  return labels || step.tool.replace("coasty_", "");
}

/** Return when it was done, what it cost, and the first line of its result. */
function outcome(step) {
  return [
    new Date(step.time).toLocaleTimeString(), step.credits ? credits(step.credits) : "",
    step.error ? `Failed: ${step.error}` : step.text.split("\n")[0],
  ].filter(Boolean).join(" · ");
}

function addStep(step) {
  steps.push(step);
  const index = steps.length - 1;
  const link = made("a", "", { href: `#step-${index + 1}` });
  const more = made("span", outcome(step), { class: "more" });
  if (step.error) more.classList.add("error");
  link.append(made("span", String(index + 1)), made("span", summary(step), { class: "what" }), more);
  const entry = made("li");
  entry.append(link);
  find("steps").append(entry);
  find("position").max = String(index);
}

function spent(index) {
  return steps.slice(0, index + 1).reduce((sum, step) => sum + (step.credits || 0), 0);
}

/** Scroll the list, but not the window, to an entry. */
function reveal(entry) {
  const list = find("steps");
  const [around, at] = [list.getBoundingClientRect(), entry.getBoundingClientRect()];
  list.scrollTop += Math.min(0, at.top - around.top) + Math.max(0, at.bottom - around.bottom);
}

/** Mark a step in the list, and show all of it. */
function select(index) {
  selected = index;
  for (const link of find("steps").querySelectorAll("[aria-current]")) link.removeAttribute("aria-current");
  const entry = find("steps").children[index];
  entry.firstElementChild.setAttribute("aria-current", "step");
  reveal(entry);
  showDetails(steps[index]);
}

async function showStep(index) {
  if (!steps.length) return;
  select(Math.max(0, Math.min(index, steps.length - 1)));
  const step = steps[selected];
  const shown = pictured(selected);
  find("position").value = String(selected);
  find("count").textContent = `${selected + 1} of ${steps.length}`;
  find("caption").textContent = [
    `${step.tool}${step.error ? " failed" : ""}`, `${credits(spent(selected))} so far`,
    shown >= 0 && shown !== selected ? `picture of step ${shown + 1}` : "",
  ].filter(Boolean).join(" · ");
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

document.addEventListener("DOMContentLoaded", () => {
  if (document.querySelector('script[type="application/json"]')) return replay();
  return showLive(window.parent === window ? askByHttp : chatHost());
});
