// The chat panel of the demo page.

import { Refusal, calendar, download, erase, forget, open, send } from "./api.js";
import { linked } from "./elements.js";
import { messageElement } from "./render.js";

const panel = document.querySelector(".chat");
const find = (selector) => panel.querySelector(selector);
const log = find(".log");
const working = find(".working span");
const problem = find(".problem");
const again = find(".again");
const form = find(".ask");
const input = find("textarea");
const dialog = find("dialog");
const texts = panel.dataset;
const labels = {
  ...texts, // the words of cards have the same names there
  ouder: texts.authorOuder,
  bot: texts.authorBot,
  consulent: texts.authorConsulent,
  systeem: texts.authorSysteem,
  sources: texts.sources,
};

let busy = false;
let retry = null;

function setBusy(value) {
  busy = value;
  working.hidden = !value;
  // aria-disabled keeps the focus where it is; `disabled` would throw it away.
  for (const button of panel.querySelectorAll("button:not(dialog button)")) {
    button.setAttribute("aria-disabled", String(value));
  }
}

function showProblem(text, action = null) {
  problem.replaceChildren(...linked(text));
  retry = action;
  again.hidden = !action;
}

function clearProblem() {
  problem.replaceChildren();
  retry = null;
  again.hidden = true;
}

function add(messages) {
  const made = messages.map((message) => messageElement(message, labels, actions));
  log.append(...made);
  return made;
}

function scrollTo(target) {
  if (!target) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (log.scrollHeight > log.clientHeight) {
    log.scrollTo({ top: target.offsetTop - 12, behavior: calm ? "auto" : "smooth" });
  } else {
    target.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
  }
}

async function start() {
  clearProblem();
  setBusy(true);
  try {
    const messages = await open();
    log.replaceChildren();
    const made = add(messages);
    if (messages.some((message) => message.author === "ouder")) scrollTo(made.at(-1));
  } catch (error) {
    showProblem(error instanceof Refusal ? error.message : texts.noStart, start);
  } finally {
    setBusy(false);
  }
}

async function say(body, shown) {
  if (busy) return;
  clearProblem();
  setBusy(true);
  const [own] = add([{ author: "ouder", text: shown }]);
  scrollTo(own);
  try {
    const made = add(await send(body));
    scrollTo(made[0]);
  } catch (error) {
    own.remove();
    if (body.text && !input.value) input.value = shown;
    if (error instanceof Refusal && [401, 403, 410].includes(error.status)) {
      forget();
      showProblem(error.message, start);
    } else {
      showProblem(error instanceof Refusal ? error.message : texts.failed, body.text ? submit : () => say(body, shown));
    }
  } finally {
    setBusy(false);
  }
}

function saveFile(file) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

async function saveCalendar(message) {
  if (busy) return;
  clearProblem();
  try {
    saveFile(await calendar(message.id));
  } catch (error) {
    showProblem(error instanceof Refusal ? error.message : texts.noCalendar, () => saveCalendar(message));
  }
}

const actions = {
  press: (button) => say({ payload: button.payload }, button.title),
  say: (text) => say({ text }, text),
  calendar: saveCalendar,
  problem: showProblem,
};

function submit() {
  const text = input.value.trim();
  if (busy) return;
  if (!text) {
    showProblem(texts.empty);
    input.focus();
    return;
  }
  input.value = "";
  say({ text }, text);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});

input.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    submit();
  }
});

again.addEventListener("click", () => {
  const action = retry;
  if (busy || !action) return;
  input.focus(); // this button goes away
  action();
});

find(".person").addEventListener("click", (event) => {
  say({ payload: "topic:mens_spreken" }, event.currentTarget.textContent.trim());
});

find(".keep").addEventListener("click", async () => {
  if (busy) return;
  clearProblem();
  try {
    saveFile(await download());
  } catch (error) {
    showProblem(error instanceof Refusal ? error.message : texts.noKeep);
  }
});

find(".erase").addEventListener("click", () => {
  if (busy) return;
  dialog.returnValue = "nee";
  dialog.showModal();
});

dialog.addEventListener("close", async () => {
  if (dialog.returnValue !== "ja") return;
  setBusy(true);
  try {
    await erase();
  } catch (error) {
    setBusy(false);
    showProblem(error instanceof Refusal ? error.message : texts.noErase);
    return;
  }
  await start();
  add([{ author: "systeem", text: texts.erased }]);
  input.focus();
});

for (const place of document.querySelectorAll("[data-tel]")) place.replaceChildren(...linked(place.textContent));
start();
