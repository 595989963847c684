// The person's mouse, keyboard and buttons.

/** Return the machine's pixel under the pointer. */
function pixel(event) {
  const box = find("screen").getBoundingClientRect();
  const across = (event.clientX - box.left) / box.width;
  const down = (event.clientY - box.top) / box.height;
  return { x: Math.floor(across * live.frame.width), y: Math.floor(down * live.frame.height) };
}

let acts = Promise.resolve();

/** Do something on the machine, when all before it has been done there. */
function act(command, parameters) {
  if (live.state.mine) acts = acts.then(() => ask("act", { command, parameters }));
}

const BUTTONS = ["left", "middle", "right"];
const DOUBLE = 250; // ms in which a second click makes a double click
const TOGETHER = 150; // ms in which keys and turns of the wheel are gathered
const APART = 5; // pixels
const LINE = 40; // pixels of a wheel's turn
const NAMED_KEYS = {
  Enter: "enter", Backspace: "backspace", Tab: "tab", Escape: "escape", Delete: "delete",
  Home: "home", End: "end", PageUp: "pageup", PageDown: "pagedown", Insert: "insert",
  ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right",
  ...Object.fromEntries([1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12].map((each) => [`F${each}`, `f${each}`])),
};

const distance = (from, to) => Math.hypot(to.x - from.x, to.y - from.y);

/** Gather values until none has come for a while; flush() hands over at once what there is. */
function gathered(pause, handOver) {
  let values = [];
  let timer = 0;
  const flush = () => {
    clearTimeout(timer);
    const all = values;
    values = [];
    if (all.length) handOver(all);
  };
  const add = (value) => { values.push(value); clearTimeout(timer); timer = setTimeout(flush, pause); };
  return { add, flush, drop: () => { values = []; }, last: () => values.at(-1) };
}

const clicks = gathered(DOUBLE, (all) => act("click", all.at(-1)));
const typed = gathered(TOGETHER, (all) => act("type", { text: all.join("") }));
const wheel = gathered(TOGETHER, (turns) => {
  const sum = (way) => turns.reduce((pixels, turn) => pixels + turn[way], 0);
  const [across, down] = [sum("across"), sum("down")];
  const sideways = Math.abs(across) > Math.abs(down);
  const direction = sideways ? (across < 0 ? "left" : "right") : (down < 0 ? "up" : "down");
  const lines = Math.round(Math.abs(sideways ? across : down) / LINE);
  act("scroll", { ...turns.at(-1).at, direction, amount: Math.max(1, Math.min(15, lines)) });
});

function usePointer() {
  const screen = find("screen");
  let pressed = null;
  screen.onpointerdown = (event) => { pressed = pixel(event); screen.setPointerCapture(event.pointerId); };
  screen.onpointerup = (event) => {
    const [from, to] = [pressed, pixel(event)];
    pressed = null;
    if (!from || !live.state.mine) return;
    typed.flush();
    if (clicks.last() && distance(clicks.last(), to) > APART) clicks.flush();
    if (distance(from, to) > APART) act("drag", { from_x: from.x, from_y: from.y, to_x: to.x, to_y: to.y });
    else clicks.add({ ...to, button: BUTTONS[event.button] });
  };
  screen.ondblclick = (event) => { clicks.drop(); act("double_click", pixel(event)); };
  screen.oncontextmenu = (event) => { if (live.state.mine) event.preventDefault(); };
  screen.addEventListener("wheel", (event) => {
    if (!live.state.mine) return;
    event.preventDefault();
    const line = event.deltaMode ? LINE : 1;
    wheel.add({ across: event.deltaX * line, down: event.deltaY * line, at: pixel(event) });
  }, { passive: false });
}

/** Return the keys that are held; shift is in the letter already, and AltGr in its sign. */
function modifiersOf(event) {
  if (event.getModifierState("AltGraph")) return [];
  const held = ["ctrl", "alt", "meta"].filter((name) => event[`${name}Key`]);
  return event.shiftKey && (held.length || NAMED_KEYS[event.key]) ? [...held, "shift"] : held;
}

function useKeys() {
  const screen = find("screen");
  screen.onkeydown = (event) => {
    if (!live.state.mine) return;
    const modifiers = modifiersOf(event);
    const key = NAMED_KEYS[event.key] || (event.key.length === 1 ? event.key : "");
    if (event.key === "F6") { event.preventDefault(); find("note").focus(); }
    if (!key || (key === "v" && ["ctrl", "meta"].includes(modifiers.join()))) return;
    event.preventDefault();
    clicks.flush();
    if (!modifiers.length && !NAMED_KEYS[event.key]) return typed.add(key);
    typed.flush();
    if (modifiers.length) act("key_combo", { keys: [...modifiers, key.toLowerCase()] });
    else act("key_press", { key });
  };
  const paste = (event) => {
    clicks.flush();
    typed.flush();
    act("type", { text: event.clipboardData.getData("text") });
  };
  screen.onpaste = paste;
  document.addEventListener("paste", (event) => event.target === document.body && paste(event));
}

/** Let the terminate button be pressed twice, the second time in earnest. */
function arm(sure) {
  const button = find("terminate");
  button.dataset.sure = sure ? "yes" : "";
  button.textContent = sure ? "Terminate for good?" : "Terminate";
  say("caption", sure ? "Press once more: the machine goes, with all that is on it." : "");
}

function useControls() {
  const press = (id, work) => { find(id).onclick = async () => { await work(); await showState(); }; };
  press("stop", () => ask(live.state.holder === "nobody" ? "release" : "stop"));
  press("takeover", async () => { await ask("take_over"); await showState(); find("screen").focus(); });
  press("handback", async () => {
    await acts;
    await ask("hand_back", { note: find("note").value, run: live.run?.id || "" });
    find("note").value = "";
    live.run = null;
    await showState();
    find("takeover").focus();
  });
  find("note").onkeydown = (event) => { if (event.key === "Enter") find("handback").click(); };
  press("power", () => ask(live.state.status === "running" ? "end" : "start"));
  press("terminate", async () => {
    const sure = find("terminate").dataset.sure;
    arm(!sure);
    if (sure) await ask("terminate");
  });
  find("terminate").onblur = () => arm(false);
  press("save", async () => {
    const [, data] = find("screen").toDataURL("image/png").split(",");
    const saved = await live.save("image/png", data).catch(() => ({ isError: true }));
    say("caption", saved.isError ? "The picture was not saved." : "");
  });
}
