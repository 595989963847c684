// The live form. `ask` reaches the server; it takes a request and returns [facts, picture].

const page = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16)).join("");
const live = { ask: null, save: saveByLink, state: {}, frame: {}, last: 0, run: null, asked: "" };
const OFTEN = 250; // ms between two looks at a screen that changes
const SELDOM = 500; // and at one that does not: what is done there is seen within a second
const MARKED = 3; // actions that are drawn

async function askByHttp(request) {
  const response = await fetch(`${location.pathname}/ask`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(request),
  }).catch(() => { throw new Error("The server does not answer: has it ended?"); });
  const said = await response.json();
  if (said.error) throw new Error(said.error);
  return [said.facts, said.picture];
}

/** Save a picture; return whether it failed. */
async function saveByLink(type, data) {
  made("a", "", { download: "screen.png", href: `data:${type};base64,${data}` }).click();
  return { isError: false };
}

/** Ask the server; say why it refuses, until that kind of request succeeds or the person does more. */
async function ask(kind, more = {}) {
  const caption = find("caption");
  try {
    const answer = await live.ask({ kind, page, ...more });
    if (caption.dataset.of === kind || (kind !== "frame" && kind !== "state")) say("caption", "");
    return answer;
  } catch (error) {
    caption.dataset.of = kind;
    say("caption", error.message);
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
      say("caption", agreed ? "Approved." : "Declined.");
      await showState();
    };
    return button;
  });
  form.append(made("pre", text), ...buttons);
  return form;
}

/** Ring when the person is asked something new; a page may that they have touched. */
function ring(asked) {
  const isNew = asked && asked !== live.asked;
  live.asked = asked;
  if (!isNew) return;
  const audio = new AudioContext();
  const [tone, volume] = [audio.createOscillator(), audio.createGain()];
  volume.gain.value = 0.1;
  tone.connect(volume).connect(audio.destination);
  tone.onended = () => audio.close();
  tone.start();
  tone.stop(audio.currentTime + 0.2);
}

function showSteps(added) {
  const list = find("steps");
  const following = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  for (const step of added) {
    live.last = step.number;
    addStep(step);
  }
  if (!added.length) return;
  if (following) reveal(list.lastElementChild);
  const marks = steps.slice(-20).flatMap((step) => step.marks).slice(-MARKED);
  drawMarks(marks.map((mark, at) => ({ ...mark, old: at + 1 < marks.length })));
}

/** Return who may act, in words. */
function holderOf({ holder, mine, status }) {
  if (status !== "running") return "Nobody can act: the machine is not running.";
  if (holder === "nobody") return "The model is stopped until you release it.";
  if (mine) return "You have mouse and keyboard: press F6 to leave the picture.";
  return holder === "person" ? "Another page has mouse and keyboard." : "The model may act.";
}

/** Return when the machine ends, in the reader's own way to write it. */
function lease(until) {
  if (!until) return "";
  const time = new Date(until);
  const form = { dateStyle: "medium", timeStyle: "short" };
  return `ends ${Number.isNaN(time.valueOf()) ? until : time.toLocaleString([], form)}`;
}

async function showState() {
  const [state] = await ask("state", { after: live.last });
  if (!state.holder) return find("screen").classList.add("stale");
  live.state = state;
  const inChat = window.parent !== window;
  if (!inChat) showQuestions(state.questions);
  showSteps(state.steps);
  const name = state.name || "Coasty";
  find("live").hidden = find("stage").hidden = find("story").hidden = !state.status;
  say("title", name);
  say("facts", [
    state.status, lease(state.until), state.mode,
    `${credits(state.spent)} spent${state.limit === null ? "" : ` of ${state.limit}`}`,
  ].filter(Boolean).join(" · "));
  const run = live.run && `A run waits for you: ${live.run.reason || "no reason given"}`;
  const questions = inChat ? [] : state.questions;
  const asked = [state.wanted, run, ...questions.map((each) => each.number)].filter(Boolean).join();
  document.title = `${asked ? "● " : ""}${name} · Coasty`;
  ring(asked);
  say("wanted", state.wanted ? `The model asks you: ${state.wanted}` : run || "");
  find("wanted").hidden = !find("wanted").textContent;
  showControls(state, run);
  if (state.steps.length) await showState();
}

function showControls(state, run) {
  say("holder", holderOf(state));
  say("stop", state.holder === "nobody" ? "Release" : "Stop the model");
  for (const id of ["takeover", "power", "terminate"]) find(id).hidden = state.only_watched;
  find("takeover").hidden ||= state.mine;
  find("answer").hidden = !(state.mine || state.wanted || run);
  say("handback", state.mine ? "Hand back" : "Answer without taking over");
  say("power", state.status === "running" ? "Stop machine" : "Start machine");
  const screen = find("screen");
  screen.classList.toggle("held", state.mine);
  screen.classList.toggle("stale", state.status !== "running");
  screen.setAttribute("role", state.mine ? "application" : "img");
  screen.tabIndex = state.mine ? 0 : -1;
}

/** Look for a run that waits for a person; a key that may not list runs has none. */
async function lookForRuns() {
  if (live.state.status && !live.state.only_watched) {
    const [{ runs = [] }] = await live.ask({ kind: "runs", page }).catch(() => [{}]);
    [live.run = null] = runs;
  }
  return 5000;
}

/** Show the screen, unless the page is hidden; return the pause until the next look, in ms. */
async function showFrame(pause) {
  if (document.hidden || live.state.status !== "running") return SELDOM;
  const [frame, picture] = await ask("frame", { known: live.frame.digest || "" });
  if (!picture) return Math.min(SELDOM, pause + 50);
  live.frame = frame;
  await drawPicture(picture, `Screen of ${live.state.name || "the machine"}`);
  return OFTEN;
}

/** Do something again and again; it is given the last pause in ms, and returns the next one. */
async function forEver(work) {
  for (let pause = OFTEN; ;) {
    pause = await work(pause);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

async function showLive(way) {
  live.ask = way;
  useControls();
  usePointer();
  useKeys();
  find("steps").onclick = (event) => {
    const entry = event.target.closest("li");
    event.preventDefault(); // the page in a chat has no address
    if (entry) select([...find("steps").children].indexOf(entry));
  };
  await showState();
  forEver(async () => { await showState(); return 1000; });
  forEver(lookForRuns);
  forEver(showFrame);
}
